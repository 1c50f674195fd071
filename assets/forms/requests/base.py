"""What the forms of the requests share: plain fields with short names, rows of the registers, people, days in order."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet

from assets.classification import MEANINGS, AssetClass
from assets.models import Device, System
from assets.registers import RegisterReach
from musashimurayama_isms import fields
from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.fields import JapaneseDateField

line, choice, text = fields.line, fields.radio, partial(fields.text, max_length=1000)
CLASSES = [(row.value, f"{row.label}　{MEANINGS[row]}") for row in AssetClass]


def choices(label: str, options: list[tuple[str, str]], help_text: str = "", *, required: bool = True) -> forms.MultipleChoiceField:
    """Any of a few, all of them in view."""
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=options, help_text=help_text, required=required, widget=widget)


def asset_class(label: str = "扱う情報の分類", help_text: str = "いちばん高いものを選びます。") -> forms.TypedChoiceField:
    """The class as a number."""
    return forms.TypedChoiceField(label=label, choices=CLASSES, coerce=int, help_text=help_text, widget=forms.RadioSelect)


def yes(label: str, help_text: str = "") -> forms.BooleanField:
    """A box that has to be ticked: without it nothing can be applied for."""
    error = {"required": "確かめてから、印を付けてください。印を付けられないときは、この申請はできません。"}
    return forms.BooleanField(label=label, help_text=help_text, error_messages=error)


def day(label: str, help_text: str = "", *, required: bool = True) -> JapaneseDateField:
    return JapaneseDateField(label=label, help_text=help_text, required=required)


class DeviceField(forms.ModelChoiceField):
    """A device of the register: of the section, and of the whole city for who keeps all of them."""

    def __init__(self, label: str = "機器", help_text: str = "機器の台帳から選びます。", *, required: bool = True) -> None:
        super().__init__(queryset=Device.objects.none(), label=label, help_text=help_text, required=required, empty_label="選んでください")

    def label_from_instance(self, device: Device) -> str:
        return f"{device.code}　{device.name}（{device.place}）"


class SystemField(forms.ModelChoiceField):
    """A system of the register. Its name is no secret: whoever needs an ID for it must be able to say so."""

    def __init__(self, label: str = "情報システム", help_text: str = "", *, required: bool = True) -> None:
        super().__init__(queryset=System.objects.none(), label=label, help_text=help_text, required=required, empty_label="選んでください")

    def label_from_instance(self, system: System) -> str:
        return f"{system.code}　{system.name}"


def staff_of(section: Department, *, on: date) -> QuerySet[User]:
    """Who works in a section on the day."""
    here = Appointment.objects.in_force(on).serving(on).filter(post__department=section.successor_on(on))
    return User.objects.filter(pk__in=here.values("person")).order_by("kana", "pk")


class StaffField(forms.ModelChoiceField):
    """A member of staff of the request's section."""

    def __init__(self, label: str, help_text: str = "", *, required: bool = True) -> None:
        super().__init__(queryset=User.objects.none(), label=label, help_text=help_text, required=required, empty_label="選んでください")

    def label_from_instance(self, person: User) -> str:
        return person.name


class PeopleField(forms.ModelMultipleChoiceField):
    """Several members of staff of the request's section."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: str, help_text: str = "", *, required: bool = True) -> None:
        super().__init__(queryset=User.objects.none(), label=label, help_text=help_text, required=required)

    def label_from_instance(self, person: User) -> str:
        return person.name


class KindForm(RequestForm):
    """The base of the forms: rows to choose from are those of the request's section, days stand in order."""

    IN_ORDER: tuple[tuple[str, str], ...] = (("starts_on", "ends_on"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and self.at is not None:
            for field in self.fields.values():
                if (rows := self._rows(field)) is not None:
                    field.queryset = rows

    def _rows(self, field: forms.Field) -> QuerySet | None:
        """What a field offers here and now; None for a field that offers nothing of the registers."""
        if isinstance(field, DeviceField):
            reach = RegisterReach.of(self.user or self.request.drafter, at=self.at)
            rows = Device.objects.live()
            return rows if reach.is_central_staff else rows.filter(reach.seen())
        if isinstance(field, SystemField):
            return System.objects.live()
        if isinstance(field, StaffField | PeopleField):
            return staff_of(self.request.department, on=day_of(self.at))
        return None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for first, last in self.IN_ORDER:
            if data.get(first) and data.get(last) and data[last] < data[first]:
                self.add_error(last, "終わりの日が、始まりの日より前になっています。")
        if not self.is_lenient:
            self.check(data)
        return data

    def check(self, data: dict[str, Any]) -> None:
        """What the type asks over several fields; not asked while it is only being kept."""

    def need(self, data: dict[str, Any], name: str, words: str) -> None:
        """An answer that another answer makes necessary; an error of the field itself is enough."""
        if not data.get(name) and name not in self.errors:
            self.add_error(name, words)


class DoneForm(RequestForm):
    """What is recorded when it is done: the day, and how it went."""

    takes_files = False
    done_on = day("行った日")
    note = text("記録しておくこと", required=False, rows=2)

    def clean_done_on(self) -> date:
        found = self.cleaned_data["done_on"]
        if found and self.at and found > day_of(self.at):
            raise forms.ValidationError("まだ来ていない日です。行ってから記録してください。")
        return found
