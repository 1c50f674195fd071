"""What is prepared for the bad day as tables: the drills, the versions of the ICT-BCP."""

from functools import partial

from django.http import Http404

from incidents.continuity.people import prepares_plan
from incidents.drills.forms import DrillFilter
from incidents.models import Drill, DrillTask, PlanVersion
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table


def _done(drill: Drill) -> int:
    return sum(task.status == DrillTask.Status.DONE for task in drill.tasks.all())


DRILLS = (
    Column("年度", lambda drill: fiscal_year_label(drill.fiscal_year), 12),
    *columns_of(Drill, "title", "planned_on", "status", "organiser", title=30, planned_on=12, status=10),
    Column("参加する課", lambda drill: [section.full_name for section in drill.sections.all()], 40),
    Column("報告の数", "incident_count", 10),
    Column("改善項目", lambda drill: len(drill.tasks.all()), 10),
    Column("うち済んだもの", _done, 12),
    *columns_of(Drill, "reached_goals", reached_goals=50),
)


@table("incidents.drills", "訓練一覧", filters=DrillFilter)
def drills(asked: Asked) -> Sheet:
    """The drills that the person sees, newest first."""
    rows = DrillFilter(asked.query, queryset=Drill.objects.visible_to(asked.user, at=asked.at).for_list()).qs
    return Sheet(rows.prefetch_related("sections__parent", "tasks"), DRILLS)


def _phases(current: PlanVersion | None, on, rows: list[PlanVersion]) -> list[PlanVersion]:
    for row in rows:
        row.word, _ = row.phase(on, current=current)
    return rows


@table("incidents.plan_versions", "ICT-BCPの版")
def plan_versions(asked: Asked) -> Sheet:
    """The versions of the plan, for those who prepare it."""
    if not prepares_plan(asked.user, at=asked.at):
        raise Http404("この一覧はありません。")
    on, seen = day_of(asked.at), PlanVersion.objects.visible_to(asked.user, at=asked.at)
    columns = (
        *columns_of(PlanVersion, "number", number=8),
        Column("状態", "word", 12),
        *columns_of(PlanVersion, "effective_on", "change_note", "drafted_by", "drafted_at", change_note=40, drafted_at=18),
        *columns_of(PlanVersion, "approved_by", "approved_as", "approved_at", "digest", approved_as=24, approved_at=18, digest=40),
    )
    rows = seen.select_related("drafted_by", "approved_by").order_by("-number")
    return Sheet(rows, columns, draw=partial(_phases, seen.in_force(on).first(), on))
