"""The shapes of the first page: three plain questions, and what the address brings along."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.html import format_html

from assets.classification import AssetClass
from assets.models import ExternalService, SocialAccount
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import main_department
from musashimurayama_isms.fields import JapaneseDateTimeField


class KindChoices(ModelChoiceIterator):
    """The kinds in use, heading by heading."""

    def __iter__(self):
        rows = list(self.queryset)
        for group in IncidentKind.Group:
            if found := [self.choice(row) for row in rows if row.group == group]:
                yield group.label, found


class KindField(forms.ModelChoiceField):
    """Kinds with an example each, under their headings, so that nobody needs to know the word."""

    widget = forms.RadioSelect
    iterator = KindChoices

    def label_from_instance(self, kind: IncidentKind) -> str:
        return format_html('<strong>{}</strong> <span class="choice__example">{}</span>', kind.name, kind.description)


def not_in_future(value: datetime | None, *, at: datetime) -> datetime | None:
    """The moment itself; ValidationError where it has not come yet."""
    if value and value > at:
        raise forms.ValidationError("日時が未来になっています。実際の日時を入力してください。")
    return value


class QuestionsForm(forms.ModelForm):
    """何が起きた・いつ気づいた・個人情報は: enough to show the right first-response card."""

    kind = KindField(label="何が起きましたか", queryset=IncidentKind.objects.offered(), empty_label=None)
    noticed_at = JapaneseDateTimeField(label="いつ気づきましたか", help_text="およその時刻で構いません。")
    personal_information = forms.ChoiceField(
        label="個人情報は含まれますか",
        choices=Incident.Answer,
        widget=forms.RadioSelect,
        help_text="氏名・住所・番号など、個人が分かる情報です。迷うときは「分からない」を選んでください。",
    )

    class Meta:
        model = Incident
        fields = ["kind", "noticed_at", "personal_information"]

    def __init__(self, *args, user: User, at: datetime, **kwargs) -> None:
        self.user, self.at = user, at
        super().__init__(*args, **kwargs)
        self.department = main_department(user, on=timezone.localtime(at).date())
        if self.department is None:  # asked of who has no post: the report must belong somewhere
            self.fields["department"] = forms.ModelChoiceField(
                label="どの課のことですか",
                queryset=Department.objects.in_force(timezone.localtime(at).date()).select_related("parent"),
                empty_label="選んでください",
                help_text="あなたの所属が登録されていないため、選んでください。",
            )

    def other_route(self) -> str:
        """The form that the chosen kind leads to, whatever else was answered; "" for an incident."""
        self.is_valid()
        kind = self.cleaned_data.get("kind")
        return "" if kind is None or kind.route == IncidentKind.Route.INCIDENT else kind.route

    def clean_noticed_at(self) -> datetime:
        return not_in_future(self.cleaned_data["noticed_at"], at=self.at)

    def save(self, commit: bool = True, *, facts: Mapping[str, Any] | None = None) -> Incident:
        """A new draft of the person, with what is known already."""
        self.instance.reporter = self.user
        for name, value in (facts or {}).items():
            setattr(self.instance, name, value)
        self.instance.department = self.department or self.cleaned_data["department"]
        return super().save(commit)


class Prefill(forms.Form):
    """What the address of the first page may bring: ?kind=lost&information=…; what does not fit is left out, all can be changed."""

    kind = forms.ModelChoiceField(queryset=IncidentKind.objects.filter(is_active=True), to_field_name="code", required=False)
    personal_information = forms.ChoiceField(choices=Incident.Answer, required=False)
    information = forms.CharField(max_length=300, required=False)
    place = forms.CharField(max_length=200, required=False)
    asset_class = forms.TypedChoiceField(choices=AssetClass.choices, coerce=int, empty_value=None, required=False)
    service = forms.ModelChoiceField(queryset=ExternalService.objects.none(), required=False)
    account = forms.ModelChoiceField(queryset=SocialAccount.objects.none(), required=False)

    def __init__(self, data: Mapping[str, Any], *, user: User, at: datetime) -> None:
        super().__init__(data)
        for name, model in (("service", ExternalService), ("account", SocialAccount)):
            self.fields[name].queryset = model.objects.visible_to(user, at=at)

    def _of(self, *names: str) -> dict:
        self.is_valid()
        return {name: value for name in names if (value := self.cleaned_data.get(name))}

    def answers(self) -> dict:
        """Of the three questions."""
        return self._of("kind", "personal_information")

    def facts(self) -> dict:
        """Of the report itself."""
        return self._of("information", "place", "asset_class", "service", "account")
