"""Self-inspections: one that was reported, one that waits for answers."""

import random
from datetime import datetime, timedelta

from audits.models import Answer, Campaign, Given, InspectionQuestion, Sheet
from audits.models.campaign import choosable
from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from policy.models import Bearer

from ..cast import Cast
from ..rows import Rows
from ..specimen import Copy, Specimen, take

VALUES = (Answer.Value.YES,) * 85 + (Answer.Value.PARTLY,) * 6 + (Answer.Value.NO,) * 3 + (Answer.Value.UNKNOWN,) * 6
SAID = ("見本の理由です。", "見本の予定です。")
TITLE = "令和{}年度 自己点検（見本）"


def title(year: int) -> str:
    return TITLE.format(year - 2018)


def specimens(cast: Cast, *, at: datetime, questions: int, chance: random.Random) -> dict[str, Specimen]:
    """The reported one and the open one of the 年度 of the moment."""
    words = [title(fiscal_year(day_of(at)))]
    return {
        "reported": take(lambda: _reported(cast, at, questions, chance), at=at, words=words, is_over=True),
        "open": take(lambda: _opened(cast, at, questions, chance, share=0.8), at=at, words=words),
    }


def _opened(cast: Cast, at: datetime, questions: int, chance: random.Random, *, share: float) -> Campaign:
    """Opened; this share of the sheets is sent."""
    facts = {"title": title(fiscal_year(day_of(at))), "due_on": day_of(at) + timedelta(days=30), "kind": Campaign.Kind.REGULAR, "note": ""}
    campaign = Campaign.prepare(**facts, by=cast.central, at=at)
    keys = choosable(Bearer.TERMINAL_USER).order_by("position").values_list("key", flat=True)[:questions]
    campaign.choose(Bearer.TERMINAL_USER, keys, by=cast.central, at=at)
    campaign.open(by=cast.central, at=at)
    _answer(campaign, at + timedelta(days=7), chance, share=share)
    return campaign


def _answer(campaign: Campaign, at: datetime, chance: random.Random, *, share: float) -> None:
    """Fill and send the sheets as `keep` and `submit` do, which would ask the database some forty thousand times."""
    asked: dict[str, list[InspectionQuestion]] = {}
    for question in campaign.questions.order_by("position"):
        asked.setdefault(question.bearer, []).append(question)
    answers, sent = [], []
    for sheet, by in _sheets(campaign):
        if chance.random() >= share:
            continue
        said = [_given(question, chance) for question in asked[sheet.bearer]]
        answers += [
            Answer(sheet=sheet, question=given.question, value=given.value, reason=given.reason, plan=given.plan, at=at, by=by)
            for given in said
        ]
        sheet.begun_at = sheet.submitted_at = at
        sheet.submitted_by, sheet.submitted_as = by, sheet.get_bearer_display()
        sent.append(sheet)
    Answer.objects.bulk_create(answers, batch_size=2_000)
    Sheet.objects.bulk_update(sent, ["begun_at", "submitted_at", "submitted_by", "submitted_as"], batch_size=200)
    for sheet in sent:
        record(sheet.submitted_by, "audits.sheet.submitted", sheet, role=sheet.submitted_as, at=at, bearer=sheet.get_bearer_display())


def _sheets(campaign: Campaign) -> list[tuple[Sheet, User]]:
    """The sheets that somebody answers, with that person: one's own, or that of a role held in the department."""
    held: dict[tuple[str, int], User] = {}
    rows = User.objects.filter(appointments__post__roles__isnull=False).order_by("appointments__post__position", "appointments__pk")
    for person, code, department in rows.values_list("pk", "appointments__post__roles__code", "appointments__post__department"):
        held.setdefault((code, department), person)
    people = User.objects.in_bulk()
    found = []
    for sheet in Sheet.objects.filter(campaign=campaign).select_related("campaign").order_by("pk"):
        pk = sheet.person_id or held.get((sheet.bearer, sheet.department_id))
        if pk:
            found.append((sheet, people[pk]))
    return found


def _given(question: InspectionQuestion, chance: random.Random) -> Given:
    value = chance.choice(VALUES)
    return Given(question, value, *(SAID if value in Answer.OPEN else ()))


def _reported(cast: Cast, at: datetime, questions: int, chance: random.Random) -> Campaign:
    """Closed, summed up in every department and reported."""
    campaign = _opened(cast, at, questions, chance, share=0.98)
    campaign.close(by=cast.central, at=at + timedelta(days=31))
    chiefs = Appointment.objects.filter(post__is_head=True).select_related("person", "post")
    heads = {row.post.department_id: row.person for row in chiefs}
    for result in campaign.section_results.select_related("department"):
        head = heads.get(result.department_id)
        if head and result.hat_of(head, at=at):
            result.confirm(comment="見本のまとめです。", by=head, at=at + timedelta(days=35))
    campaign.report(summary="見本の全庁のまとめです。", to=["ciso"], reason=SAID[0], by=cast.central, at=at + timedelta(days=45))
    return campaign


def copied(specimen: Specimen, rows: Rows, year: int, *, days: int) -> Copy:
    """The inspection of another 年度, with the same people."""
    campaign: Campaign = specimen.root
    return Copy(
        specimen, rows, days=days, words={campaign.title: title(year)}, columns={Campaign: {"title": title(year), "fiscal_year": year}}
    )
