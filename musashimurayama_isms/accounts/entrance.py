"""Addresses of log-in and password; only what the portal needs of allauth is mounted."""

from allauth.account import views as allauth_views
from django.urls import path

urlpatterns = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/", allauth_views.password_change, name="account_change_password"),
]
