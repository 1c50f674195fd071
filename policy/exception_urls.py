"""The exceptions of the policy room: the list with its files, one exception, and its acts."""

from django.urls import path

from policy.views import exception_acts as acts
from policy.views import exceptions

urlpatterns = [
    path("", exceptions.exception_list, name="exceptions"),
    path("paper/", exceptions.paper, name="exceptions_paper"),
    path("<int:pk>/", exceptions.detail, name="exception"),
    path("<int:pk>/extend/", acts.extend, name="exception_extend"),
    path("<int:pk>/close/", acts.close, name="exception_close"),
    path("<int:pk>/acknowledge/", acts.acknowledge, name="exception_acknowledge"),
    path("<int:pk>/order-end/", acts.order_end, name="exception_order_end"),
    path("<int:pk>/review/", acts.review, name="exception_review"),
    path("measures/<int:pk>/done/", acts.measure_done, name="exception_measure_done"),
]
