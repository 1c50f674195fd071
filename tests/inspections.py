"""What the tests of self-inspections need: a prepared inspection, and sheets answered through the real doors."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from audits.models import Answer, Campaign, Given, Sheet
from policy.catalogue import load_obligations

TOKYO = ZoneInfo("Asia/Tokyo")
OCTOBER = datetime(2026, 10, 1, 9, 0, tzinfo=TOKYO)
DUE = date(2026, 10, 30)


def prepared(cast, **fields) -> Campaign:
    """An inspection in preparation, with the suggested questions of the catalogue."""
    load_obligations()
    given = {"title": "令和8年度の自己点検", "due_on": DUE, "kind": Campaign.Kind.REGULAR, "note": ""} | fields
    return Campaign.prepare(by=cast.central_manager, at=OCTOBER, **given)


def opened(cast, **fields) -> Campaign:
    campaign = prepared(cast, **fields)
    campaign.open(by=cast.central_manager, at=OCTOBER)
    return campaign


def sheet_of(campaign: Campaign, person) -> Sheet:
    return campaign.sheets.select_related("campaign", "department").get(person=person)


def answer_all(sheet: Sheet, *, by, at=OCTOBER, **others) -> Sheet:
    """○ to everything but the given places: `others` are value, reason and plan by question number, as q3=("no", "理由", "予定")."""
    given = []
    for question in sheet.questions:
        value, reason, plan = others.get(f"q{question.position}", (Answer.Value.YES, "", ""))
        given.append(Given(question, value, reason, plan))
    sheet.keep(given, by=by, at=at)
    return sheet


def sent(campaign: Campaign, person, **others) -> Sheet:
    sheet = answer_all(sheet_of(campaign, person), by=person, **others)
    sheet.submit(by=person, at=OCTOBER)
    return sheet
