"""Addresses of the diary."""

from django.urls import path

from diary.views import feed, leaders, pages

app_name = "diary"
urlpatterns = [
    path("", pages.month, name="month"),
    path("week/", pages.week, name="week"),
    path("subscribe/", feed.subscribe, name="subscribe"),
    path("subscribe/revoke/", feed.revoke, name="revoke"),
    path("feed/<str:token>.ics", feed.feed, name="feed"),
    path("leaders/", leaders.index, name="leaders"),
    path("leaders/new/", leaders.new, name="new_leader_day"),
    path("leaders/notice/", leaders.notice, name="leader_notice"),
    path("leaders/<int:pk>/", leaders.leader_day, name="leader_day"),
    path("leaders/<int:pk>/publish/", leaders.publish, name="publish_leader_day"),
    path("leaders/<int:pk>/cancel/", leaders.cancel, name="cancel_leader_day"),
]
