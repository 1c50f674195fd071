"""The small forms of a move."""

from typing import Any

from django import forms

from assets.models import Move


class ArriveForm(forms.Form):
    """Who has received it, where somebody takes it over."""

    receiver = forms.CharField(
        label="受け取った人", max_length=200, help_text="届いたことを相手に確かめ、受け取った部署と氏名を入力します。"
    )

    def __init__(self, *args: Any, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, initial={"receiver": move.recipient}, **kwargs)
        if not move.needs_receiver:
            del self.fields["receiver"]


class SettleForm(forms.Form):
    """Why it ends although it was not found."""

    reason = forms.CharField(label="理由", max_length=300, help_text="例 インシデント R8-003 で処理した。警察に遺失届を出した。")
