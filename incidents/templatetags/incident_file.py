"""The frame of an incident's file."""

from django import template

from incidents.file_tabs import tabs_of
from incidents.models import Incident

register = template.Library()


@register.simple_tag(takes_context=True)
def file_tabs(context: template.Context, incident: Incident) -> list[dict]:
    """The tabs of the file; the one whose page is asked for is the current one."""
    match = context["request"].resolver_match
    return tabs_of(incident, match.view_name if match else "")
