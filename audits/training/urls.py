"""The addresses of the room of training."""

from django.urls import path

from audits.training.views import courses, figures, mine, people, sessions

urlpatterns = [
    path("", mine.mine, name="training"),
    path("section/", figures.section, name="training_section"),
    path("year/", figures.year, name="training_year"),
    path("sessions/", sessions.sessions, name="training_sessions"),
    path("sessions/<int:pk>/", sessions.session, name="training_session"),
    path("sessions/<int:pk>/edit/", sessions.edit, name="training_edit"),
    path("sessions/<int:pk>/reschedule/", sessions.reschedule, name="training_reschedule"),
    path("sessions/<int:pk>/open/", sessions.open_, name="training_open"),
    path("sessions/<int:pk>/close/", sessions.close, name="training_close"),
    path("sessions/<int:pk>/reopen/", sessions.reopen, name="training_reopen"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="training_cancel"),
    path("sessions/<int:pk>/follow-up/", sessions.follow_up, name="training_follow_up"),
    path("sessions/<int:pk>/material/", sessions.material, name="training_material"),
    path("sessions/<int:pk>/attend/", mine.attend, name="training_attend"),
    path("sessions/<int:pk>/test/", mine.test, name="training_test"),
    path("sessions/<int:pk>/people/", people.people, name="training_people"),
    path("sessions/<int:pk>/people/enter/", people.enter, name="training_enter"),
    path("sessions/<int:pk>/people/import/", people.import_, name="training_import"),
    path("attendances/<int:pk>/certificate/", mine.certificate, name="training_certificate"),
    path("attendances/<int:pk>/excuse/", people.excuse, name="training_excuse"),
    path("attendances/<int:pk>/put-back/", people.put_back, name="training_put_back"),
    path("attendances/<int:pk>/grant-try/", people.grant_try, name="training_grant_try"),
    path("courses/", courses.courses, name="training_courses"),
    path("courses/new/", courses.make, name="training_course_new"),
    path("courses/<int:pk>/", courses.course, name="training_course"),
    path("courses/<int:pk>/edit/", courses.edit, name="training_course_edit"),
    path("courses/<int:pk>/session/", sessions.prepare, name="training_prepare"),
    path("courses/<int:pk>/material/", courses.material, name="training_course_material"),
    path("courses/<int:pk>/retire/", courses.retire, name="training_course_retire"),
    path("courses/<int:pk>/revive/", courses.revive, name="training_course_revive"),
    path("courses/<int:pk>/questions/new/", courses.question, name="training_question_new"),
    path("courses/<int:pk>/questions/<int:number>/", courses.question, name="training_question"),
    path("courses/<int:pk>/questions/<int:number>/drop/", courses.drop_question, name="training_question_drop"),
]
