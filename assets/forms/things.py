"""Choosing what a request is about: boxes for what is near at hand, numbers for the rest of the register."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.things import Thing, find, highest_class, numbered, things_of
from musashimurayama_isms.approvals.forms import RequestForm

SHOWN = 12  # boxes beyond those that are ticked
LINES = re.compile(r"[\n,、;；]+")


class ThingsField(forms.MultipleChoiceField):
    """Keys of things; gives those that the person may take, in the order of the register."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        """Whether they may be taken is asked of the rows themselves, by the form."""
        return True


class ThingsForm(RequestForm):
    """A request about things of one section. The content keeps their keys and the class under which all of them go."""

    things = ThingsField(label="対象にするもの", required=False, help_text="近くにあるものから選ぶか、下に番号を入力します。")
    more = forms.CharField(
        label="ほかに加えるもの",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text="上にないものは、番号で加えます。1行に一つ。例 市民課-0012、機器は D-0003、媒体は 媒体R8-001",
    )
    stated_class = forms.TypedChoiceField(
        label="機器・媒体に入っている情報の分類",
        choices=[("", "選ばない（台帳のとおり）"), *AssetClass.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="台帳で分類が分からない機器のときに選びます。分類の違う情報が入っているときは、いちばん高い分類です。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("things", "more"):
            self.fields[name].need = "どちらか必須"
        self.rows = things_of(self.user, self.request.department, at=self.at)
        self.found: list[Thing] = []
        if not self.rows[-1].exists():
            del self.fields["stated_class"]  # only of a device may the register not know the class
        self.fields["things"].choices = self._choices()

    @property
    def _chosen(self) -> list[str]:
        if self.is_bound:
            getlist = getattr(self.data, "getlist", None)
            return list(getlist(self.add_prefix("things")) if getlist else self.data.get("things", []))
        return list(self.initial.get("things") or [])

    def _choices(self) -> list[tuple[str, str]]:
        """The ticked ones first, then what else of the section is near at hand: media and devices, then assets."""
        assets, media, devices = self.rows
        near = [Thing(row) for rows in (media, devices.filter(is_portable=True), assets) for row in rows[:SHOWN]][:SHOWN]
        return [(thing.key, thing.described) for thing in dict.fromkeys([*find(self._chosen), *near])]

    def clean_things(self) -> list[str]:
        keys = self.cleaned_data["things"]
        self.found = [thing for thing in find(keys) if self._may_go(thing)]
        if len(self.found) < len(set(keys)):
            raise forms.ValidationError(
                "選んだもののうち、いまは持ち出せないもの（廃棄済・所在不明・ほかの課のもの）があります。外してください。"
            )
        return keys

    def _may_go(self, thing: Thing) -> bool:
        return any(rows.model is type(thing.row) and rows.filter(pk=thing.row.pk).exists() for rows in self.rows)

    def clean_more(self) -> str:
        """The numbers are taken over into the things; nothing of them stays here."""
        for text in filter(None, (part.strip() for part in LINES.split(self.cleaned_data["more"]))):
            thing = numbered(text, self.rows)
            if thing is None:
                words = f"「{text[:40]}」は、{self.request.department.full_name}の台帳に見つかりません。ほかの課のものは別の申請にします。"
                raise forms.ValidationError(words)
            self.found.append(thing)
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.found = list({thing.key: thing for thing in self.found}.values())
        if "things" in data:
            data["things"] = [thing.key for thing in self.found]
        if self.is_lenient or self.has_error("things") or self.has_error("more"):
            return data
        if not self.found:
            self.add_error("things", "一つ以上選ぶか、下に番号を入力してください。")
        elif self.asset_class is None or (data.get("stated_class") is None and any(thing.asset_class is None for thing in self.found)):
            self.add_error("stated_class", "分類の分からない機器があります。入っている情報の分類を選んでください。")
        return data

    @property
    def asset_class(self) -> AssetClass | None:
        """The class under which everything chosen goes."""
        return highest_class(self.found, self.cleaned_data.get("stated_class"))

    def content(self) -> dict[str, Any]:
        """With what the checks ask of the things, so that a list of requests need not look at them again."""
        persons = {"about_persons": any(thing.has_personal for thing in self.found), "personal_data": self.has_personal_data}
        return super().content() | persons | {"asset_class": int(self.asset_class) if self.asset_class else None}

    @property
    def has_personal_data(self) -> bool:
        """Records about persons that are not on paper (3.9.1.4)."""
        return any(thing.has_personal and not thing.is_paper for thing in self.found)


def facts_of_things(things: Sequence[Thing]) -> str:
    """What it is about, a line each, with number, name and class."""
    return "\n".join(f"{thing.label}（{thing.asset_class.label if thing.asset_class else '分類は申請のとおり'}）" for thing in things)
