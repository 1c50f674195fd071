"""Forms of systems, devices, connections and development files."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from assets.models import Connection, DevelopmentFile, Device, LogKept, System
from assets.registers import RegisterReach, keeping_departments
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField

EMPTY_LABEL = "選んでください"


class TakesErrors:
    """A form that shows beside its fields what a model has refused."""

    def say_what_to_choose(self) -> None:
        """Words instead of dashes where nothing is chosen yet."""
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = EMPTY_LABEL if field.required else "なし"
            elif isinstance(field, forms.ChoiceField):
                field.choices = [(code, EMPTY_LABEL if code == "" else label) for code, label in field.choices]

    def take_errors(self, error: ValidationError) -> None:
        for name, sentences in getattr(error, "message_dict", {None: error.messages}).items():
            self.add_error(name if name in self.fields else None, sentences)


class RegisterForm(TakesErrors, forms.ModelForm):
    """A row of a register; the section is one for which the person may enter rows."""

    def __init__(self, *args: Any, reach: RegisterReach, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        gives = self.instance.pk and reach.decides(self.instance.department)  # the officer may give it to another section
        known = [row.pk for row in (keeping_departments(on=day_of(at)) if gives else reach.departments(at=at))]
        field.queryset = Department.objects.filter(pk__in=[*known, self.instance.department_id or 0]).select_related("parent")
        field.label_from_instance = lambda row: row.full_name
        field.initial = field.initial or next((row for row in field.queryset if row.pk in reach.sections), None)
        self._narrow(reach, at=at)
        self.say_what_to_choose()

    def _narrow(self, reach: RegisterReach, *, at: datetime) -> None:
        """Rows offered are rows that the person may see."""


DAYS = ("support_ends_on", "in_use_since", "lease_ends_on", "surveyed_on", "since", "starts_on", "ends_on")


def days_of(*names: str) -> dict[str, type]:
    return {name: JapaneseDateField for name in names if name in DAYS}


class SystemForm(RegisterForm):
    class Meta:
        model = System
        fields = [
            *("department", "name", "purpose", "network", "asset_class", "has_personal", "has_my_number", "manager", "operators"),
            *("vendor", "vendor_contact", "software", "support_ends_on", "backup_method", "backup_cycle", "backup_place"),
            *("documents_place", "note"),
        ]
        field_classes = days_of("support_ends_on")
        widgets = {"software": forms.Textarea({"rows": 4}), "note": forms.Textarea({"rows": 3})}


class DeviceForm(RegisterForm):
    class Meta:
        model = Device
        fields = [
            *("department", "kind", "name", "asset_tag", "serial", "hardware_address", "network", "user_text", "place"),
            *("is_portable", "is_off_site", "os", "support_ends_on", "lease_ends_on", "system", "development", "note"),
        ]
        field_classes = days_of("support_ends_on", "lease_ends_on")
        widgets = {"note": forms.Textarea({"rows": 3})}

    def _narrow(self, reach: RegisterReach, *, at: datetime) -> None:
        self.fields["system"].queryset = System.objects.visible_to(reach.user, at=at, reach=reach).live()
        self.fields["development"].queryset = DevelopmentFile.objects.visible_to(reach.user, at=at, reach=reach).running()


class ModelValuesForm(TakesErrors, forms.ModelForm):
    """A row that hangs on a system."""

    def __init__(self, *args: Any, system: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.system = system
        self.say_what_to_choose()


class LogKeptForm(ModelValuesForm):
    class Meta:
        model = LogKept
        fields = ["kind", "content", "kept_days", "place", "reviewed"]


class ConnectionForm(ModelValuesForm):
    class Meta:
        model = Connection
        fields = [
            *("counterpart", "counterpart_manager", "purpose", "limits", "is_offline_counterpart", "exception_ground", "firewall"),
            *("liability", "surveyed_on", "survey_result", "request_code", "since"),
        ]
        field_classes = days_of("surveyed_on", "since")
        widgets = {"limits": forms.Textarea({"rows": 3}), "survey_result": forms.Textarea({"rows": 3})}


class DevelopmentForm(ModelValuesForm):
    class Meta:
        model = DevelopmentFile
        fields = ["title", "kind", "manager", "contractor", "contractor_manager", "workers", "starts_on", "ends_on"]
        field_classes = days_of("starts_on", "ends_on")
        widgets = {"workers": forms.Textarea({"rows": 4})}


class DayForm(TakesErrors, forms.Form):
    """On which day."""

    on = JapaneseDateField(label="日付")


class ItemForm(TakesErrors, forms.Form):
    """A check that was made, with its evidence."""

    on = JapaneseDateField(label="確かめた日")
    note = forms.CharField(label="結果", widget=forms.Textarea({"rows": 3}), max_length=2000)
    uploads = UploadsField(label="証拠のファイル", required=False)
    evidence = forms.CharField(
        label="証拠の保管場所",
        required=False,
        max_length=200,
        help_text="紙などで別に保管しているとき。ファイルか保管場所のどちらかが必要です。",
    )


class ReasonForm(TakesErrors, forms.Form):
    reason = forms.CharField(label="理由", widget=forms.Textarea({"rows": 3}), max_length=500)


class OffSiteCheckForm(TakesErrors, forms.Form):
    """A look at a device outside the buildings."""

    on = JapaneseDateField(label="確かめた日")
    is_fine = forms.ChoiceField(label="結果", widget=forms.RadioSelect, choices=[("yes", "問題なし"), ("no", "問題あり")])
