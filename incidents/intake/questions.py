"""What a kind of incident asks besides the common questions: data on the kind, fields on the form, words on the page.

A row of `IncidentKind.questions` is {"code", "label", "kind"} with "help" and, for a choice, "choices" where needed. Nothing
is required: an answer that is not known must not hold up a report (3.9.3.1.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from assets.models import ExternalService, SocialAccount
from incidents.models import IncidentKind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateTimeField
from musashimurayama_isms.fiscal import wareki

PREFIX = "answer_"
AT_MOST = 8  # fields before sending (screens.md)
YES_NO = (("yes", "はい"), ("no", "いいえ"), ("unknown", "分からない"))
TEXT, LONG, NUMBER, YES, CHOICE, MOMENT, SERVICE, ACCOUNT = "text", "long", "number", "yes", "choice", "moment", "service", "account"
KINDS = (TEXT, LONG, NUMBER, YES, CHOICE, MOMENT, SERVICE, ACCOUNT)
ROWS = {SERVICE: ExternalService, ACCOUNT: SocialAccount}


@dataclass(frozen=True)
class Question:
    """One question of a kind."""

    code: str
    label: str
    kind: str
    help: str = ""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field of the form: a service or an account is a column of the incident itself."""
        return self.kind if self.kind in ROWS else f"{PREFIX}{self.code}"

    def field(self, user: User, *, at: datetime) -> forms.Field:
        """The form field, never required."""
        shared = {"label": self.label, "help_text": self.help, "required": False}
        if self.kind in ROWS:
            rows = ROWS[self.kind].objects.visible_to(user, at=at)
            return forms.ModelChoiceField(queryset=rows, empty_label="一覧にない・分からない", **shared)
        if self.kind == YES:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **shared)
        if self.kind == CHOICE:
            return forms.ChoiceField(choices=[(word, word) for word in self.choices], widget=forms.RadioSelect, **shared)
        if self.kind == MOMENT:
            return JapaneseDateTimeField(**shared)
        if self.kind == NUMBER:
            return forms.IntegerField(min_value=0, max_value=10_000_000, **shared)
        if self.kind == LONG:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, **shared)
        return forms.CharField(max_length=300, **shared)

    def stored(self, value: Any) -> dict[str, Any]:
        """An answer as the incident keeps it: with the words of the question, which may change later."""
        raw = value.isoformat() if isinstance(value, datetime) else value
        return {"label": self.label, "words": self._words(value), "value": raw}

    def _words(self, value: Any) -> str:
        if isinstance(value, datetime):
            local = timezone.localtime(value)
            return f"{wareki(local.date())} {local:%H:%M}"
        return dict(YES_NO)[value] if self.kind == YES else str(value)

    def initial(self, stored: Mapping[str, Any]) -> Any:
        """The kept answer as the form shows it."""
        value = stored["value"]
        return datetime.fromisoformat(value) if self.kind == MOMENT else value


def questions_of(kind: IncidentKind) -> list[Question]:
    """The questions of a kind, in order. ValueError for a row that is none: data are checked by the tests."""
    rows = [Question(**{**row, "choices": tuple(row.get("choices", ()))}) for row in kind.questions]
    if wrong := [row.code for row in rows if row.kind not in KINDS]:
        raise ValueError(f"Unknown kinds of questions: {wrong}")
    return rows
