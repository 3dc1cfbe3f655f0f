"""Addresses of followup."""

from django.urls import path

from followup import views
from followup.views import rehearsing

app_name = "followup"
urlpatterns = [
    path("", views.index, name="index"),
    path("rehearsal/", rehearsing.index, name="rehearsal"),
    path("<str:number>/panel/", views.panel, name="panel"),
    path("<str:number>/urge/", views.urge, name="urge"),
    path("<str:number>/letter/", views.letter, name="letter"),
    path("<str:number>/supervise/", views.supervise, name="supervise"),
    path("<str:number>/supervisions/<int:pk>/feedback/", views.feedback, name="feedback"),
    path("<str:number>/supervisions/<int:pk>/close/", views.close_supervision, name="close_supervision"),
    path("<str:number>/return-visit/", views.return_visit, name="return_visit"),
]
