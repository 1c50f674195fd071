"""The frame of an incident's file."""

from datetime import datetime

from django import template
from django.urls import reverse

from incidents.file_tabs import tabs_of
from incidents.models import AuthorityReport, Incident, Step
from incidents.places import place_of

register = template.Library()


@register.simple_tag(takes_context=True)
def file_tabs(context: template.Context, incident: Incident) -> list[dict]:
    """The tabs of the file; the one whose page is asked for is the current one."""
    match = context["request"].resolver_match
    return tabs_of(incident, match.view_name if match else "")


@register.simple_tag
def next_report(incident: Incident) -> AuthorityReport | None:
    """The report to an authority that is due first, for the card of step 7."""
    return incident.authority_reports.open().filter(due_on__isnull=False).with_facts().by_due().first()


@register.simple_tag
def step_url(step: Step) -> str:
    """The page where a step of the response is done."""
    return reverse(place_of(step.code), args=[step.incident_id])


@register.filter
def told(step: Step, at: datetime) -> str:
    """Where the word of a step goes at the moment: 中央電子計算組織管理者・総括情報セキュリティ担当者."""
    return "・".join(party.label for party in step.told(at=at))


@register.filter
def act(step: Step, at: datetime) -> str:
    """The words on the button of a step at the moment."""
    return step.act(at=at)
