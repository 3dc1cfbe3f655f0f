"""Addresses of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path, re_path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("again/", views.SignInAgain.as_view(), name="again"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.password, name="password"),
    path("preferences/", views.preferences, name="preferences"),
    path("deputies/", views.deputies, name="deputies"),
    path("deputies/<int:pk>/end/", views.end_deputy, name="end_deputy"),
    path("deputies/<int:pk>/act/", views.act_for, name="act_for"),
    path("deputies/stop/", views.stop_acting, name="stop_acting"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/password/", views.reset_password, name="reset_password"),
    re_path(r"^people/(?P<pk>[0-9]{1,18})/(?P<name>deactivate|activate|unlock)/$", views.act, name="act"),
    path("units/new/", views.new_unit, name="new_unit"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("roles/", views.roles, name="roles"),
    path("roles/grant/", views.grant, name="grant"),
    path("roles/<int:pk>/revoke/", views.revoke, name="revoke"),
]
