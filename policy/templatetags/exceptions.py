"""How an exception stands on a day: {{ exception|state_on:page.on }}."""

from datetime import date

from django import template

from policy.exception_list import ExceptionList
from policy.models import PolicyException

register = template.Library()


@register.filter
def state_on(exception: PolicyException, on: date) -> str:
    """実施中, 期間満了 …"""
    return exception.state(on)


@register.filter
def tone_on(exception: PolicyException, on: date) -> str:
    """The tone of the chip."""
    return exception.tone(on)


@register.filter
def is_review_due(exception: PolicyException, page: ExceptionList) -> bool:
    """Whether the CISO should look at it again on the day of the page."""
    return exception.is_running(page.on) and exception.review_on(page.review_months) <= page.on
