"""Cause, prevention, confirmation, and how an incident ends."""

from datetime import datetime

from django import forms
from django.db.models import Q

from assets.models import Asset
from incidents.chain import Party
from incidents.handling import people
from incidents.models import CauseAnalysis, CauseCategory, Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request, RequestType
from musashimurayama_isms.fields import half_width, line, radio, text
from policy.citations import headings, parse

from .fields import SpokenForm, yes_no


class CauseForm(forms.Form):
    """What has been found out."""

    course = text("起きた経過", "いつ、どこで、何がどうなったか。時刻が分かるものは時刻も入力します。", rows=6, max_length=8000)
    cause = text("原因", "直接の原因と、それが起きた背景", rows=6, max_length=8000)
    categories = forms.ModelMultipleChoiceField(
        label="原因の分類", queryset=CauseCategory.objects.filter(is_active=True), widget=forms.CheckboxSelectMultiple
    )


class AnswerForm(forms.Form):
    """What a party says to it."""

    agrees = yes_no("この内容で同意しますか", "「いいえ」のときは、違う点や補うことを入力します。")
    words = text("補うこと・異なる意見", required=False)


class FinishCauseForm(forms.Form):
    """The end of step 8: a reason for each party that has not answered."""

    def __init__(self, *args, analysis: CauseAnalysis, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for party in analysis.unanswered():
            self.fields[f"reason_{party}"] = text(f"{party.label}の回答を待たずに進める理由")

    def reasons(self) -> dict[str, str]:
        return {name.removeprefix("reason_"): words for name, words in self.cleaned_data.items()}


class PreventionForm(forms.Form):
    """The report of step 9."""

    words = text("再発防止策の考え方", "措置が要らないときは、その理由を入力します。", rows=6, max_length=8000)


class ConfirmForm(SpokenForm):
    """The CISO confirms."""

    words = text("CISOの言葉", "確認したこと、求めること", required=False, max_length=4000)

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add_spoken([actor.person for actor in people(incident, [Party.CISO], at=at)], by=by, at=at)


class ReturnForm(forms.Form):
    """The CISO sends back."""

    words = text("改めること", max_length=4000)


class CloseForm(forms.Form):
    """Finished; with a reason where something is left."""

    reason = text("残っていることがあるまま完了にする理由", required=False)

    def __init__(self, *args, is_open: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if is_open:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class MergeForm(forms.Form):
    """The report that goes on, by its number."""

    into = line("統合先の番号", "例 R8-012。こちらの報告が終わり、統合先が続きます。", max_length=20)
    reason = text("統合する理由")

    def __init__(self, *args, incident: Incident, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.incident, self.by, self.at = incident, by, at

    def clean_into(self) -> Incident:
        found = incident_by_number(self.cleaned_data["into"], by=self.by, at=self.at)
        if found is None:
            raise forms.ValidationError("この番号の報告は見つかりません。番号を確かめてください。")
        return found


def incident_by_number(word: str, *, by: User, at: datetime) -> Incident | None:
    """The report with this number that the person sees: R8-012, or 訓R8-012 in a drill."""
    number = half_width(word).strip()
    fiscal_year, sequence = _parts(number.removeprefix("訓"))
    rows = Incident.objects.submitted().visible_to(by, at=at).filter(is_drill=number.startswith("訓"))
    return rows.filter(fiscal_year=fiscal_year, sequence=sequence).first() if sequence else None


def _parts(word: str) -> tuple[int, int]:
    """R8-012 as fiscal year and sequence; (0, 0) for anything else."""
    year, _, number = half_width(word).upper().removeprefix("R").partition("-")
    return (2018 + int(year), int(number)) if year.isdigit() and number.isdigit() else (0, 0)


class LinkForm(forms.Form):
    """What the incident has to do with: a kind of thing and its number."""

    INCIDENT, ASSET, REQUEST, CLAUSE = "incident", "asset", "request", "clause"
    kind = radio("何と結び付けますか", [(ASSET, "情報資産"), (REQUEST, "申請・許可"), (CLAUSE, "条項"), (INCIDENT, "以前のインシデント")])
    word = line("番号", "資産番号、申請の番号（R8-012）、条項（3-9(3)イ）、インシデントの番号（R8-012）")
    request_type = forms.ModelChoiceField(
        label="申請の種別",
        queryset=RequestType.objects.all(),
        required=False,
        empty_label="選ばない",
        help_text="申請のときに選びます。",
    )
    note = line("関わり", required=False)

    def __init__(self, *args, by: User, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.at = by, at

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("kind") and data.get("word"):
            data["found"] = getattr(self, f"_{data['kind']}")(data["word"].strip(), data.get("request_type"))
            if not data["found"]:
                self.add_error("word", "見つかりません。番号を確かめるか、見られる権限があるかを確かめてください。")
        return data

    def target(self) -> dict:
        """As IncidentLink.tie takes it."""
        found = self.cleaned_data["found"]
        where = {"clause": found} if isinstance(found, str) else {"thing": found}
        return {**where, "note": self.cleaned_data["note"]}

    def _incident(self, word: str, _) -> Incident | None:
        return incident_by_number(word, by=self.by, at=self.at)

    def _asset(self, word: str, _) -> Asset | None:
        rows = Asset.objects.visible_to(self.by, at=self.at)
        return rows.filter(Q(number=word) | Q(number=half_width(word))).first()

    def _request(self, word: str, request_type: RequestType | None) -> Request | None:
        fiscal_year, sequence = _parts(word)
        rows = Request.objects.visible_to(self.by, at=self.at).filter(fiscal_year=fiscal_year, sequence=sequence)
        rows = rows.filter(type=request_type) if request_type else rows
        return rows.first() if sequence and rows.count() == 1 else None

    def _clause(self, word: str, _) -> str | None:
        number = parse(word)
        return number if number and number in headings(on=day_of(self.at)) else None
