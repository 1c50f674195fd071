"""The shapes of input of committee business: an item, a meeting with its attendance and minutes, a 議決, a circulation."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, half_width
from musashimurayama_isms.files.fields import UploadsField

from .models import Attendance, Circulation, Item, Meeting, Resolution

CLAUSE = re.compile(r"[1-3](\.\d{1,2}){1,5}")
WHO = "職員番号か氏名（姓と名の間は登録のとおり）を入力してください。"


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def find_staff(texts: list[str], *, at: datetime) -> dict[str, list[User]]:
    """Text → the persons in service with this staff number or name; one query for all texts."""
    rows = User.objects.serving(day_of(at))
    found = [*rows.filter(staff_number__in=texts), *rows.filter(name__in=texts)]
    return {text: list(dict.fromkeys(user for user in found if text in (user.staff_number, user.name))) for text in texts}


def _only(text: str, people: list[User]) -> User:
    if len(people) != 1:
        words = "同じ氏名の職員が複数います。職員番号で入力してください。" if people else f"「{text}」は職員に見つかりません。{WHO}"
        raise ValidationError(words)
    return people[0]


class ItemForm(forms.Form):
    """付議: what is put before the committee."""

    kind = forms.ChoiceField(
        label="種類", choices=[(kind.value, kind.label) for kind in Item.BROUGHT_BY_HAND], widget=forms.RadioSelect, initial="deliberation"
    )
    title = forms.CharField(label="件名", max_length=200)
    explanation = forms.CharField(
        label="説明", widget=_area(6), max_length=8000, help_text="何を決めてほしいか、理由、影響を書きます。資料は添付できます。"
    )
    clauses = forms.CharField(
        label="関係する条項", max_length=200, required=False, help_text="番号を「3.4.2.4」のように入力します。複数は「、」で区切ります。"
    )
    uploads = UploadsField(label="資料", required=False)

    def clean_clauses(self) -> list[str]:
        found = [part for part in re.split(r"[、,\s]+", half_width(self.cleaned_data["clauses"])) if part]
        for part in found:
            if not CLAUSE.fullmatch(part):
                raise ValidationError(f"「{part}」は条項の番号ではありません。「3.4.2.4」のように入力してください。")
        return found


class PlanForm(forms.Form):
    """When and where."""

    planned_at = JapaneseDateTimeField(label="日時", help_text="書面のときは、回答の期限を入力します。")
    place = forms.CharField(label="場所", max_length=100, required=False, help_text="書面のときは空欄で構いません。")


class ItemsField(forms.ModelMultipleChoiceField):
    """Items that wait for a meeting, each with its title."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Item.objects.none(), **kwargs)

    def label_from_instance(self, item: Item) -> str:
        return f"{item.code} {item.title}（{item.get_kind_display()}・{item.get_status_display()}）"


class PlaceForm(forms.Form):
    """付議: more items for a meeting."""

    items = ItemsField(label="次第に加える案件")

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = waiting


class CallForm(PlanForm):
    """招集: which meeting, how, when, with which items and whom beside the members."""

    kind = forms.ChoiceField(label="会議", widget=forms.RadioSelect)
    form = forms.ChoiceField(label="開き方", choices=Meeting.Form, widget=forms.RadioSelect, initial=Meeting.Form.GATHERED)
    items = ItemsField(label="付議する案件", required=False, help_text="あとから次第に加えることもできます。")
    guests = forms.CharField(
        label="委員のほかに出席を求める人",
        widget=_area(3),
        max_length=2000,
        required=False,
        help_text="1行に1人、職員番号か氏名を入力します。職員でない人は「外部 所属 氏名」のように「外部」から始めてください。",
    )

    field_order = ("kind", "form", "planned_at", "place", "items", "guests")

    def __init__(self, *args: Any, kinds: list[str], waiting: Any, written: bool, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["kind"].choices = [(kind, Meeting.Kind(kind).label) for kind in kinds]
        self.fields["kind"].initial = kinds[0]
        self.fields["items"].queryset = waiting
        if not written:
            self.fields["form"].choices = [(Meeting.Form.GATHERED.value, Meeting.Form.GATHERED.label)]

    def clean_guests(self) -> list[User | str]:
        lines = [half_width(line) for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        inside = [line for line in lines if not line.startswith("外部")]
        found = find_staff(inside, at=self.at)
        return [line.removeprefix("外部").strip() if line not in inside else _only(line, found[line]) for line in lines]


class AttendanceForm(forms.Form):
    """開催の記録: when it was held, and of each member whether present, by a deputy, or absent."""

    held_at = JapaneseDateTimeField(label="開催した日時", help_text="書面のときは、回答を締め切った日時を入力します。")

    def __init__(self, *args: Any, meeting: Meeting, at: datetime, **kwargs: Any) -> None:
        self.meeting, self.at = meeting, at
        rows = list(meeting.attendances.all())
        self.before = {row.person_id: row for row in rows if row.is_member}
        self.guests = [row for row in rows if not row.is_member]
        self.members = meeting.sitting()
        super().__init__(*args, initial={"held_at": meeting.held_at or min(at, meeting.planned_at)}, **kwargs)
        for row in self.members:
            self._add_member(row)
        for guest in self.guests:
            came = guest.presence == Attendance.Presence.PRESENT
            self.fields[f"guest_{guest.pk}"] = forms.BooleanField(label=f"{guest.name}さんが出席", required=False, initial=came)

    def _add_member(self, row: Any) -> None:
        key, name = row.person.pk, row.person.name
        words = Attendance.WRITTEN if self.meeting.is_written else {}
        choices = [(how.value, words.get(how, how.label)) for how in Attendance.Presence if how != Attendance.Presence.CALLED]
        before = self.before.get(key)
        self.fields[f"member_{key}"] = forms.ChoiceField(
            label=f"{name}さんの出欠", choices=choices, initial=before.presence if before else "present"
        )
        self.fields[f"deputy_{key}"] = forms.CharField(
            label=f"{name}さんの代理者",
            max_length=100,
            required=False,
            initial=before.deputy.name if before and before.deputy else "",
            widget=forms.TextInput({"placeholder": "職員番号か氏名", "size": 16}),
        )

    def rows(self) -> list[tuple[Any, BoundField, BoundField]]:
        """(member, presence, deputy) for the table of the page."""
        return [(row, self[f"member_{row.person.pk}"], self[f"deputy_{row.person.pk}"]) for row in self.members]

    def guest_fields(self) -> list[BoundField]:
        return [self[f"guest_{guest.pk}"] for guest in self.guests]

    def clean(self) -> dict[str, Any]:
        """`members` and `guests` as Meeting.hold takes them; errors stand beside the deputy."""
        data = super().clean() or {}
        sent = {row.person.pk: half_width(data.get(f"deputy_{row.person.pk}")) for row in self.members}
        found = find_staff([text for text in sent.values() if text], at=self.at)
        data["members"] = {key: self._member(key, text, found) for key, text in sent.items()}
        data["guests"] = [guest.pk for guest in self.guests if data.get(f"guest_{guest.pk}")]
        return data

    def _member(self, key: int, text: str, found: dict[str, list[User]]) -> tuple[str, User | None]:
        presence = self.cleaned_data.get(f"member_{key}", Attendance.Presence.ABSENT)
        if presence != Attendance.Presence.DEPUTY:
            return presence, None
        try:
            return presence, _only(text, found.get(text, []))
        except ValidationError as error:
            self.add_error(f"deputy_{key}", error if text else "代理者の職員番号か氏名を入力してください。")
            return presence, None


class MinutesForm(forms.Form):
    """議事録: written while the meeting is held, closed once."""

    minutes = forms.CharField(
        label="議事録", widget=_area(16), max_length=40000, required=False, help_text="案件ごとの説明、主な発言と結論を書きます。"
    )
    uploads = UploadsField(label="資料・議事録のファイル", required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = meeting


class MinutesNoteForm(forms.Form):
    """What is added to closed minutes."""

    text = forms.CharField(label="追記", widget=_area(3), max_length=4000)


class ResolutionForm(forms.Form):
    """議決: the result of one item. Too few members there: it can only be put off, so nothing else is offered."""

    outcome = forms.ChoiceField(
        label="結果",
        widget=forms.RadioSelect,
        help_text="差戻しは、修正を求めて付議した人に戻すことです。継続審議は、次の会議でもう一度審議することです。",
    )
    votes_for = forms.IntegerField(label="賛成", min_value=0, max_value=999, required=False, help_text="数えたときだけ、人数を入力します。")
    votes_against = forms.IntegerField(label="反対", min_value=0, max_value=999, required=False)
    conditions = forms.CharField(
        label="条件", widget=_area(2), max_length=2000, required=False, help_text="条件を付けて可決したときだけ入力します。"
    )
    reason = forms.CharField(
        label="理由・意見", widget=_area(4), max_length=2000, required=False, help_text="否決と差戻しのときは必ず入力してください。"
    )

    def __init__(self, *args: Any, item: Item, is_quorate: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(row.value, row.label) for row in Resolution.OUTCOMES[Item.Kind(item.kind)]]
        if not is_quorate:  # of the widget alone: whoever sends another result is told by the model how many are missing
            continued = Resolution.Outcome.CONTINUED
            self.fields["outcome"].widget.choices = [(continued.value, continued.label)]
            self.fields["outcome"].initial = Resolution.Outcome.CONTINUED
            self.fields["outcome"].help_text = "次の会議でもう一度審議します。"
            self.fields["reason"].help_text = ""
            for name in ("votes_for", "votes_against", "conditions"):
                del self.fields[name]


class RecusalForm(forms.Form):
    """除斥: which member, and why."""

    person = forms.ModelChoiceField(label="除斥する委員", queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=300, help_text="例 契約の相手方の役員を兼ねているため")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[user.pk for user in people])


class DepartmentsField(forms.ModelMultipleChoiceField):
    """Departments by their full names."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), **kwargs)

    def label_from_instance(self, department: Department) -> str:
        return department.full_name


class CirculationForm(forms.Form):
    """What is handed on or asked, of whom, until when."""

    title = forms.CharField(label="件名", max_length=200)
    text = forms.CharField(label="内容", widget=_area(6), max_length=8000)
    due_on = JapaneseDateField(label="期限")
    to_all = forms.BooleanField(label="すべての宛先に送る", required=False)
    recipients = DepartmentsField(label="宛先", required=False)
    uploads = UploadsField(label="添付ファイル", required=False)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = departments

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.pop("to_all", False):
            data["recipients"] = self.fields["recipients"].queryset
        elif not data.get("recipients"):
            self.add_error("recipients", "宛先を選ぶか、「すべての宛先に送る」に印を付けてください。")
        return data


class RelayForm(CirculationForm):
    """伝達: the CISO's decision, with what it rests on."""

    resolution = forms.ModelChoiceField(
        label="もとになる議決", queryset=Resolution.objects.none(), required=False, empty_label="議決によらない"
    )
    basis = forms.CharField(
        label="もとになるCISOの決定", max_length=300, required=False, help_text="議決によらないときは、決定の名称を入力します。"
    )
    basis_on = JapaneseDateField(label="決定の日", required=False)

    field_order = ("title", "text", "resolution", "basis", "basis_on", "due_on", "to_all", "recipients", "uploads")

    def __init__(self, *args: Any, resolutions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].queryset = resolutions
        self.fields["resolution"].label_from_instance = lambda row: f"{row.agenda_item.item.code} {row.agenda_item.item.title}"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("resolution") and not data.get("basis") and "basis" not in self.errors:
            self.add_error("basis", "もとになる議決を選ぶか、CISOの決定の名称を入力してください。")
        if data.get("basis") and not data.get("basis_on") and "basis_on" not in self.errors:
            self.add_error("basis_on", "決定の日を入力してください。")
        return data


class OpinionForm(CirculationForm):
    """意見照会: what the 部 are asked about."""


class SharingForm(forms.Form):
    """情報共有: what was shared, with whom outside, when, by which way."""

    title = forms.CharField(label="件名", max_length=200)
    text = forms.CharField(label="共有した内容", widget=_area(5), max_length=8000)
    counterpart = forms.CharField(label="相手", max_length=200, help_text="機関・団体・委託事業者の名称")
    means = forms.ChoiceField(label="方法", choices=Circulation.Means, widget=forms.RadioSelect)
    shared_at = JapaneseDateTimeField(label="共有した日時")
    uploads = UploadsField(label="添付ファイル", required=False)


class OpinionAnswerForm(forms.Form):
    """The opinion of a 部, or that there is none."""

    has_opinion = forms.TypedChoiceField(
        label="意見の有無",
        choices=[("yes", "意見あり"), ("no", "意見なし")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label="部の意見", widget=_area(6), max_length=8000, required=False)
