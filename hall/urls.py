"""Addresses of hall."""

from django.urls import path

from hall.views import devices, feed, public, turns

app_name = "hall"
urlpatterns = [
    path("take/", turns.take, name="take"),
    path("next/", turns.next_one, name="next"),
    path("tickets/<int:pk>/slip/", turns.slip, name="slip"),
    path("tickets/<int:pk>/<str:name>/", turns.turn, name="turn"),
    path("screen/", public.screen, name="screen"),
    path("screen/state/", public.state, name="state"),
    path("screen/<str:token>/", public.screen_at, name="screen_at"),
    path("screen/<str:token>/state/", public.state_at, name="state_at"),
    path("kiosk/", public.kiosk, name="kiosk"),
    path("kiosk/<str:token>/", public.kiosk_at, name="kiosk_at"),
    path("kiosk/<str:token>/slip/<int:pk>/", public.slip_at, name="slip_at"),
    path("feed/", feed.feed, name="feed"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:pk>/revoke/", devices.revoke, name="revoke"),
]
