"""The shapes of input: the base of every request's form, and the small forms of deciding."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.fiscal import wareki

from .models import Chair, Mode


class RequestForm(forms.Form):
    """What a type of request asks. A field named `starts_on` or `ends_on` is the period of the permit.

    The content travels as plain JSON, so that it can be frozen and digested: `content()` writes it, `initial_of` reads it.
    """

    def __init__(self, *args: Any, request: Any = None, at: datetime | None = None, user: User | None = None, **kwargs: Any) -> None:
        """`request` is the Request the form belongs to, `user` who fills it in, `at` the moment: for choices and limits."""
        self.request, self.at, self.user = request, at, user
        super().__init__(*args, **kwargs)

    def content(self) -> dict[str, Any]:
        """The valid fields as plain JSON."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if not isinstance(self.fields[name], UploadsField)}

    @classmethod
    def initial_of(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What the form begins with, from stored content; a field that the form no longer has is left out."""
        return {name: _typed(cls.base_fields[name], value) for name, value in content.items() if name in cls.base_fields}

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


class DecisionForm(forms.Form):
    """What a decider says: the checks ticked, a comment, conditions; `digest` is the content that was on the screen."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    comment = forms.CharField(
        label="意見・理由",
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        required=False,
        help_text="差戻しと不許可のときは必ず入力してください。申請した人に届きます。",
    )
    conditions = forms.CharField(
        label="許可の条件",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
        help_text="条件を付けて許可するときだけ入力します。許可とともに申請した人に届きます。",
    )


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


class RouteStepForm(forms.Form):
    """One step of a proposed route."""

    chairs = forms.MultipleChoiceField(label="決定する役割", choices=Chair, widget=forms.CheckboxSelectMultiple, required=False)
    mode = forms.ChoiceField(label="決めかた", choices=Mode, widget=forms.RadioSelect, initial=Mode.ANY)


RouteStepFormSet = forms.formset_factory(RouteStepForm, extra=1, max_num=7, absolute_max=7)
