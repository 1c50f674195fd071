"""Addresses of log-in, second factors, sessions and password; only what the portal needs of allauth is mounted."""

from allauth.account.views import account_inactive
from django.urls import path

from . import factor_views, session_views, views

urlpatterns = [
    path("login/", views.LogInView.as_view(), name="account_login"),
    path("login/factor/", factor_views.AskFactorView.as_view(), name="mfa_authenticate"),
    path("logout/", views.LogOutView.as_view(), name="account_logout"),
    path("switch/", session_views.switch, name="account_switch"),
    path("inactive/", account_inactive, name="account_inactive"),
    path("password/", views.ChangePasswordView.as_view(), name="account_change_password"),
    path("proof/", factor_views.proof, name="account_proof"),
    path("factors/", factor_views.overview, name="account_factors"),
    path("factors/later/", factor_views.put_off, name="account_put_off_factor"),
    path("factors/app/", factor_views.add_app, name="account_add_app"),
    path("factors/passkey/", factor_views.add_passkey, name="account_add_passkey"),
    path("factors/codes/", factor_views.codes, name="account_codes"),
    path("factors/<int:pk>/remove/", factor_views.remove, name="account_remove_factor"),
    path("sessions/", session_views.overview, name="account_sessions"),
    path("sessions/end/", session_views.end_others, name="account_end_other_sessions"),
    path("sessions/<int:pk>/end/", session_views.end_one, name="account_end_session"),
]
