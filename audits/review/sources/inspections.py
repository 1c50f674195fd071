"""What self-inspections have shown (3.13.2.3.2): the questions answered worst, and what was to be bettered and is not."""

from collections.abc import Iterator

from django.db.models import Count, Q

from audits.inspections.pages import Line, lines_of
from audits.models import Answer, Campaign, Found, Improvement, Source

from .base import Window, gathers

WORST = 10  # questions of one inspection
WELL_KEPT = 80  # percent of ○ from which a question is no input


@gathers
def questions(window: Window) -> Iterator[Found]:
    """The worst questions of each inspection that was closed in these days, with in how many departments somebody said ×."""
    for campaign in _campaigns(window):
        answers = Answer.objects.filter(sheet__campaign=campaign)
        noes = answers.counted().filter(value=Answer.Value.NO).order_by().values("question")
        departments = dict(noes.annotate(count=Count("sheet__department", distinct=True)).values_list("question", "count"))
        weak = [line for line in lines_of(campaign, answers) if line.rate is not None and line.rate < WELL_KEPT]
        for line in sorted(weak, key=lambda line: (line.rate, -line.answered))[:WORST]:
            yield Found(
                Source.INSPECTION,
                f"question:{line.question.pk}",
                line.question.text,
                _words(campaign, line, departments.get(line.question.pk, 0)),
                (line.question.clause,),
                campaign.get_absolute_url(),
            )


def _words(campaign: Campaign, line: Line, departments: int) -> str:
    past = "前回の点検はありません" if line.before is None else f"前回から{line.trend}"
    return f"{campaign.title}：回答{line.answered}件のうち○は{line.rate}%（{past}）。「×」のあった所属は{departments}。"


@gathers
def improvements(window: Window) -> Iterator[Found]:
    """What the departments have promised to better and have not, summed up for each inspection."""
    rows = Improvement.objects.filter(result__campaign__in=_campaigns(window)).order_by()
    late = Q(done_on=None, due_on__lt=window.until)
    fields = ("result__campaign", "result__campaign__title")
    counts = rows.values(*fields).annotate(total=Count("pk"), open=Count("pk", filter=Q(done_on=None)), late=Count("pk", filter=late))
    for row in counts.filter(open__gt=0):
        yield Found(
            Source.INSPECTION,
            f"improvements:{row['result__campaign']}",
            f"終わっていない改善策（{row['result__campaign__title']}）",
            f"改善策{row['total']}件のうち未了{row['open']}件、期限超過{row['late']}件。",
            ("3.13.2.3.1",),
            Campaign(pk=row["result__campaign"]).get_absolute_url(),
        )


def _campaigns(window: Window):
    return Campaign.objects.filter(status__in=(Campaign.Status.CLOSED, Campaign.Status.REPORTED), closed_at__gte=window.begins_at)
