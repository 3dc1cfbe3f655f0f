"""Addresses of followup."""

from django.urls import path

from followup import views, views_visits

app_name = "followup"
urlpatterns = [
    path("", views.index, name="index"),
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
