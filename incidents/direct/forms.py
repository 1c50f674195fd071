"""The shapes of input of what a kind of report asks at once."""

from datetime import datetime
from typing import Any

from django import forms

from assets.ledgers import registry
from assets.models import LedgerEntry, System
from assets.registers import RegisterReach
from incidents.models import Incident
from incidents.models.card_stop import LEDGER
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateTimeField


class CardField(forms.ModelChoiceField):
    """Cards that are in use, by number and person."""

    def label_from_instance(self, entry: LedgerEntry) -> str:
        return entry.title


class CardStopForm(forms.Form):
    """Which card was stopped, when, and what its holder is told to do."""

    entry = CardField(label="台帳のカード", queryset=LedgerEntry.objects.none(), required=False, empty_label="台帳にない")
    card = forms.CharField(label="台帳にないときの、カードの番号など", max_length=200, required=False)
    stopped_at = JapaneseDateTimeField(label="停止した日時", help_text="カードを使った入室やログインを先に止めてから記録します。")
    instruction = forms.CharField(
        label="本人への指示",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
        help_text="例　見つかっても使わずに届ける、仮のカードを受け取りに来る",
    )

    def __init__(self, *args: Any, incident: Incident, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        act = registry.get(LEDGER).act("stop")
        # A drill stops no real card; who stands in for an absent manager does not keep the ledger and writes the number.
        if not incident.is_drill and RegisterReach.of(user, at=at).is_central_staff:
            self.fields["entry"].queryset = LedgerEntry.objects.of(LEDGER).current().filter(status__in=act.sources)


class FaultForm(forms.Form):
    """What the ledger of faults asks, with what the report says already."""

    system = forms.ModelChoiceField(label="情報システム", queryset=System.objects.none(), empty_label="選んでください")
    occurred_at = JapaneseDateTimeField(label="起きた日時")
    symptom = forms.CharField(label="症状", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    impact = forms.CharField(label="業務への影響", max_length=300, required=False)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        initial = {"occurred_at": incident.occurred_at or incident.noticed_at, "symptom": incident.summary}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["system"].queryset = System.objects.live()
