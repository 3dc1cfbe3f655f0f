"""Addresses of followup."""

from django.urls import path

from followup.views import acts, desk, letters, rehearsing, samples, suggestions

app_name = "followup"
urlpatterns = [
    path("", desk.index, name="index"),
    path("rehearsal/", rehearsing.index, name="rehearsal"),
    path("ladder/", rehearsing.ladder, name="ladder"),
    path("units/<str:code>/letter/", letters.unit, name="unit_letter"),
    path("letters/<int:pk>/paper/", letters.paper, name="letter_paper"),
    path("suggestions/", suggestions.index, name="suggestions"),
    path("suggestions/<int:pk>/", suggestions.detail, name="suggestion"),
    path("suggestions/<int:pk>/answer/", suggestions.answer, name="answer_suggestion"),
    path("suggestions/<int:pk>/close/", suggestions.close, name="close_suggestion"),
    path("suggestions/<int:pk>/paper/", suggestions.paper, name="suggestion_paper"),
    path("<str:number>/suggest/", acts.suggest, name="suggest"),
    path("<str:number>/supervisions/<int:pk>/return/", acts.return_feedback, name="return_feedback"),
    path("visits/", samples.samples, name="samples"),
    path("visits/draw/", samples.draw, name="draw"),
    path("visits/<int:pk>/", samples.sample, name="sample"),
    path("<str:number>/rework/", acts.rework, name="rework"),
    path("<str:number>/anew/", acts.anew, name="anew"),
    path("<str:number>/panel/", desk.panel, name="panel"),
    path("<str:number>/urge/", acts.urge, name="urge"),
    path("<str:number>/letter/", acts.letter, name="letter"),
    path("<str:number>/supervise/", acts.supervise, name="supervise"),
    path("<str:number>/supervisions/<int:pk>/feedback/", acts.feedback, name="feedback"),
    path("<str:number>/supervisions/<int:pk>/close/", acts.close_supervision, name="close_supervision"),
    path("<str:number>/return-visit/", acts.return_visit, name="return_visit"),
]
