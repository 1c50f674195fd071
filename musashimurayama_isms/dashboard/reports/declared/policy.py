"""The papers of the policy: its text, what a text changes, the guide of a role, the exceptions."""

from typing import Any

from django import forms

from musashimurayama_isms.fields import radio
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from policy.exception_list import OPEN, STATES
from policy.models import Bearer, Revision

from ..policy_text import TEXT
from ..report import Asker, Group, Report, ReportForm


class RevisionField(forms.ModelChoiceField):
    """A text of the policy by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Revision.objects.none(), label="版", empty_label=None, **kwargs)

    def label_from_instance(self, revision: Revision) -> str:
        return f"{revision.name}（{revision.get_status_display()}）"


class RevisionForm(ReportForm):
    """A text that the person may read, the newest first."""

    revision = RevisionField()

    def fill(self) -> None:
        self.fields["revision"].queryset = self.rows.order_by("-effective_on", "-pk")

    @property
    def rows(self):
        return Revision.objects.of_the_policy().visible_to(self.asker.user, at=self.asker.at).filter(is_outline=False)


class ComparedForm(RevisionForm):
    """A text that changed another one."""

    @property
    def rows(self):
        return super().rows.exclude(base=None)


class BearerForm(ReportForm):
    bearer = forms.ChoiceField(label="役割", choices=Bearer.choices)


class StateForm(ReportForm):
    state = radio("状態", [(code, word) for code, (word, _) in STATES.items()])

    def fill(self) -> None:
        self.fields["state"].initial = OPEN


def text(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue(TEXT, by=asker.user, subject=given["revision"], revision=given["revision"].pk)


def comparison(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("policy.comparison", by=asker.user, subject=given["revision"], revision=given["revision"].pk, wanted={})


def guide(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("policy.guide", by=asker.user, bearer=given["bearer"])


def exceptions(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("policy.exceptions", by=asker.user, wanted={"state": given["state"]})


REPORTS = (
    Report(
        "policy-text",
        Group.POLICY,
        "情報セキュリティポリシー",
        "本文",
        "一つの版の本文を、目次とページ番号を付けて綴ります。",
        "2.12",
        TEXT,
        text,
        RevisionForm,
    ),
    Report(
        "comparison",
        Group.POLICY,
        "新旧対照表",
        "新旧対照表",
        "改定した条項を、改正後と改正前で並べます。",
        "3.13.3",
        "policy.comparison",
        comparison,
        ComparedForm,
    ),
    Report(
        "guide",
        Group.POLICY,
        "役割ごとの手引",
        "手引",
        "一つの役割に求められることの主なものを、一枚にまとめます。",
        "3.9.1.1",
        "policy.guide",
        guide,
        BearerForm,
    ),
    Report(
        "exceptions",
        Group.POLICY,
        "例外措置一覧",
        "例外措置一覧",
        "例外措置の内容、理由、リスク、期間、状態の一覧です。自分が見られるものだけが載ります。",
        "3.11.4.3",
        "policy.exceptions",
        exceptions,
        StateForm,
    ),
)
