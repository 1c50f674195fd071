"""What an audit plan says before anybody is audited (3.13.1.6.1)."""

from typing import Any

from django import forms

from assets.forms.requests.base import KindForm, choice, day, line, text
from audits.independence import lines_by_department, lines_of
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of

METHODS = (
    ("documents", "文書と記録を見る"),
    ("interview", "聞き取り"),
    ("visit", "現地を見る"),
    ("questionnaire", "事前の質問票"),
    ("technical", "技術的な検証"),
)


class SectionsField(forms.ModelMultipleChoiceField):
    """Sections by their full names; those of the auditor's own line are not offered, and are refused with the reason."""

    default_error_messages = {"invalid_choice": "監査する人と同じ部の課は監査できません。別の監査人に頼んでください。"}

    def label_from_instance(self, obj: Department) -> str:
        return obj.full_name


class AuditPlanForm(KindForm):
    """監査実施計画: why, whom, what, when, how, by whom; and whether the committee's approval is needed."""

    kind = choice("監査の区分", [("regular", "定期の監査"), ("special", "随時の監査")])
    purpose = text("監査の目的", rows=2)
    sections = SectionsField(
        label="監査を受ける課",
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="監査する人が属する部の課は選べません。",
    )
    contractors = line("委託事業者", "監査する委託事業者があるときに書きます。", required=False)
    my_number = choice("マイナンバーの取扱い", [("in", "監査の範囲に含める"), ("out", "含めない")])
    themes = text("監査の項目・重点", rows=3)
    standards = line("基準", "例 情報セキュリティポリシー第3章、実施手順")
    methods = forms.MultipleChoiceField(label="方法", choices=METHODS, widget=forms.CheckboxSelectMultiple)
    team = text("監査の体制", "監査人の氏名と所属、外部に頼むときはその団体。", rows=2)
    starts_on = day("始まり")
    ends_on = day("報告書の提出")
    needs_committee = choice(
        "情報化推進委員会の承認",
        [("no", "必要としない"), ("yes", "必要とする")],
        "全庁に関わる監査や、重い課題を扱う監査では承認を受けます。",
    )
    ground = line("必要とする・しない理由")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.at is not None:
            rows = Department.objects.in_force(day_of(self.at)).sections().select_related("parent")
            self.fields["sections"].queryset = rows.exclude(pk__in=self._in_own_line())

    def _in_own_line(self) -> list[int]:
        """The sections that who drafts the plan cannot audit (3.13.1.1).

        The plan of an audit, or of a year, has auditors of its own, who are asked for one by one and checked there.
        """
        drafter = self.request.drafter if self.request is not None else self.user
        if drafter is None or (self.request is not None and self.request.subjects.exists()):
            return []
        own = lines_of(drafter, at=self.at).lines
        return [pk for pk, line in lines_by_department(at=self.at).items() if line in own]
