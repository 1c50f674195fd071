"""Forms of a ledger: made from its declaration; what narrows its list; the file of an existing list."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.ledgers.declaration import Act, Field, Ledger
from assets.ledgers.fields import RowField, form_field
from assets.models import IdCheckLine, LedgerEntry
from assets.registers import RegisterReach, keeping_departments
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField


class DeclaredForm(forms.Form):
    """The fields of a declaration. A row of a register is found only among those that the person may see."""

    def __init__(self, *args: Any, declared: tuple[Field, ...], reach: RegisterReach, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [field.name for field in declared]
        self.fields |= {field.name: form_field(field) for field in declared}
        for field in self.fields.values():
            if isinstance(field, RowField):
                field.rows = field.model.objects.visible_to(reach.user, at=at, reach=reach)

    def values(self) -> dict[str, Any]:
        """The declared fields only."""
        return {name: self.cleaned_data[name] for name in self.names}

    def take_errors(self, error: ValidationError) -> None:
        """What a model refuses stands beside the field, a field that the form does not have above the form."""
        for name, sentences in getattr(error, "message_dict", {None: error.messages}).items():
            self.add_error(name if name in self.fields else None, sentences)


class EntryForm(DeclaredForm):
    """A row of a ledger, with the section that it belongs to."""

    def __init__(self, *args: Any, ledger: Ledger, reach: RegisterReach, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, declared=ledger.fields, reach=reach, at=at, **kwargs)
        self.fields["uploads"] = UploadsField(label="添付ファイル", required=False)


class NewEntryForm(EntryForm):
    """A new row: the person says for which section where there is a choice."""

    def __init__(self, *args: Any, ledger: Ledger, reach: RegisterReach, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, ledger=ledger, reach=reach, at=at, **kwargs)
        sections = sections_of(ledger, reach, at=at)
        known = Department.objects.filter(pk__in=[row.pk for row in sections])
        field = forms.ModelChoiceField(label="所管課", queryset=known, empty_label="選んでください")
        first = [row for row in sections if row.pk in reach.sections] or sections
        field.initial = first[0] if first else None
        field.label_from_instance = lambda row: row.full_name
        self.fields = {"department": field, **self.fields}


def sections_of(ledger: Ledger, reach: RegisterReach, *, at: datetime) -> list[Department]:
    """The sections for which the person keeps this ledger."""
    return [row for row in keeping_departments(on=day_of(at)) if LedgerEntry.allows(ledger.keeper, row, reach)]


class ActForm(DeclaredForm):
    """What an act asks."""

    def __init__(self, *args: Any, act: Act, reach: RegisterReach, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, declared=act.fields, reach=reach, at=at, **kwargs)
        self.fields["uploads"] = UploadsField(label="添付ファイル", required=False)


class ListFileForm(forms.Form):
    """An existing list."""

    department = forms.ModelChoiceField(label="所管課", queryset=Department.objects.none(), empty_label=None)
    file = forms.FileField(
        label="一覧のファイル",
        help_text="CSV（UTF-8、Shift_JIS）か XLSX。3,000行、5MBまで。",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, sections: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(pk__in=[row.pk for row in sections])
        self.fields["department"].label_from_instance = lambda row: row.full_name


class LedgerFilterForm(forms.Form):
    """Narrows the list of a ledger; what does not fit counts as not asked."""

    q = forms.CharField(label="言葉", required=False, max_length=100)
    status = forms.ChoiceField(label="状態", required=False)
    department = forms.ModelChoiceField(label="所管課", queryset=Department.objects.none(), required=False, empty_label="全て")

    def __init__(self, data: Any, *, ledger: Ledger, reach: RegisterReach, at: datetime) -> None:
        super().__init__(data)
        self.on = day_of(at)
        open_states = [("open", "続いているもの")] if any(not state.is_open for state in ledger.states) and ledger.acts else []
        due = [("due", "期日が来たもの")] if ledger.dues else []
        self.fields["status"].choices = [("", "全て"), *open_states, *due, *((state.code, state.label) for state in ledger.states)]
        self.fields["department"].queryset = keeping_departments(on=day_of(at))
        if not reach.is_wide:
            del self.fields["department"]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: given for name, given in self.cleaned_data.items() if given}

    def narrowed(self, rows: Any) -> Any:
        """The rows as far as they are asked for."""
        wanted = self.wanted()
        rows = rows.found(wanted["q"]) if "q" in wanted else rows
        if wanted.get("status") == "open":
            rows = rows.open()
        elif wanted.get("status") == "due":
            rows = rows.due(until=self.on)
        elif "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        return rows.filter(department=wanted["department"]) if "department" in wanted else rows


class IdCheckForm(forms.Form):
    """How a round begins."""

    months = forms.IntegerField(label="何か月使われていないIDを調べるか", min_value=1, max_value=36, initial=6)
    due_on = JapaneseDateField(label="職員課の回答の期限")


class IdReplyForm(forms.Form):
    """The answer of the 職員課 about one ID."""

    answer = forms.ChoiceField(label="回答", choices=IdCheckLine.Answer.choices)
    note = forms.CharField(label="補足", required=False, max_length=300)
