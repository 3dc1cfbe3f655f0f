"""Addresses of matters, their papers and files."""

from django.urls import path

from cases.views import (
    calendar,
    correcting,
    delivering,
    detail,
    files,
    gates,
    lists,
    meetings,
    papers,
    registration,
    requests,
    rules,
    steps,
)

app_name = "cases"
urlpatterns = [
    path("cases/", lists.cases, name="list"),
    path("cases/todo/", lists.todo, name="todo"),
    path("cases/rules/", rules.rules, name="rules"),
    path("cases/apart/", gates.apart, name="apart"),
    path("cases/calendar/", calendar.calendar, name="calendar"),
    path("cases/calendar/<int:year>/", calendar.calendar_year, name="calendar_year"),
    path("cases/calendar/requests/<int:pk>/", calendar.calendar_request, name="calendar_request"),
    path("cases/history/", registration.history, name="history"),
    path("cases/person/<int:pk>/", registration.of_person, name="of_person"),
    path("cases/intake/<str:number>/", registration.intake, name="intake"),
    path("cases/meetings/", meetings.index, name="meetings"),
    path("cases/deliveries/", delivering.register, name="deliveries"),
    path("cases/<str:number>/", detail.detail, name="detail"),
    path("cases/<str:number>/gates/", gates.panel, name="gates"),
    path("cases/<str:number>/attachments/", files.attachments, name="attachments"),
    path("cases/<str:number>/correct/<str:field>/", correcting.correct, name="correct"),
    path("cases/<str:number>/read-back/", correcting.read_back, name="read_back"),
    path("cases/<str:number>/attach/", files.attach, name="attach"),
    path("cases/<str:number>/proposal/", requests.proposal, name="proposal"),
    path("cases/<str:number>/extension/", requests.extension, name="extension"),
    path("cases/<str:number>/meeting/", meetings.meeting, name="meeting"),
    path("cases/<str:number>/meeting/<int:pk>/", meetings.outcome, name="meeting_outcome"),
    path("cases/<str:number>/deliver/", delivering.deliver, name="deliver"),
    path("cases/<str:number>/draft/<str:kind>/", papers.draft, name="draft"),
    path("cases/<str:number>/<str:step>/", steps.step, name="step"),
    path("papers/", papers.register, name="papers"),
    path("papers/<int:pk>/void/", papers.void, name="void"),
    path("papers/<int:pk>/reissue/", papers.reissue, name="reissue"),
    path("papers/voiding/<int:pk>/", papers.voiding, name="voiding"),
    path("papers/<int:pk>.pdf", files.paper, name="paper"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
]
