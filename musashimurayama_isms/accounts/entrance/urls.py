"""Addresses of log-in and password; only what the portal needs of allauth is mounted."""

from allauth.account.views import account_inactive
from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.LogInView.as_view(), name="account_login"),
    path("logout/", views.LogOutView.as_view(), name="account_logout"),
    path("inactive/", account_inactive, name="account_inactive"),
    path("password/", views.ChangePasswordView.as_view(), name="account_change_password"),
]
