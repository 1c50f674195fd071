"""The room 組織: the organisation on a day, absences and deputies, personnel changes, hand-over, users."""

from django.urls import path

from .views import absences, factor_resets, handover, locks, organisation, personnel, unused, users

app_name = "accounts"

urlpatterns = [
    path("", organisation.tree, name="organisation"),
    path("departments/<int:pk>/", organisation.department, name="department"),
    path("departments/<int:pk>/promoter/", organisation.name_promoter, name="name_promoter"),
    path("roles/", organisation.roles, name="roles"),
    path("roles/<slug:code>/", organisation.role, name="role"),
    path("people/<int:pk>/", organisation.person, name="person"),
    path("committees/", organisation.committees, name="committees"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:pk>/end/", absences.end_absence, name="end_absence"),
    path("posts/<int:pk>/deputy/", absences.name_deputy, name="name_deputy"),
    path("deputies/<int:pk>/end/", absences.end_deputyship, name="end_deputyship"),
    path("handover/", handover.items, name="handover"),
    path("handover/<int:pk>/settle/", handover.settle, name="settle_handover"),
    path("personnel/", personnel.changes, name="personnel_changes"),
    path("personnel/upload/", personnel.upload, name="upload_personnel_change"),
    path("personnel/<int:pk>/", personnel.change, name="personnel_change"),
    path("personnel/<int:pk>/schedule/", personnel.schedule, name="schedule_personnel_change"),
    path("personnel/<int:pk>/apply/", personnel.apply, name="apply_personnel_change"),
    path("personnel/<int:pk>/undo/", personnel.undo, name="undo_personnel_change"),
    path("personnel/<int:pk>/discard/", personnel.discard, name="discard_personnel_change"),
    path("users/", users.users, name="users"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/password/", users.issue_password, name="issue_password"),
    path("users/<int:pk>/release/", users.release_lock, name="release_lock"),
    path("users/<int:pk>/close/", users.close, name="close_user"),
    path("users/<int:pk>/open/", users.open_again, name="open_user"),
    path("users/<int:pk>/reset/", factor_resets.ask, name="ask_factor_reset"),
    path("users/unused/", unused.unused, name="unused_users"),
    path("resets/", factor_resets.resets, name="factor_resets"),
    path("resets/<int:pk>/", factor_resets.reset, name="factor_reset"),
    path("resets/<int:pk>/consent/", factor_resets.consent, name="consent_factor_reset"),
    path("resets/<int:pk>/decline/", factor_resets.decline, name="decline_factor_reset"),
    path("resets/<int:pk>/withdraw/", factor_resets.withdraw, name="withdraw_factor_reset"),
    path("people/<int:pk>/lock/", locks.lock, name="lock_user"),
    path("locks/", locks.locks, name="emergency_locks"),
    path("locks/<int:pk>/", locks.emergency_lock, name="emergency_lock"),
    path("locks/<int:pk>/release/", locks.release, name="release_emergency_lock"),
]
