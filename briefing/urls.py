"""Addresses of briefing."""

from django.urls import path

from briefing.views import acts, charges, index, rules, urgent

app_name = "briefing"
urlpatterns = [
    path("", index.index, name="index"),
    path("rules/", rules.rules, name="rules"),
    path("panel/<str:number>/", index.panel, name="panel"),
    path("urgent/<str:number>/", urgent.urgent, name="urgent"),
    path("urgent/<str:number>/<int:pk>/call/", urgent.call, name="call"),
    path("urgent/<str:number>/<int:pk>/end/", urgent.end, name="end"),
    path("duty/<str:number>/", acts.duty, name="duty"),
    path("instruct/<str:number>/", acts.instruct, name="instruct"),
    path("answer/<int:pk>/", acts.answer, name="answer"),
    path("withdraw/<int:pk>/", acts.withdraw, name="withdraw"),
    path("pressing/", charges.pressing, name="pressing"),
    path("charge/<str:number>/", charges.take, name="charge"),
    path("charges/<int:pk>/progress/", charges.progress, name="progress"),
    path("charges/<int:pk>/end/", charges.end, name="end_charge"),
    path("digest/<str:number>/", acts.digest, name="digest"),
    path("digests/<int:pk>/", acts.edit, name="edit_digest"),
    path("digests/<int:pk>/issue/", acts.issue, name="issue_digest"),
    path("digests/<int:pk>/paper/", acts.paper, name="digest_paper"),
]
