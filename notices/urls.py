"""Addresses of notices."""

from django.urls import path

from notices.views import office, own

app_name = "notices"
urlpatterns = [
    path("", own.index, name="index"),
    path("bell/", own.bell, name="bell"),
    path("read/", own.read, name="read"),
    path("ways/", own.ways, name="ways"),
    path("<int:pk>/open/", own.open_notice, name="open"),
    path("<int:pk>/again/", own.again, name="again"),
    path("office/", office.index, name="office"),
    path("office/table/", office.table, name="office_table"),
    path("office/dead/", office.dead, name="dead"),
    path("office/dead/again/", office.resend, name="resend_all"),
    path("office/dead/<int:pk>/again/", office.resend, name="resend"),
    path("office/<slug:code>/", office.channel, name="channel"),
    path("office/<slug:code>/try/", office.trial, name="trial"),
]
