"""Addresses of followup."""

from django.urls import path

from followup import views, views_visits
from followup.views import letters, rehearsing, suggestions

app_name = "followup"
urlpatterns = [
    path("", views.index, name="index"),
    path("rehearsal/", rehearsing.index, name="rehearsal"),
    path("units/<str:code>/letter/", letters.unit, name="unit_letter"),
    path("letters/<int:pk>/paper/", letters.paper, name="letter_paper"),
    path("suggestions/", suggestions.index, name="suggestions"),
    path("suggestions/<int:pk>/", suggestions.detail, name="suggestion"),
    path("suggestions/<int:pk>/answer/", suggestions.answer, name="answer_suggestion"),
    path("suggestions/<int:pk>/close/", suggestions.close, name="close_suggestion"),
    path("suggestions/<int:pk>/paper/", suggestions.paper, name="suggestion_paper"),
    path("<str:number>/suggest/", views.suggest, name="suggest"),
    path("<str:number>/supervisions/<int:pk>/return/", views.return_feedback, name="return_feedback"),
    path("visits/", views_visits.samples, name="samples"),
    path("visits/draw/", views_visits.draw, name="draw"),
    path("visits/<int:pk>/", views_visits.sample, name="sample"),
    path("<str:number>/rework/", views.rework, name="rework"),
    path("<str:number>/anew/", views.anew, name="anew"),
    path("<str:number>/panel/", views.panel, name="panel"),
    path("<str:number>/urge/", views.urge, name="urge"),
    path("<str:number>/letter/", views.letter, name="letter"),
    path("<str:number>/supervise/", views.supervise, name="supervise"),
    path("<str:number>/supervisions/<int:pk>/feedback/", views.feedback, name="feedback"),
    path("<str:number>/supervisions/<int:pk>/close/", views.close_supervision, name="close_supervision"),
    path("<str:number>/return-visit/", views.return_visit, name="return_visit"),
]
