"""What a phase of an audit still lacks. A phase does not end over missing parts; what the policy leaves open may lack for a reason."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from musashimurayama_isms.parameters.values import value

if TYPE_CHECKING:
    from audits.models import Engagement


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, in words, with the clause that asks for it and the tab where it is made good."""

    words: str
    clause: str
    tab: str = "engagement"
    may_be_missing: bool = False


Gate = Callable[..., Iterable[Gap]]
_gates: dict[str, list[Gate]] = {}


def gate(phase: str) -> Callable[[Gate], Gate]:
    """Register what a phase must not lack: `function(engagement, at=)` yields Gaps."""

    def register(found: Gate) -> Gate:
        _gates.setdefault(phase, []).append(found)
        return found

    return register


def gaps(engagement: "Engagement", *, at: datetime) -> list[Gap]:
    """Everything that the phase of this audit still lacks."""
    return [gap for found in _gates.get(engagement.phase, ()) for gap in found(engagement, at=at)]


def _auditors(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    rows = list(engagement.assignments.accepted().select_related("person", "engagement"))
    if not rows:
        yield Gap("引き受けた監査人がいません。", "3.13.1.4")
    for row in rows:
        if found := row.conflicts(at=at):
            yield Gap(
                f"{row.person.name}さんは監査人を続けられません（{found[0].words.rstrip('。')}）。交代させてください。", found[0].clause
            )
    if rows and not any(row.is_lead for row in rows):
        yield Gap("主任の監査人が引き受けていません。", "3.13.1.4")


for _phase in ("preparing", "survey", "fieldwork", "reporting"):
    gate(_phase)(_auditors)


@gate("preparing")
def plan(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    """The plan of the asked auditor, the items, and outside help where the head is concerned."""
    if not engagement.is_planned:
        yield Gap("監査実施計画が、まだ確認されていません。", "3.13.1.6.1")
    if not engagement.items.exists():
        yield Gap("監査項目が、まだ整理されていません。", "3.13.1.5", "checklist")
    if value("audits.head_conflict") == "never" and not any(row.is_outside for row in engagement.assignments.accepted()):
        yield Gap("監査総括責任者が監査の対象に関わるため、外部の監査人が必要です。", "3.13.1.4")


@gate("survey")
def told(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    """Dates settled, notice sent and received, survey answered."""
    if engagement.fieldwork_at is None:
        yield Gap("実査の日時が決まっていません。", "3.13.1.5", "schedule")
    notice = engagement.notices.last()
    if notice is None:
        yield Gap("監査の通知をまだ送っていません。", "3.13.1.5", "schedule")
    elif notice.received_at is None:
        yield Gap("課が監査の通知を受け取っていません。", "3.13.1.5", "schedule", may_be_missing=True)
    survey = getattr(engagement, "questionnaire", None)
    if survey is None or survey.sent_at is None:
        yield Gap("予備調査の質問票を送っていません。", "3.13.1.5", "survey", may_be_missing=True)
    elif not survey.is_submitted:
        yield Gap("予備調査の回答が出ていません。", "3.13.1.5", "survey", may_be_missing=True)


@gate("fieldwork")
def examined(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    """Each item has its result, each nonconformity its finding, each paper was reviewed."""
    if left := engagement.items.incomplete().count():
        yield Gap(f"結果か理由が書かれていない監査項目が{left}件あります。", "3.13.1.2", "checklist")
    if left := engagement.items.without_finding().count():
        yield Gap(f"不適合としたのに指摘を書いていない項目が{left}件あります。", "3.13.1.8.2", "checklist")
    if left := engagement.merges.open().count():
        yield Gap(f"取り込んだ表との食い違いを解消していないものが{left}件あります。", "3.13.1.9.2", "checklist")
    if not engagement.papers.exists():
        yield Gap("監査調書がありません。", "3.13.1.9.2", "papers")
    if left := engagement.papers.unreviewed().count():
        yield Gap(f"査閲していない調書が{left}件あります。", "3.13.1.9.2", "papers")


@gate("reporting")
def reported(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    """Drafts exchanged, comments answered, each paper reviewed, the report issued, on its way to the CISO and read."""
    if left := engagement.findings.drafts().count():
        yield Gap(f"意見交換に出していない指摘が{left}件あります。", "3.13.1.8.2", "findings")
    if left := engagement.findings.unanswered().count():
        yield Gap(f"課の意見に答えていない指摘が{left}件あります。", "3.13.1.8.2", "findings")
    if left := engagement.papers.unreviewed().count():
        yield Gap(f"査閲していない調書が{left}件あります。", "3.13.1.9.2", "papers")
    report = engagement.reports.issued().last()
    if report is None:
        yield Gap("監査報告書をまだ出していません。", "3.13.1.8.2", "report")
        return
    if report.forwarded_at is None:
        yield Gap("CISOにまだ報告していません。", "3.13.1.8.3", "report")
    for receipt in report.receipts.pending():
        yield Gap(f"{receipt.get_party_display()}が報告書を受領していません。", "3.13.1.8.2", "report", may_be_missing=True)


@gate("follow_up")
def given_back(engagement: "Engagement", *, at: datetime) -> Iterator[Gap]:
    """Nothing lent is still out, the papers have their keeper, a report that was issued anew has gone to the CISO."""
    if engagement.reports.issued().filter(forwarded_at=None).exists():
        yield Gap("CISOにまだ報告していません。", "3.13.1.8.3", "report")
    if left := engagement.evidence.out().count():
        yield Gap(f"課に返していない、または返したことを課が確かめていない証拠が{left}件あります。", "3.13.1.8.1", "evidence")
    if not engagement.papers_kept_at:
        yield Gap("監査調書の保管場所が記録されていません。", "3.13.1.9.2", "papers")
