"""What the list itself can do: through the doors that are there anyway, and only what is not done yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assets.models.numbering import RegisterSeries
from audits.models import AuditProgramme, Campaign
from audits.parties import Reach
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.fiscal import next_working_day, wareki
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.transitions import InvalidTransition

from .turn import Turn

DUTIES = "dashboard.year_duties"
NOTHING = "行うことは残っていません。最新の内容を表示しました。"


@dataclass(frozen=True)
class Act:
    """A button: what it will do, who may press it, and the act, which gives the sentence said afterwards."""

    slug: str
    title: str
    button: str
    preview: Callable[[Turn], list[str]]
    may: Callable[[Turn], bool]
    do: Callable[[Turn], str]
    lead: str = ""

    def is_open(self, turn: Turn) -> bool:
        """Whether there is something to do, and for this person."""
        return self.may(turn) and bool(self.preview(turn))

    @transaction.atomic
    def perform(self, turn: Turn) -> str:
        """Once: whoever comes second waits here, and finds nothing left. PermissionDenied and InvalidTransition as the doors say."""
        if not self.may(turn):
            raise PermissionDenied
        RegisterSeries.hold(f"year-turn:{turn.year}")
        if not self.preview(turn):
            raise InvalidTransition(NOTHING)
        return self.do(turn)


# -- the plan of the audits ------------------------------------------------------------------------------------------


def last_programme(turn: Turn) -> AuditProgramme | None:
    return AuditProgramme.objects.filter(fiscal_year__lt=turn.year).order_by("-fiscal_year").first()


def _programme_preview(turn: Turn) -> list[str]:
    last = last_programme(turn)
    if last is None or AuditProgramme.objects.filter(fiscal_year=turn.year).exists():
        return []
    return [
        f"{turn.label}の監査計画の案を、「{last}」をもとに作ります。",
        f"監査のテーマ{last.themes.count()}件と、監査の対象{last.targets.count()}件を写します。",
        "監査の日程は、ポリシーの定める月を入れます。予算と、まとめの記録は写しません。",
        "作った案は、承認するまで直せます。",
    ]


def _copy_programme(turn: Turn) -> str:
    AuditProgramme.begin(turn.year, by=turn.user, at=turn.at, copy_from=last_programme(turn))
    return f"{turn.label}の監査計画の案を作りました。"


# -- self-inspections ------------------------------------------------------------------------------------------------


def _central(turn: Turn) -> bool:
    return Campaign.hat_of(turn.user, at=turn.at) is not None


def regular(turn: Turn) -> Campaign | None:
    """The inspection of the new year, if it is there."""
    rows = Campaign.objects.filter(kind=Campaign.Kind.REGULAR, fiscal_year=turn.year)
    return rows.exclude(status=Campaign.Status.DROPPED).first()


def last_regular(turn: Turn) -> Campaign | None:
    rows = Campaign.objects.filter(kind=Campaign.Kind.REGULAR, fiscal_year__lt=turn.year, status__in=("closed", "reported"))
    return rows.first()


def _a_year_later(day: date, turn: Turn) -> date:
    """The same day in the new year, moved to a day on which the city hall is open."""
    year = turn.year + (day.month < 4)
    return next_working_day(day.replace(year=year, day=min(day.day, 28)) if (day.month, day.day) == (2, 29) else day.replace(year=year))


def _inspection_preview(turn: Turn) -> list[str]:
    last = last_regular(turn)
    if last is None or regular(turn):
        return []
    return [
        f"「{turn.label} 自己点検」を、準備中として作ります。",
        f"「{last}」の質問のうち、いまの義務にある{last.questions.count()}問までを写します。文は、いまの義務の文にします。",
        f"回答の期限は{wareki(_a_year_later(last.due_on, turn))}とします。",
        "受付を始めるまで、名称・期限・質問は直せます。職員にはまだ知らせません。",
    ]


def _prepare_inspection(turn: Turn) -> str:
    last = last_regular(turn)
    due_on = _a_year_later(last.due_on, turn)
    facts = {"title": f"{turn.label} 自己点検", "due_on": due_on, "kind": Campaign.Kind.REGULAR, "note": last.note}
    Campaign.prepare(**facts, by=turn.user, at=turn.at)
    return f"{turn.label}の自己点検を準備中として作りました。質問と期限を確かめてください。"


def ended(turn: Turn) -> list[Campaign]:
    """Inspections that still take answers though their day is over."""
    return list(Campaign.objects.live().filter(due_on__lt=turn.on).order_by("due_on", "pk"))


def _close_preview(turn: Turn) -> list[str]:
    return [
        f"「{row}」（期限 {wareki(row.due_on)}）の回答を締め切ります。出していない回答は、未回答として数えます。" for row in ended(turn)
    ]


def _close(turn: Turn) -> str:
    rows = ended(turn)
    for row in rows:
        row.close(by=turn.user, at=turn.at)
    return f"{len(rows)}件の自己点検を締め切りました。"


# -- duties ------------------------------------------------------------------------------------------------------------


def bare_duties(turn: Turn) -> int:
    """Duties that come round by themselves and have no round in the new year yet."""
    last_day = date(turn.year + 1, 3, 31)
    planned = Occurrence.objects.filter(due_on__range=(turn.first_day, last_day)).values("duty")
    return Duty.objects.active().exclude(interval__in=(Duty.Interval.ONCE, Duty.Interval.EVENT)).exclude(pk__in=planned).count()


def _duties_preview(turn: Turn) -> list[str]:
    count = bare_duties(turn)
    if not count:
        return []
    return [
        f"{turn.label}の回がまだない定期業務{count}件について、13か月先までの回を作ります。",
        "夜間の処理でも毎日作られます。待たずに作るときに使います。",
    ]


def _make_duties(turn: Turn) -> str:
    enqueue(DUTIES, by=turn.user)
    return "定期業務の回を作っています。「処理の一覧」で進み具合を確かめられます。"


ACTS = {
    act.slug: act
    for act in (
        Act(
            "close-inspections",
            "期限を過ぎた自己点検を締め切る",
            "締め切る",
            _close_preview,
            _central,
            _close,
            "締め切った後も、期限を改めれば受付を再開できます。",
        ),
        Act(
            "programme",
            "前の年度の監査計画を写す",
            "写す",
            _programme_preview,
            lambda turn: Reach.of(turn.user, at=turn.at).plans,
            _copy_programme,
        ),
        Act("inspection", "新しい年度の自己点検を準備する", "準備する", _inspection_preview, _central, _prepare_inspection),
        Act(
            "duties",
            "定期業務の回を作る",
            "作る",
            _duties_preview,
            lambda turn: turn.is_administrator or _central(turn),
            _make_duties,
        ),
    )
}
