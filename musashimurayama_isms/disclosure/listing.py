"""The list of masked copies: its page and its table are both drawn from here."""

from django.db.models import QuerySet

from .forms import FilterForm
from .hands import Hands
from .models import Disclosure


def listed(form: FilterForm, hands: Hands) -> QuerySet[Disclosure]:
    """The copies that the person sees, as the form narrows them, the newest first; without their text."""
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows = Disclosure.objects.visible_to(hands.user, at=hands.at, hands=hands).filter(**wanted)
    return rows.select_related("created_by", "approved_by").defer("lines", "masked")
