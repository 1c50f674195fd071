"""How a person wants to be told, as a form."""

from typing import Any

from django import forms

from .kinds import Kind, Way
from .models import MailChoice
from .wishes import of_the_city

HOURS = [(str(hour), f"{hour}時") for hour in range(24)]
PREFIX = "way_"


class ChoiceForm(forms.Form):
    """A way for each kind, the hour of the digest, the quiet hours; what is left open follows the city."""

    hides_need = True  # nothing has to be chosen

    digest_hour = forms.TypedChoiceField(label="まとめて送る時刻", required=False, coerce=int, empty_value=None)
    quiet_hours = forms.ChoiceField(label="メールを送らない時間", widget=forms.RadioSelect)
    quiet_from = forms.TypedChoiceField(label="始まり", required=False, coerce=int, empty_value=None)
    quiet_until = forms.TypedChoiceField(label="終わり", required=False, coerce=int, empty_value=None)
    quiet_closed_days = forms.BooleanField(label="閉庁日（土日、祝日、年末年始）も送らない", required=False)

    def __init__(self, data=None, *, choice: MailChoice | None) -> None:
        super().__init__(data)
        city = of_the_city()
        given = choice.ways if choice else {}
        for kind in Kind:
            options = [("", f"市の標準（{city.default_way.label}）"), *Way.choices]
            self.fields[PREFIX + kind] = forms.ChoiceField(
                label=kind.label, choices=options, required=False, widget=forms.RadioSelect, initial=given.get(kind, "")
            )
        self.fields["digest_hour"].choices = [("", f"市の標準（{city.digest_hour}時）"), *HOURS]
        self.fields["quiet_hours"].choices = [
            (MailChoice.QuietHours.CITY, f"市の標準（{city.quiet}）"),
            (MailChoice.QuietHours.OWN, MailChoice.QuietHours.OWN.label),
            (MailChoice.QuietHours.NONE, "置かない"),
        ]
        self.fields["quiet_hours"].initial = choice.quiet_hours if choice else MailChoice.QuietHours.CITY
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].choices = [("", "－"), *HOURS]
        for name in ("digest_hour", "quiet_from", "quiet_until", "quiet_closed_days"):
            self.fields[name].initial = getattr(choice, name, None)

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[PREFIX + kind] for kind in Kind]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("quiet_hours") != MailChoice.QuietHours.OWN:
            return data
        since, until = data.get("quiet_from"), data.get("quiet_until")
        if (since is None) != (until is None):
            self.add_error("quiet_until" if until is None else "quiet_from", "始まりと終わりの両方を選んでください。")
        elif since is None and not data.get("quiet_closed_days"):
            self.add_error("quiet_from", "時刻を選ぶか、閉庁日に印を付けてください。")
        elif since is not None and since == until:
            self.add_error("quiet_until", "始まりと違う時刻を選んでください。一日中送らないことはできません。")
        return data

    def content(self) -> dict[str, Any]:
        """The choice as `MailChoice.choose` takes it."""
        data = self.cleaned_data
        names = ("digest_hour", "quiet_hours", "quiet_from", "quiet_until", "quiet_closed_days")
        return {"ways": {kind.value: data[PREFIX + kind] for kind in Kind}} | {name: data[name] for name in names}
