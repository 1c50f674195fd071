"""The shapes of input: the base of every request's form, and the small forms of deciding."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.utils.datastructures import MultiValueDict

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import wareki

from .matters import Check
from .models import Chair, Decision, Mode


class RequestForm(forms.Form):
    """What a type of request asks. A field named `starts_on` or `ends_on` is the period of the permit.

    The content travels as plain JSON, so that it can be frozen and digested: `content()` writes it, `initial_of` reads it.
    A form whose questions follow from the answers is not valid yet while it `asks_more`; nothing is wrong then.
    """

    takes_files = True
    asks_more = False

    def __init__(
        self,
        *args: Any,
        request: Any = None,
        at: datetime | None = None,
        user: User | None = None,
        is_lenient: bool = False,
        **kwargs: Any,
    ) -> None:
        """`request` is the Request the form belongs to, `user` who fills it in, `at` the moment: for choices and limits.

        A lenient form asks for nothing: what is typed so far is kept. A form without a field for files gets one.
        """
        self.request, self.at, self.user, self.is_lenient = request, at, user, is_lenient
        super().__init__(*args, **kwargs)
        if self.takes_files and not self._upload_fields:
            self.fields["uploads"] = UploadsField(label="添付ファイル", required=False)
        self._know_files()
        if is_lenient:
            for field in self.fields.values():
                field.required = False

    @property
    def _upload_fields(self) -> list[UploadsField]:
        return [field for field in self.fields.values() if isinstance(field, UploadsField)]

    def _know_files(self) -> None:
        """Files are attached to the request; what was attached before need not be attached again."""
        for field in self._upload_fields:
            field.subject = self.request
            if field.required and self.request is not None:
                field.required = not StoredFile.objects.about(self.request).exists()

    def uploads(self) -> list[File]:
        """The files of this sending."""
        names = [name for name, field in self.fields.items() if isinstance(field, UploadsField)]
        return [upload for name in names for upload in self.cleaned_data.get(name, [])]

    def period(self) -> dict[str, date | None]:
        """The first and the last day of the permit as far as they are valid; those that the form does not ask stay."""
        return {name: self.cleaned_data.get(name, getattr(self.request, name)) for name in ("starts_on", "ends_on")}

    def content_so_far(self) -> dict[str, Any]:
        """What was stored, and over it what is valid now."""
        return {**self.request.content, **self.content()}

    def content(self) -> dict[str, Any]:
        """The valid fields as plain JSON."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if not isinstance(self.fields[name], UploadsField)}

    @classmethod
    def initial_of(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What the form begins with, from stored content; a field that the form no longer has is left out."""
        return {name: _typed(cls.base_fields[name], value) for name, value in content.items() if name in cls.base_fields}

    @classmethod
    def data_of(cls, content: dict[str, Any]) -> MultiValueDict:
        """Stored content as a browser would send it: so that what was saved bit by bit can be looked at as a whole."""
        data = MultiValueDict()
        for name, value in cls.initial_of(content).items():
            data.update(_sent(name, cls.base_fields[name], value))
        return data

    @classmethod
    def facts_of(cls, content: dict[str, Any]) -> list[tuple[str, Any]]:
        """(label, value in words) of each field, in the order of the form; keys that no field explains come last under their own name."""
        known = [(field.label, _words(field, content[name])) for name, field in cls.base_fields.items() if name in content]
        return known + [(name, str(value)) for name, value in content.items() if name not in cls.base_fields]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Model):
        return value.pk if isinstance(value.pk, int | str) else str(value.pk)
    if isinstance(value, QuerySet | list | tuple | set):
        return [_plain(item) for item in value]
    return value


def _typed(field: forms.Field, value: Any) -> Any:
    if isinstance(field, JapaneseDateTimeField):
        return datetime.fromisoformat(value) if value else None
    if isinstance(field, JapaneseDateField):
        return date.fromisoformat(value) if value else None
    return value


def _sent(name: str, field: forms.Field, value: Any) -> MultiValueDict:
    """One field as the browser sends it: a box for each part of a day, one value for each choice, nothing for an empty box."""
    if isinstance(field.widget, forms.MultiWidget):
        parts = zip(field.widget.widgets_names, field.widget.decompress(value), strict=True)
        return MultiValueDict({name + suffix: ["" if part is None else str(part)] for suffix, part in parts})
    if isinstance(field, forms.BooleanField):
        return MultiValueDict({name: ["on"]} if value else {})
    values = value if isinstance(value, list) else [value]
    return MultiValueDict({name: [str(item) for item in values if item is not None]})


def _words(field: forms.Field, value: Any) -> Any:
    """A value as people read it: the words of choices, names of rows, days in the era."""
    if isinstance(field, JapaneseDateField):
        moment = _typed(field, value)
        return wareki(moment) if isinstance(moment, date) and not isinstance(moment, datetime) else moment
    if isinstance(field, forms.ModelChoiceField) and value:
        keys = value if isinstance(value, list) else [value]
        return "、".join(field.label_from_instance(row) for row in field.queryset.model._base_manager.filter(pk__in=keys))
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        return "、".join(str(labels.get(item, item)) for item in (value if isinstance(value, list) else [value]) if item not in (None, ""))
    if isinstance(field, forms.BooleanField):
        return "はい" if value else "いいえ"
    return value


def _flat(choices: Any) -> list[tuple[Any, str]]:
    """Choices without their groups."""
    return [pair for key, label in choices for pair in (_flat(label) if isinstance(label, list | tuple) else [(key, label)])]


class ChecksField(forms.MultipleChoiceField):
    """What the policy tells the decider to look at; every one has to be ticked before a permit."""

    widget = forms.CheckboxSelectMultiple


class RulingForm(RequestForm):
    """What a decision itself settles, kept with the decision; it has no files of its own."""

    takes_files = False


class DecisionForm(forms.Form):
    """What a decider says: the checks ticked, a comment, conditions; `digest` is the content that was on the screen.

    The button says which decision it is; a permit asks for every check, the others for a reason.
    """

    PERMIT, CONDITIONALLY, RETURN, REFUSE = "permit", "conditionally", "return", "refuse"
    OUTCOMES = {
        PERMIT: Decision.Outcome.PERMIT,
        CONDITIONALLY: Decision.Outcome.PERMIT,
        RETURN: Decision.Outcome.RETURN,
        REFUSE: Decision.Outcome.REFUSE,
    }

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    step = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(choices=[(name, name) for name in OUTCOMES], widget=forms.HiddenInput)
    checks = ChecksField(label="確かめること", required=False)
    comment = forms.CharField(
        label="意見・理由",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
        help_text="差戻しと不許可では必ず入力します。申請した人に届きます。",
    )
    conditions = forms.CharField(
        label="許可の条件",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
        help_text="条件を付けて許可するときに入力します。",
    )

    def __init__(self, *args: Any, checks: Sequence[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = checks
        self.fields["comment"].need = "差戻し・不許可では必須"
        self.fields["checks"].choices = [(str(place), check.words) for place, check in enumerate(checks)]
        if not checks:
            del self.fields["checks"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        outcome = data.get("outcome")
        if outcome in (self.PERMIT, self.CONDITIONALLY) and len(data.get("checks", ())) < len(self.asked):
            self.add_error("checks", "許可するときは、すべての項目を確かめて印を付けてください。確かめられないときは、差し戻してください。")
        if outcome == self.CONDITIONALLY and not data.get("conditions"):
            self.add_error("conditions", "許可の条件を入力してください。条件がないときは「許可する」を押してください。")
        if outcome in (self.RETURN, self.REFUSE) and not data.get("comment"):
            self.add_error("comment", "差戻しと不許可には、理由を入力してください。申請した人に届きます。")
        return data

    def words(self) -> dict[str, Any]:
        """The decision as `Decision.take` wants it; conditions belong to a permit alone."""
        data, outcome = self.cleaned_data, self.OUTCOMES[self.cleaned_data["outcome"]]
        conditions = data["conditions"] if outcome == Decision.Outcome.PERMIT else ""
        seen = {"digest": data["digest"], "step": data["step"]}
        return {"outcome": outcome, **seen, "comment": data["comment"], "conditions": conditions}

    @property
    def permits(self) -> bool:
        """Whether the button pressed was one of the permits."""
        return self.data.get(self.add_prefix("outcome")) in (self.PERMIT, self.CONDITIONALLY)


class OralDecisionForm(forms.Form):
    """A permit given by word of mouth."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    spoken_by = forms.ModelChoiceField(label="許可した人", queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect)
    spoken_at = JapaneseDateTimeField(label="許可した日時")
    content = forms.CharField(label="話した内容", widget=forms.Textarea({"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spoken_by"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        if len(people) == 1:
            self.fields["spoken_by"].initial = people[0]


class DisputeForm(forms.Form):
    """What was not so, in the words of the one who is said to have spoken."""

    dispute = forms.CharField(label="違う点", widget=forms.Textarea({"rows": 3}), max_length=2000)


class CommentForm(forms.Form):
    """A question or an answer, with files if there are any."""

    text = forms.CharField(label="コメント", widget=forms.Textarea({"rows": 3}), max_length=2000)
    uploads = UploadsField(label="添付ファイル", required=False)

    def __init__(self, *args: Any, subject: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = subject


class ReasonForm(forms.Form):
    """Why: of a recall, a hand-back, a proposal."""

    reason = forms.CharField(label="理由", widget=forms.Textarea({"rows": 3}), max_length=1000)


class WithdrawalForm(forms.Form):
    """Why a request is taken back, where somebody says it."""

    reason = forms.CharField(label="理由", required=False, max_length=1000)


class WaiverForm(forms.Form):
    """やむを得ない場合: who should decide, and why nobody else can."""

    person = forms.ModelChoiceField(label="決定する人", queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="やむを得ない理由",
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        help_text="ほかの人では決定できない事情を具体的に書いてください。",
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        if len(people) == 1:
            self.fields["person"].initial = people[0]


class RouteStepForm(forms.Form):
    """One step of a proposed route; a step without a role is left out."""

    chairs = forms.MultipleChoiceField(label="決定する役割", choices=Chair, widget=forms.CheckboxSelectMultiple, required=False)
    mode = forms.ChoiceField(label="決めかた", choices=Mode, widget=forms.RadioSelect, initial=Mode.ANY, required=False)


class BaseRouteStepFormSet(forms.BaseFormSet):
    """The steps of a proposed route, in their order."""

    def steps(self) -> list[tuple[str, list[str]]]:
        """(mode, chairs) of each step that names a role, as `Route.propose` takes them; one role alone is always いずれか."""
        rows = [row.cleaned_data for row in self.forms if row.cleaned_data.get("chairs")]
        return [(row["mode"] if len(row["chairs"]) > 1 and row["mode"] else Mode.ANY.value, row["chairs"]) for row in rows]


MOST_STEPS = 7
RouteStepFormSet = forms.formset_factory(
    RouteStepForm, formset=BaseRouteStepFormSet, extra=MOST_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS
)
