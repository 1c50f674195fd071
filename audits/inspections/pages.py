"""What the pages of an inspection show, each asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from audits.inspections.forms import AnswerForm
from audits.models import Answer, Campaign, InspectionQuestion, SectionResult, Sheet
from audits.models.campaign import SHEETS
from audits.models.section_result import FEW
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, has_role
from policy import citations

VALUES = list(Answer.Value)
SENT = Q(submitted_at__isnull=False)
WEAKEST = 10  # questions shown first


@dataclass(frozen=True)
class Line:
    """One question with the counts of its answers."""

    question: InspectionQuestion
    counts: dict[str, int]
    before: int | None = None

    @property
    def cells(self) -> list[int]:
        return [self.counts.get(value, 0) for value in VALUES]

    @property
    def answered(self) -> int:
        return sum(self.counts.values())

    @property
    def rate(self) -> int | None:
        """○ of those whom the question concerns, in percent."""
        return _rate(self.counts)

    @property
    def trend(self) -> str:
        """Against the inspection before, in words."""
        if self.before is None or self.rate is None:
            return "前回なし"
        points = self.rate - self.before
        return "同じ" if points == 0 else f"{abs(points)}ポイント{'上昇' if points > 0 else '低下'}"


def _rate(counts: dict[str, int]) -> int | None:
    concerned = sum(counts.get(value, 0) for value in (Answer.Value.YES, *Answer.OPEN, Answer.Value.UNKNOWN))
    return round(100 * counts.get(Answer.Value.YES, 0) / concerned) if concerned else None


def lines_of(campaign: Campaign, answers: QuerySet[Answer]) -> list[Line]:
    """Every question with its counts, and the rate of the inspection before: three queries."""
    tally = answers.tally()
    before = _rates_by_key(campaign.previous) if campaign.previous_id else {}
    found = []
    for question in campaign.questions.all():
        counts = {value: tally.get((question.pk, value), 0) for value in VALUES}
        found.append(Line(question, counts, before.get((question.bearer, question.obligation_key))))
    return found


def _rates_by_key(campaign: Campaign) -> dict[tuple[str, str], int | None]:
    """(bearer, obligation) → rate of the whole city, over the versions of the question."""
    rows = Answer.objects.counted().filter(sheet__campaign=campaign).order_by()
    found: dict[tuple[str, str], dict[str, int]] = {}
    for bearer, key, value, count in rows.values_list("question__bearer", "question__obligation_key", "value").annotate(Count("pk")):
        found.setdefault((bearer, key), {})[value] = count
    return {place: _rate(counts) for place, counts in found.items()}


class SheetPage:
    """A sheet, one 節 a screen, with what is answered of each."""

    def __init__(self, sheet: Sheet, user: User, *, at: datetime, theme: str = "", data=None) -> None:
        self.sheet, self.user, self.at = sheet, user, at
        self.questions = list(sheet.questions)
        self.given = {row.question_id: row for row in sheet.answers.all()}
        self.theme = theme if any(question.theme == theme for question in self.questions) else self._first_open()
        self.can_answer = sheet.can_answer(user, at=at)
        self.forms = [
            AnswerForm(data, question=question, answer=self.given.get(question.pk))
            for question in self.questions
            if question.theme == self.theme
        ]

    def _first_open(self) -> str:
        """The first screen on which something is not answered."""
        for question in self.questions:
            answer = self.given.get(question.pk)
            if answer is None or answer.lacks:
                return question.theme
        return self.questions[0].theme if self.questions else ""

    @cached_property
    def themes(self) -> list[dict]:
        """The screens with their headings, how many questions and how many answered."""
        found: dict[str, dict] = {}
        for question in self.questions:
            row = found.setdefault(question.theme, {"number": question.theme, "count": 0, "answered": 0})
            answer = self.given.get(question.pk)
            row["count"] += 1
            row["answered"] += answer is not None and not answer.lacks
        headings = citations.headings(on=day_of(self.at))
        return [{**row, "heading": headings.get(number, ""), "is_current": number == self.theme} for number, row in found.items()]

    @property
    def next_theme(self) -> str:
        numbers = [row["number"] for row in self.themes]
        place = numbers.index(self.theme) + 1 if self.theme in numbers else 0
        return numbers[place] if place < len(numbers) else ""

    @property
    def answered(self) -> int:
        return sum(row["answered"] for row in self.themes)

    @property
    def count(self) -> int:
        return len(self.questions)

    @cached_property
    def is_mine(self) -> bool:
        return self.sheet.is_mine(self.user, at=self.at)


class CampaignPage:
    """An inspection as one person sees it: the own sheets, and the figures of the departments that the person answers for."""

    def __init__(self, campaign: Campaign, user: User, *, at: datetime) -> None:
        self.campaign, self.user, self.at = campaign, user, at

    @cached_property
    def runs(self) -> bool:
        return Campaign.hat_of(self.user, at=self.at) is not None

    @cached_property
    def mine(self) -> list[Sheet]:
        return list(self.campaign.sheets.mine(self.user, at=self.at).select_related("campaign", "system", "department__parent"))

    @cached_property
    def results(self) -> list[SectionResult]:
        """The departments that this person answers for, each with sheets, sent and rate."""
        rows = self.campaign.section_results.visible_to(self.user, at=self.at).select_related("department__parent", "confirmed_by")
        counts = {
            row["department"]: row
            for row in self.campaign.sheets.standing()
            .order_by()
            .values("department")
            .annotate(sheets=Count("pk"), sent=Count("pk", filter=SENT))
        }
        for row in rows:
            found = counts.get(row.department_id, {"sheets": 0, "sent": 0})
            row.sheets, row.sent = found["sheets"], found["sent"]
            row.percent = round(100 * row.sent / row.sheets) if row.sheets else 0
        return list(rows)

    @cached_property
    def sees_city(self) -> bool:
        """Who reads the figures of the whole city."""
        codes = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.AUDIT_HEAD)
        return has_role(self.user, *codes, at=self.at)

    @cached_property
    def total(self) -> dict[str, int]:
        return self.campaign.sheets.standing().aggregate(sheets=Count("pk"), sent=Count("pk", filter=SENT))

    @cached_property
    def percent(self) -> int:
        return round(100 * self.total["sent"] / self.total["sheets"]) if self.total["sheets"] else 0

    @cached_property
    def lines(self) -> list[Line]:
        """The answers of the whole city, a line a question."""
        return lines_of(self.campaign, Answer.objects.filter(sheet__campaign=self.campaign))

    @cached_property
    def by_bearer(self) -> list[dict]:
        """The lines of each kind of sheet under its name."""
        return group_by_bearer(self.lines)

    @cached_property
    def weakest(self) -> list[Line]:
        """Where the city falls short most. A question that only one or two have answered would point at them, so it is left out."""
        short = [line for line in self.lines if line.answered >= FEW and line.rate is not None and line.rate < 100]
        return sorted(short, key=lambda line: line.rate)[:WEAKEST]

    @cached_property
    def questions_by_bearer(self) -> list[dict]:
        """How many questions each kind of sheet has, for who prepares it."""
        counts = dict(self.campaign.questions.order_by().values_list("bearer").annotate(Count("pk")))
        return [{"bearer": bearer, "label": label, "count": counts.get(bearer, 0)} for bearer, label in SHEETS]


def group_by_bearer(lines: list[Line]) -> list[dict]:
    """Lines under the name of their sheet, in the order of SHEETS; empty sheets are left out."""
    found = [{"label": label, "lines": [line for line in lines if line.question.bearer == bearer]} for bearer, label in SHEETS]
    return [{**row, "answered": sum(line.answered for line in row["lines"])} for row in found if row["lines"]]


class ResultPage:
    """One department in one inspection: totals, open points without names, who has not answered, what will be bettered."""

    def __init__(self, result: SectionResult, user: User, *, at: datetime) -> None:
        self.result, self.user, self.at = result, user, at
        self.campaign = result.campaign

    @cached_property
    def hat(self):
        return self.result.hat_of(self.user, at=self.at)

    @property
    def may_sum_up(self) -> bool:
        return self.hat is not None and self.campaign.status == Campaign.Status.CLOSED and self.result.confirmed_at is None

    @cached_property
    def sheets(self) -> QuerySet[Sheet]:
        return self.campaign.sheets.standing().filter(department=self.result.department)

    @cached_property
    def total(self) -> dict[str, int]:
        return self.sheets.aggregate(sheets=Count("pk"), sent=Count("pk", filter=SENT))

    @cached_property
    def is_near(self) -> bool:
        """The own chief and who runs the inspection; others who see the result see numbers."""
        return self.hat is not None or Campaign.hat_of(self.user, at=self.at) is not None

    @cached_property
    def unsent(self) -> list[Sheet]:
        """Who has not sent the sheet: for the own chief and who runs the inspection, nobody else."""
        if not self.is_near:
            return []
        rows = self.sheets.filter(submitted_at=None).select_related("person", "system")
        return list(rows.order_by("person__kana", "pk"))

    @cached_property
    def hidden(self) -> list[str]:
        """The names of the kinds of sheets that are not shown, since too few of them were sent."""
        found = self.result.hidden_bearers()
        return [label for bearer, label in SHEETS if bearer in found]

    @cached_property
    def lines(self) -> list[Line]:
        return [line for line in lines_of(self.campaign, self.result.answers()) if line.answered]

    @cached_property
    def by_bearer(self) -> list[dict]:
        return group_by_bearer(self.lines)

    @cached_property
    def open_points(self) -> list[dict]:
        """Questions with △ or ×, each with the answers, without names; their words are for those near."""
        rows = self.result.answers().counted().filter(value__in=Answer.OPEN)
        found: dict[int, dict] = {}
        for answer in rows.select_related("question").order_by("question__bearer", "question__position", "value", "reason"):
            point = found.setdefault(answer.question_id, {"question": answer.question, "answers": []})
            point["answers"].append(answer)
        return list(found.values())

    @cached_property
    def improvements(self) -> list:
        return list(self.result.improvements.select_related("question", "done_by"))
