"""What another page knows already of an incident: it comes in the address, and is written into the new draft.

`?kind=contractor&place=…&information=…&asset_class=1`; what does not fit is left out, the person sees and corrects the rest.
"""

from typing import Any

from django import forms
from django.http import QueryDict

from assets.classification import AssetClass
from incidents.models import Incident, IncidentKind


class _Known(forms.Form):
    kind = forms.ModelChoiceField(queryset=IncidentKind.objects.filter(is_active=True), to_field_name="code", required=False)
    summary = forms.CharField(max_length=4000, required=False)
    place = forms.CharField(max_length=200, required=False)
    information = forms.CharField(max_length=300, required=False)
    asset_class = forms.TypedChoiceField(choices=AssetClass, coerce=int, empty_value=None, required=False)


def known(query: QueryDict) -> dict[str, Any]:
    """The valid parts of the address by the names of the fields."""
    form = _Known(query)
    form.is_valid()
    return {name: given for name, given in form.cleaned_data.items() if given not in (None, "")}


def write(incident: Incident, facts: dict[str, Any]) -> None:
    """Put what is known into a draft that is about to be saved; the kind is the person's own choice."""
    for name, given in facts.items():
        if name != "kind":
            setattr(incident, name, given)
