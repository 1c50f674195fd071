"""The shapes of input of findings, of the exchange of views, and of the report."""

from typing import Any

from django import forms

from audits.acts import ActForm
from audits.models import AuditReport, CheckItem, ExchangeComment, Finding, Grade
from audits.models.report import CHAPTERS
from musashimurayama_isms.fields import text
from policy.fields import ClausesField


class FindingForm(ActForm):
    """A finding: what is so, against what, what may come of it, what should be done."""

    grade = forms.ChoiceField(label="区分", choices=Grade, widget=forms.RadioSelect)
    title = forms.CharField(label="件名", max_length=200)
    fact = text("事実", "いつ、何を見て、何が確かめられたか。個人の名前は書きません。", max_length=4000)
    clauses = ClausesField(label="基準の条項")
    risk = text("リスク", "放置したときに何が起こり得るか。不適合のときは必ず書きます。", rows=2, required=False)
    recommendation = text("改善の提言", rows=2, required=False)

    def set_up(self) -> None:
        if isinstance(self.subject, CheckItem):
            self.initial = self._of_item(self.subject)
            self.auto_id = f"finding{self.subject.pk}_%s"  # it may stand in a page among others
        elif isinstance(self.subject, Finding):
            self.initial = {name: getattr(self.subject, name) for name in self.fields}
        self.fields["clauses"].required = True

    def _of_item(self, item: CheckItem) -> dict[str, Any]:
        grade = item.result if item.result in Grade.values else ""
        return {"grade": grade, "title": "", "fact": item.observation, "clauses": [item.clause]}


class WithdrawForm(ActForm):
    """Why a draft is taken back."""

    withdrawal = text("取下げの理由", max_length=500)


class CommentForm(ActForm):
    """What the section says to a draft."""

    agrees = forms.TypedChoiceField(
        label="事実の確認",
        choices=[("yes", "事実に誤りはない"), ("no", "違う点・意見がある")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    text = text("課の意見", "違う点があるときは、正しい内容と、それが分かる資料を書きます。", required=False, max_length=4000)


class ReplyForm(ActForm):
    """What the auditors make of it."""

    outcome = forms.ChoiceField(label="取扱い", choices=ExchangeComment.Outcome, widget=forms.RadioSelect)
    answer = text("監査人の回答", max_length=4000)


class BetterReportForm(ActForm):
    """A further version needs its reason."""

    change_reason = text("改める理由", rows=2, max_length=500)


class ReportForm(ActForm):
    """The chapters of the report that is being written."""

    def set_up(self) -> None:
        report = self.subject.reports.filter(status=AuditReport.Status.DRAFT).first()
        for name, word in CHAPTERS:
            length = AuditReport._meta.get_field(name).max_length
            self.fields[name] = text(word, rows=8 if name == "summary" else 3, required=False, max_length=length)
            self.fields[name].initial = getattr(report, name, "")
        self.fields["summary"].help_text = "よい点と課題を書きます。助言の監査では「問題はない」と言い切らないでください。"
        self.fields["remarks"].help_text = "できなかったこと、範囲の制約など。なければ空欄。"


class ForwardForm(ActForm):
    """Whether the committee is told as well, and why."""

    to_committee = forms.TypedChoiceField(
        label="情報化推進委員会への報告",
        choices=[("no", "必要としない"), ("yes", "必要とする")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        help_text="全庁に関わる課題や、重大な不適合があるときは報告します。",
    )
    committee_reason = text("理由", rows=2, max_length=500)
