"""A changed policy on its way: obligations reviewed, the committee and the CISO decide, on the 施行日 the rows follow their clauses."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertRedirects

from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision as Resolution
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy import carrying, catalogue
from policy.carrying import Carrying, apply_due_revisions
from policy.drafting import compare
from policy.importer.outline import the_policy
from policy.importer.reading import read
from policy.importer.store import store
from policy.models import Bearing, ClauseChange, ConfirmationRound, Exemption, Obligation, Revision
from policy.models.obligation import key_of, position_of
from policy.revision_requests import propose

from .policy_altered import altered_copy, expected_table
from .policy_rows import TEXTS, make_clause, make_policy, make_revision
from .policy_text import real_reading
from .revisions import WORDING, adopt, settle

AT = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
DAY = date(2026, 12, 1)
ON_THE_DAY = datetime(2026, 12, 1, 0, 6, tzinfo=AT.tzinfo)
CONTENT = {"effective_on": DAY.isoformat(), "reason": "試験の改定"}
# What the new text does: 3.1 says more; 3.2.1 is put in, so that all of 3.2 moves down; 3.2.2.1.2 and what is below it is gone.
MORE = "なお、毎年確かめる。"


def make_obligation(clause: str, ordinal: int = 1, **facts) -> Obligation:
    facts = {"kind": "conduct", "mechanism": "inspection", "summary": f"{clause}の趣旨", "question": "守っていますか。"} | facts
    row = Obligation.objects.create(
        key=key_of(clause, ordinal), clause=clause, ordinal=ordinal, position=position_of(clause, ordinal), **facts
    )
    Bearing.objects.create(obligation=row, bearer="TERMINAL_USER")
    return row


@pytest.fixture
def base(cast):
    revision = make_policy()
    for clause, ordinal in (("3.1", 1), ("3.2.1", 1), ("3.2.2.1.1", 1), ("3.2.2.1.1", 2), ("3.2.2.1.2.1", 1), ("3.3", 1)):
        make_obligation(clause, ordinal)
    Exemption.objects.create(key="2.1", clause="2.1", reason="目的")
    Exemption.objects.create(key="3.2.3", clause="3.2.3", reason="説明")
    load_request_types()
    return revision


def new_numbers() -> dict[str, str]:
    """Old number → number in the new text of what is still there."""
    kept = [number for number in TEXTS if not number.startswith("3.2.2.1.2")]
    return {number: f"3.2.{int(number[4]) + 1}{number[5:]}" if number.startswith("3.2.") else number for number in kept}


def make_draft(base, **fields) -> Revision:
    draft = make_revision(base.document, draft=True, **{"name": "令和8年12月改定"} | fields)
    for number, after in new_numbers().items():
        if after == "3.2.2":
            make_clause(draft, "3.2.1", "本の寄贈", "寄贈された本は、司書が受け付けること。")
        heading, text = TEXTS[number]
        words = text + MORE if number == "3.1" else text
        make_clause(draft, after, heading, words, tables=base.clauses.get(number=number).tables)
    compare(draft, by=None, at=AT)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def draft(base):
    return make_draft(base)


def resolve(request: Request, cast, *, at=AT) -> None:
    """The committee resolves: the seat of the open step is taken."""
    Resolution.by_resolution(request.open_step.seats.get(), "permit", by=cast.secretary, at=at)


def decide(request: Request, by, outcome: str = "permit", *, at=AT) -> None:
    request.refresh_from_db()
    Resolution.take(request, outcome, by=by, at=at, digest=request.current_version.digest, comment="試験のため")


def places() -> dict[str, tuple[str, int]]:
    return {row.key: (row.clause, row.ordinal) for row in Obligation.objects.in_force()}


# The review


def test_what_moved_is_carried_and_all_else_waits_for_a_decision(draft):
    found = {
        (row.change.number, row.obligation.key if row.obligation else row.exemption_id and "exempt"): row.decision or "open"
        for row in draft.reviews.all()
    }
    assert found == {
        ("3.1", "3.1#1"): "open",
        ("3.2.1", None): "open",
        ("3.2.2", "3.2.1#1"): "carried",
        ("3.2.3.1.1", "3.2.2.1.1#1"): "carried",
        ("3.2.3.1.1", "3.2.2.1.1#2"): "carried",
        ("3.2.2.1.2.1", "3.2.2.1.2.1#1"): "open",
    }


def test_only_who_prepares_texts_decides_and_only_what_fits(draft, cast):
    reworded, gone = draft.reviews.get(change__new_number="3.1"), draft.reviews.get(obligation__key="3.2.2.1.2.1#1")
    for person in (cast.clerk, cast.ciso, cast.member, cast.section_officer):
        with pytest.raises(PermissionDenied):
            reworded.decide("keep", by=person, at=AT)
    for review, decision, facts in (
        (gone, "keep", {}),
        (gone, "move", {"clause": "3.2.2.1.2.1"}),
        (gone, "retire", {"reason": " "}),
        (reworded, "reword", {"wording": {"summary": ""}}),
        (reworded, "add", {"wording": WORDING}),
    ):
        with pytest.raises(ValidationError):
            review.decide(decision, by=cast.central_manager, at=AT, **facts)
    reworded.decide("keep", by=cast.central_manager, at=AT)
    reworded.decide("reword", by=cast.administrator, at=AT, wording=WORDING)
    assert (reworded.decision, reworded.decided_by) == ("reword", cast.administrator)
    entry = Entry.objects.filter(verb="policy.review.decided").latest("number")
    assert entry.changes == {"clause": "3.1", "decision": "reword"}


def test_the_obligations_of_a_clause_are_kept_at_once_where_only_a_word_has_changed(draft, cast):
    for ordinal in (2, 3):
        make_obligation("3.1", ordinal)
    compare(draft, by=None, at=AT)
    first, gone = draft.reviews.filter(change__new_number="3.1").first(), draft.reviews.get(obligation__key="3.2.2.1.2.1#1")
    assert first.keep_all(by=cast.central_manager, at=AT) == 3
    assert set(draft.reviews.filter(change__new_number="3.1").values_list("decision", "decided_by")) == {("keep", cast.central_manager.pk)}
    with pytest.raises(InvalidTransition, match="一つずつ"):
        gone.keep_all(by=cast.central_manager, at=AT)


# The whole way


def test_the_committee_and_the_ciso_decide_and_the_day_makes_it_so(draft, cast):
    settle(draft, cast, at=AT)
    draft.reviews.get(change__new_number="3.1").decide("reword", by=cast.central_manager, at=AT, wording=WORDING | {"bearers": ["CISO"]})
    draft.reviews.get(obligation__key="3.2.2.1.2.1#1").decide("move", by=cast.central_manager, at=AT, clause="3.2.3.1.1")
    new = draft.reviews.get(change__new_number="3.2.1")
    new.decide("add", by=cast.central_manager, at=AT, wording=WORDING)
    new.add_another(by=cast.central_manager, at=AT).decide("add", by=cast.central_manager, at=AT, wording=WORDING)
    before = places()
    request = propose(draft, CONTENT, by=cast.central_manager, at=AT)
    draft.refresh_from_db()
    assert (draft.status, draft.effective_on) == (Revision.Status.IN_REVIEW, DAY)
    resolve(request, cast)
    draft.refresh_from_db()
    assert draft.status == Revision.Status.IN_REVIEW
    decide(request, cast.ciso)
    draft.refresh_from_db()
    assert (draft.status, draft.applied_at, places()) == (Revision.Status.PUBLISHED, None, before)
    entry = Entry.objects.get(verb="policy.revision.published")
    assert (entry.actor, entry.changes["text_digest"]) == (cast.ciso, draft.digest())

    assert apply_due_revisions(at=ON_THE_DAY - timedelta(minutes=7)) == 0
    assert apply_due_revisions(at=ON_THE_DAY) == 1
    assert apply_due_revisions(at=ON_THE_DAY + timedelta(days=3)) == 0
    assert Revision.objects.of_the_policy().in_force(DAY).get() == draft
    carried = places()
    city = sorted(key for key in carried if key.startswith("city:"))
    assert {key: place for key, place in carried.items() if key not in city} == {
        "3.1#1": ("3.1", 1),
        "3.2.1#1": ("3.2.2", 1),
        "3.2.2.1.1#1": ("3.2.3.1.1", 1),
        "3.2.2.1.1#2": ("3.2.3.1.1", 2),
        "3.2.2.1.2.1#1": ("3.2.3.1.1", 3),
        "3.3#1": ("3.3", 1),
    }
    assert sorted(carried[key] for key in city) == [("3.2.1", 1), ("3.2.1", 2)]
    reworded = Obligation.objects.get(key="3.1#1")
    assert (reworded.summary, reworded.bearer_codes) == (WORDING["summary"], ["CISO"])
    assert dict(Exemption.objects.in_force().values_list("key", "clause")) == {"2.1": "2.1", "3.2.3": "3.2.4"}
    assert all(row.position == position_of(row.clause, row.ordinal) for row in Obligation.objects.all())
    assert ConfirmationRound.objects.get().revision == draft


def test_what_else_hangs_on_clause_numbers_is_told_which_have_moved(draft, cast, monkeypatch):
    told = []
    monkeypatch.setattr(carrying, "_followers", [told.append])
    adopt(draft, cast, effective_on=DAY, at=AT)
    assert told == []
    apply_due_revisions(at=ON_THE_DAY)
    assert told == [{old: new for old, new in new_numbers().items() if old != new}]


def test_what_is_retired_stays_in_the_books_and_the_catalogue_never_brings_it_back(draft, cast, monkeypatch):
    rows = [{"clause": row.clause, "ordinal": row.ordinal, "bearers": []} for row in Obligation.objects.all()]
    settle(draft, cast, at=AT)
    request = propose(draft, CONTENT, by=cast.central_manager, at=AT)
    resolve(request, cast)
    decide(request, cast.ciso, at=ON_THE_DAY)
    retired = Obligation.objects.get(key="3.2.2.1.2.1#1")
    assert retired.retired_on == DAY
    assert retired not in Obligation.objects.visible_to(cast.administrator, at=ON_THE_DAY)
    monkeypatch.setattr(
        catalogue, "rows_of", lambda name: rows if name == catalogue.OBLIGATIONS else [{"clause": "3.2.3", "reason": "説明"}]
    )
    assert catalogue.load_obligations().created == 0
    assert catalogue.load_exemptions().created == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["3.1", "3.2.1", "3.2.2.1.1", "3.2.2.1.2.1", "3.3"]), st.integers(0, 4))
def test_clauses_may_change_places_in_any_way_and_no_obligation_is_lost(base, order, merged):
    """Rows that change places never meet on one number; several on one clause get ordinals of their own."""
    clauses = sorted(order)
    targets = dict(zip(clauses, order, strict=True)) | {clauses[merged]: order[0]}
    before = places()
    carrying = Carrying(base, list(Obligation.objects.in_force().order_by("position")))
    carrying.targets = {row.pk: targets[row.clause] for row in carrying.obligations}
    carrying._renumber()
    after = places()
    try:
        assert {key: place[0] for key, place in after.items()} == {key: targets[place[0]] for key, place in before.items()}
        assert len(set(after.values())) == len(before)
    finally:
        for key, (clause, ordinal) in before.items():
            Obligation.objects.filter(key=key).update(clause=f"~{key}", ordinal=ordinal, position=position_of(clause, ordinal))
        for key, (clause, _) in before.items():
            Obligation.objects.filter(key=key).update(clause=clause)


# What stands in the way


def test_nothing_is_proposed_while_something_is_open_or_the_text_in_force_was_another(draft, base, cast):
    with pytest.raises(InvalidTransition, match=r"残っています"):
        propose(draft, CONTENT, by=cast.central_manager, at=AT)
    settle(draft, cast, at=AT)
    with pytest.raises(InvalidTransition, match="より後の日"):
        propose(draft, CONTENT | {"effective_on": "2022-08-01"}, by=cast.central_manager, at=AT)
    other = make_draft(base, name="先に施行される版")
    settle(other, cast, at=AT)
    request = propose(other, CONTENT, by=cast.central_manager, at=AT)
    resolve(request, cast)
    decide(request, cast.ciso)
    with pytest.raises(InvalidTransition, match="施行日を待っている"):
        propose(draft, CONTENT, by=cast.central_manager, at=AT)
    apply_due_revisions(at=ON_THE_DAY)
    with pytest.raises(InvalidTransition, match="もう一度比べてください"):
        propose(draft, CONTENT | {"effective_on": "2027-04-01"}, by=cast.central_manager, at=ON_THE_DAY)
    assert compare(draft, by=cast.central_manager, at=ON_THE_DAY)
    assert (draft.base, draft.reviews.exists(), draft.changes.exclude(kind="unchanged").exists()) == (other, False, False)


@pytest.mark.parametrize("end", ["refuse", "return", "withdraw"])
def test_what_comes_to_nothing_is_a_draft_again_with_its_decisions(draft, cast, end):
    settle(draft, cast, at=AT)
    request = propose(draft, CONTENT, by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition, match="審議中"):
        draft.reviews.first().decide("keep", by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition, match="進行中の申請"):
        propose(draft, CONTENT, by=cast.central_manager, at=AT)
    resolve(request, cast)
    if end == "withdraw":
        request.withdraw(by=cast.central_manager, at=AT)
    else:
        decide(request, cast.ciso, end)
    draft.refresh_from_db()
    assert (draft.status, draft.reviews.open().count()) == (Revision.Status.DRAFT, 0)
    assert Entry.objects.filter(verb="policy.revision.returned").exists()


def test_it_is_the_very_text_that_was_proposed_which_comes_into_force(draft, cast):
    settle(draft, cast, at=AT)
    request = propose(draft, CONTENT, by=cast.central_manager, at=AT)
    resolve(request, cast)
    draft.clauses.filter(number="3.1").update(text="だれかが直した本文")
    with pytest.raises(InvalidTransition, match="本文が"):
        decide(request, cast.ciso)
    draft.refresh_from_db()
    assert draft.status == Revision.Status.IN_REVIEW


def test_a_draft_is_given_up_but_not_while_a_request_about_it_runs(draft, cast):
    settle(draft, cast, at=AT)
    request = propose(draft, CONTENT, by=cast.administrator, at=AT)
    with pytest.raises(InvalidTransition, match="先に申請を取り下げて"):
        draft.discard(by=cast.central_manager, at=AT)
    request.withdraw(by=cast.administrator, at=AT)
    with pytest.raises(PermissionDenied):
        draft.discard(by=cast.ciso, at=AT)
    draft.discard(by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition, match="取りやめ"):
        propose(draft, CONTENT, by=cast.central_manager, at=AT)


def test_an_administrator_prepares_and_the_central_manager_submits(draft, cast):
    settle(draft, cast, at=AT)
    request = propose(draft, CONTENT, by=cast.administrator, at=AT)
    draft.refresh_from_db()
    assert (request.status, draft.status) == (Request.Status.PREPARED, Revision.Status.DRAFT)
    request.submit(by=cast.central_manager, at=AT)
    draft.refresh_from_db()
    assert draft.status == Revision.Status.IN_REVIEW


# Pages


def test_the_review_leads_from_one_line_to_the_next_and_keeps_what_was_typed(draft, cast):
    client = cast.client(cast.central_manager)
    first, second, third = draft.reviews.open().order_by("change__position", "pk")
    page = client.get(reverse("policy:review", args=[first.pk]))
    assertContains(page, MORE)
    assertContains(page, "3.1の趣旨")
    assertRedirects(client.post(reverse("policy:decide", args=[first.pk, "keep"])), reverse("policy:review", args=[second.pk]))
    refused = client.post(reverse("policy:decide", args=[second.pk, "add"]), {"add-summary": "打った文字"})
    assert refused.status_code == 422
    assertContains(refused, "打った文字", status_code=422)
    client.post(reverse("policy:decide", args=[second.pk, "exempt"]), {"exempt-reason": "受付の定めだけのため"})
    assert client.post(reverse("policy:decide", args=[third.pk, "move"]), {"move-clause": "3-9(9)"}).status_code == 422
    done = client.post(reverse("policy:decide", args=[third.pk, "move"]), {"move-clause": "３－２（３）ア（ア）"})
    assertRedirects(done, draft.get_absolute_url())
    third.refresh_from_db()
    assert third.clause == "3.2.3.1.1"
    assertContains(client.get(draft.get_absolute_url()), "審議にかける")


def test_a_text_is_put_to_the_committee_from_its_page(draft, cast):
    client, url = cast.client(cast.central_manager), reverse("policy:propose", args=[draft.pk])
    assertContains(client.get(url), "残っています")
    settle(draft, cast, at=AT)
    assert client.post(url, {"reason": "改定の理由"}).status_code == 422
    day = {"effective_on_year": "R20", "effective_on_month": "4", "effective_on_day": "1"}
    assertRedirects(client.post(url, {"reason": "改定の理由", **day}), draft.get_absolute_url())
    draft.refresh_from_db()
    assert draft.status == Revision.Status.IN_REVIEW


def test_a_draft_is_seen_by_who_prepares_it_and_in_review_by_who_decides(draft, cast):
    urls = [draft.get_absolute_url(), *(reverse(f"policy:{name}", args=[draft.pk]) for name in ("comparison", "reviews"))]

    def answers(person) -> set[int]:
        return {cast.client(person).get(url).status_code for url in urls}

    assert (answers(cast.central_manager), answers(cast.administrator)) == ({200}, {200})
    assert (answers(cast.member), answers(cast.ciso), answers(cast.clerk)) == ({404}, {404}, {404})
    settle(draft, cast, at=AT)
    propose(draft, CONTENT, by=cast.central_manager, at=AT)
    assert (answers(cast.member), answers(cast.ciso), answers(cast.secretary), answers(cast.clerk)) == ({200}, {200}, {200}, {404})


def test_the_review_asks_the_same_number_of_questions_however_long_it_is(draft, cast, django_assert_num_queries):
    client, url = cast.client(cast.central_manager), reverse("policy:reviews", args=[draft.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    for ordinal in range(2, 9):
        make_obligation("3.1", ordinal)
    compare(draft, by=None, at=AT)
    with django_assert_num_queries(len(asked)):
        client.get(url)


# The city's own text


@pytest.mark.policy_text
def test_an_altered_copy_of_the_policy_is_imported_with_its_table_and_carries_the_catalogue(cast):
    """The whole catalogue follows its clauses: none lost, none on a number that the text does not have, none brought back."""
    document = the_policy()
    first = store(real_reading(), document, by=None, at=AT)
    first.publish(by=None, effective_on=date(2022, 8, 1), at=AT)
    catalogue.load_obligations()
    catalogue.load_exemptions()
    draft = store(read(altered_copy(real_reading()), "altered.txt"), document, by=cast.administrator, at=AT)
    lines = ClauseChange.objects.filter(revision=draft).exclude(kind="unchanged").values_list("kind", "old_number", "new_number")
    assert list(lines) == expected_table(real_reading())
    count = Obligation.objects.count()
    gone = Obligation.objects.under("3.8.1.3").count()
    settle(draft, cast, at=AT)
    draft.begin_review(by=cast.central_manager, effective_on=DAY, at=AT)
    draft.adopt(by=cast.ciso, at=AT)
    assert apply_due_revisions(at=ON_THE_DAY) == 1
    assert (Obligation.objects.in_force().count(), Obligation.objects.count()) == (count - gone, count)
    numbers = set(draft.clauses.values_list("number", flat=True))
    assert {row.clause for row in Obligation.objects.in_force()} | {row.clause for row in Exemption.objects.in_force()} <= numbers
    before = dict(Obligation.objects.values_list("key", "clause"))
    assert (before["3.7.1.1#1"], before["3.6#1"]) == ("3.6.1.1", "3.7")
    assert catalogue.load_obligations().created == catalogue.load_exemptions().created == 0
