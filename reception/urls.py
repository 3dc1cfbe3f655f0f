"""Addresses of reception."""

from django.urls import path

from reception import views

app_name = "reception"
urlpatterns = [
    path("reception/", views.desk, name="desk"),
    path("reception/roster/", views.roster, name="roster"),
    path("reception/queue/", views.queue, name="queue"),
    path("reception/head/", views.head, name="head"),
    path("reception/contents/", views.contents, name="contents"),
    path("reception/reader/", views.reader, name="reader"),
    path("reception/workstations/", views.workstations, name="workstations"),
    path("reception/workstations/new/", views.new_workstation, name="new_workstation"),
    path("reception/workstations/<int:pk>/", views.workstation, name="workstation"),
    path("reception/visits/<str:number>/printing/", views.printing, name="printing"),
    path("reception/visits/<str:number>/", views.visit, name="visit"),
    path("reception/visits/<str:number>/reveal/", views.reveal, name="reveal"),
    path("reception/visits/<str:number>/readback/", views.confirm, name="confirm"),
    path("reception/visits/<str:number>/readback/sheet/", views.readback_sheet, name="readback_sheet"),
    path("reception/visits/<str:number>/readback/scan/", views.readback_scan, name="readback_scan"),
    path("petitioners/merging/<int:pk>/", views.merging_page, name="merging"),
    path("petitioners/<int:pk>/merge/", views.ask_merge, name="ask_merge"),
    path("petitioners/<int:pk>/unmerge/", views.ask_unmerge, name="ask_unmerge"),
    path("petitioners/<int:pk>/", views.person, name="person"),
    path("petitioners/<int:pk>/reveal/", views.reveal_person, name="reveal_person"),
]
