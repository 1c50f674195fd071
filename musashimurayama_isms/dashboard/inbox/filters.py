"""How the lists of the desk are narrowed; kept in the URL. The rows come from many floors, so they are narrowed here."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.http import QueryDict

from musashimurayama_isms.japanese import fold, words

from ..desk import Item

OPEN, OVER = "", "over"


def _text(item: Item) -> str:
    return fold(f"{item.title} {item.why} {item.as_role} {item.holder} {item.status}")


def holding(items: Iterable[Item], query: str) -> list[Item]:
    """The items in which every word stands, however it is typed."""
    asked = words(query)
    return [item for item in items if all(word in _text(item) for word in asked)] if asked else list(items)


class WaitingFilter:
    """What waits, narrowed by kind, hat, term and words; `kinds` counts each kind before it is chosen."""

    KEPT = ("kind", "role", "late", "q", "page")

    def __init__(self, data: QueryDict, items: list[Item], *, at: datetime) -> None:
        self.all, self.at = items, at
        self.kind = data.get("kind", "")
        self.roles = sorted({item.as_role for item in items if item.as_role})
        self.form = WaitingForm(data, roles=self.roles)
        self.form.is_valid()
        self.asked = self.form.cleaned_data

    @property
    def narrowed(self) -> list[Item]:
        """By everything but the kind."""
        role, is_late = self.asked.get("role"), self.asked.get("late")
        rows = [item for item in self.all if not role or item.as_role == role]
        rows = [item for item in rows if not is_late or item.is_late(self.at)]
        return holding(rows, self.asked.get("q", ""))

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Each kind with its number, in the order of the list."""
        return list(Counter(item.kind for item in self.narrowed).items())

    @property
    def items(self) -> list[Item]:
        return [item for item in self.narrowed if not self.kind or item.kind == self.kind]


class WaitingForm(forms.Form):
    """The filter bar of what waits; the kind is chosen above it and travels with it."""

    q = forms.CharField(label="言葉", required=False, max_length=100)
    role = forms.ChoiceField(label="どの役割として", required=False)
    late = forms.BooleanField(label="期限を過ぎたものだけ", required=False)
    kind = forms.CharField(required=False, widget=forms.HiddenInput, max_length=50)

    def __init__(self, data: QueryDict, *, roles: list[str]) -> None:
        super().__init__(data)
        self.fields["role"].choices = [("", "すべて"), *((role, role) for role in roles)]


class SentForm(forms.Form):
    """The filter bar of what the person has sent."""

    q = forms.CharField(label="言葉", required=False, max_length=100)
    kind = forms.ChoiceField(label="種類", required=False)
    state = forms.ChoiceField(label="状態", required=False, choices=[(OPEN, "動いているもの"), (OVER, "終わったもの")])

    def __init__(self, data: QueryDict, *, kinds: list[str]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", "すべて"), *((kind, kind) for kind in kinds)]


class SentFilter:
    """What the person has sent: what is under way, or what is over."""

    def __init__(self, data: QueryDict, items: list[Item]) -> None:
        self.all = items
        self.form = SentForm(data, kinds=sorted({item.kind for item in items}))
        self.form.is_valid()
        self.asked = self.form.cleaned_data

    @property
    def items(self) -> list[Item]:
        is_over, kind = self.asked.get("state") == OVER, self.asked.get("kind")
        rows = [item for item in self.all if item.is_over == is_over and (not kind or item.kind == kind)]
        return holding(rows, self.asked.get("q", ""))
