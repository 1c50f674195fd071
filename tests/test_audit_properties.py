"""Whatever people do in whatever order, an audit stays true; and of a table that comes back no word is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from audits.gates import gaps
from audits.models import (
    Assignment,
    AuditNotice,
    AuditReport,
    CheckItem,
    CorrectiveAction,
    DateOffer,
    Engagement,
    Evidence,
    ExchangeComment,
    Finding,
    Merge,
    MergeConflict,
    PhaseEnd,
    Takeaway,
    cancel,
)
from audits.models.check_item import WRITTEN
from audits.three_ways import Cell, Outcome
from musashimurayama_isms.transitions import InvalidTransition

from . import audit_rows as rows
from .audit_rows import MAY
from .cast import Cast

TEXTS = st.sampled_from(["", "甲", "乙", "丙"])
PEOPLE = ("auditor", "audit_head", "ciso", "clerk", "section_officer", "outsider_clerk", "central_manager")
ACTS = (
    *("end", "cancel", "offer", "choose", "confirm", "notice", "survey", "answer", "submit", "item", "finding", "withdraw", "paper"),
    *("review", "lend", "give_back", "back_home", "exchange", "comment", "report", "issue", "forward", "receive", "keep", "replace"),
    "order",
)
ORDER = list(Engagement.NEXT)


@given(TEXTS, TEXTS, TEXTS)
def test_a_cell_loses_neither_side(base, file, portal):
    cell = Cell(base, file, portal)
    assert (cell.outcome is Outcome.CONFLICT) == (len({base, file, portal}) == 3)
    if cell.outcome is not Outcome.CONFLICT:
        written = {text for text in (file, portal) if text != base}
        assert written <= {cell.merged}
    else:
        assert cell.merged == portal
    assert Cell(base, portal, portal).merged == portal
    assert Cell(base, cell.merged, cell.merged).outcome is Outcome.UNCHANGED


@pytest.mark.django_db
def test_no_table_that_comes_back_loses_a_word_of_either_side(cast):
    row = rows.fieldwork(cast)
    results = st.sampled_from(["", "conform", "minor", "na"])
    line = st.fixed_dictionaries({"result": results, "reason": TEXTS, "observation": TEXTS})
    lines = st.lists(line, min_size=3, max_size=3)

    @settings(max_examples=8, deadline=None)
    @given(before=lines, meanwhile=lines, file=lines, choices=st.lists(st.sampled_from(["file", "portal", "both"]), min_size=9, max_size=9))
    def walk(before, meanwhile, file, choices):
        with transaction.atomic():
            write(row, cast, before)
            taken = Takeaway.take(row, by=cast.auditor, at=MAY)
            write(row, cast, meanwhile)
            Merge.read(taken, dict(enumerate(file, 1)), file_digest="0" * 64, by=cast.auditor, at=MAY)
            for place, item in enumerate(row.items.order_by("position")):
                for name in WRITTEN:
                    base, portal, theirs = before[place][name], meanwhile[place][name], file[place][name]
                    kept = set(item.conflicts.filter(field=name).values_list("base", "file", "portal"))
                    stands = getattr(item, name)
                    assert theirs in (stands, base) or (base, theirs, portal) in kept
                    assert portal in (stands, base) or (base, theirs, portal) in kept
            for conflict, choice in zip(MergeConflict.objects.order_by("pk"), choices, strict=False):
                decided = choice if choice != "both" or conflict.can_keep_both else "portal"
                conflict.decide(decided, by=cast.auditor, at=MAY)
                text = getattr(CheckItem.objects.get(pk=conflict.item_id), conflict.field)
                assert text == {"file": conflict.file, "portal": conflict.portal, "both": f"{conflict.portal}\n{conflict.file}"}[decided]
            transaction.set_rollback(True)

    walk()


def write(row, cast, lines) -> None:
    for item, given_ in zip(row.items.order_by("position"), lines, strict=True):
        item.respond(seen=item.version, **given_, by=cast.auditor, at=MAY)


class Walk:
    """One audit, acted on by anybody in any order."""

    def __init__(self, row: Engagement, cast, others) -> None:
        self.row, self.cast, self.others = row, cast, others

    def act(self, name: str, by, at) -> None:
        """Try one act; a refusal is an answer like any other."""
        try:
            with transaction.atomic():
                getattr(self, f"_{name}")(by, at)
        except (InvalidTransition, PermissionDenied, ValidationError):
            pass
        self.row.refresh_from_db()

    def _end(self, by, at):
        PhaseEnd.end(self.row, phase=self.row.phase, reason="理由", by=by, at=at)

    def _cancel(self, by, at):
        if self.row.items.filter(version__gt=0).count() > 1:  # seldom, so that a walk gets far
            cancel(self.row, reason="中止", by=by, at=at)

    def _offer(self, by, at):
        DateOffer.offer(self.row, starts_at=at + timedelta(days=9), hours=2, place="会議室", by=by, at=at)

    def _each(self, found, door, by, at, **given_):
        for each in found:
            getattr(each, door)(by=by, at=at, **given_)

    def _choose(self, by, at):
        self._each(self.row.date_offers.all()[:1], "choose", by, at)

    def _confirm(self, by, at):
        self._each(self.row.date_offers.all()[:1], "confirm", by, at)

    def _notice(self, by, at):
        AuditNotice.send(self.row, subjects="項目", by=by, at=at)

    def _survey(self, by, at):
        rows.make_questions(self.row, only_must=True, by=by, at=at).send(due_on=at.date(), by=by, at=at)

    def _answer(self, by, at):
        if hasattr(self.row, "questionnaire"):
            self._each(self.row.questionnaire.questions.all(), "respond", by, at, answer="yes")

    def _submit(self, by, at):
        if hasattr(self.row, "questionnaire"):
            self.row.questionnaire.submit(by=by, at=at)

    def _item(self, by, at):
        for item in self.row.items.all():
            item.respond(seen=item.version, result="minor" if item.position == 1 else "conform", by=by, at=at)

    def _finding(self, by, at):
        facts = {"grade": "minor", "title": "件名", "fact": "事実", "risk": "リスク"}
        self.row.items.first().raise_finding(by=by, at=at, **facts)

    def _withdraw(self, by, at):
        self._each(self.row.findings.all()[1:2], "withdraw", by, at, withdrawal="誤り")

    def _paper(self, by, at):
        facts = {"held_on": at.date(), "place": "課", "respondent": "担当", "procedure": "閲覧", "observation": "所見"}
        rows.WorkingPaper.write(self.row, items=[], by=by, at=at, **facts)

    def _review(self, by, at):
        self._each(self.row.papers.unreviewed(), "review_it", by, at)

    def _lend(self, by, at):
        Evidence.borrow(self.row, title="簿", form="original", lender="担当", kept_at="書庫", by=by, at=at)

    def _give_back(self, by, at):
        self._each(self.row.evidence.out(), "give_back", by, at)

    def _back_home(self, by, at):
        self._each(self.row.evidence.out(), "confirm", by, at, kept_at="課")

    def _exchange(self, by, at):
        Finding.exchange(self.row, by=by, at=at)

    def _comment(self, by, at):
        for finding in self.row.findings.filter(status="exchange"):
            ExchangeComment.make(finding, agrees=True, by=by, at=at)

    def _report(self, by, at):
        AuditReport.begin(self.row, by=by, at=at).edit(summary="総評", by=by, at=at)

    def _issue(self, by, at):
        self._each(self.row.reports.filter(status="draft"), "issue", by, at)

    def _forward(self, by, at):
        self._each(self.row.reports.issued(), "forward", by, at, to_committee=False, committee_reason="一課")

    def _receive(self, by, at):
        self._each(self.row.notices.filter(received_at=None), "receive", by, at)

    def _keep(self, by, at):
        self.row.keep_papers(place="書庫", by=by, at=at)

    def _order(self, by, at):
        for finding in self.row.findings.issued():
            CorrectiveAction.order(finding, addressee="section", instruction="", by=by, at=at)

    def _replace(self, by, at):
        self._each(self.row.assignments.accepted()[:1], "replace", by, at, person=self.others, reason="交代")

    def check(self) -> None:
        """What is true of every audit at every moment."""
        row, now = self.row, MAY
        ended = list(row.phase_ends.values_list("phase", flat=True))
        assert ended == [str(phase) for phase in ORDER[: len(ended)]]
        assert row.phase == Engagement.Phase.CANCELLED or row.phase == ([*ORDER, Engagement.Phase.CLOSED][len(ended)])
        assert (row.ended_at is not None) == (row.phase in Engagement.ENDED)
        if row.phase in Engagement.ENDED:
            assert not row.evidence.out().exists()
        if row.phase == Engagement.Phase.CLOSED:
            assert not row.findings.issued().filter(actions=None).exists()
        if row.phase in ("follow_up", "closed"):
            assert row.reports.issued().filter(forwarded_at__isnull=False).exists()
            assert not row.findings.filter(status__in=("draft", "exchange")).exists()
        if len(ended) >= 3:
            assert not row.items.incomplete().exists()
            assert not row.papers.unreviewed().exists()
        assert row.assignments.standing().filter(is_lead=True).count() <= 1
        assert all(paper.reviewed_by_id != paper.by_id for paper in row.papers.all())
        shown = Finding.objects.visible_to(self.cast.section_officer, at=now).filter(engagement=row)
        assert not shown.filter(status__in=("draft", "withdrawn")).exists()
        assert not CheckItem.objects.visible_to(self.cast.section_officer, at=now).exists()
        if row.is_open:
            assert all(gap.words and gap.clause for gap in gaps(row, at=now))


STRAIGHT = [
    ("auditor", "end"), ("auditor", "offer"), ("section_officer", "choose"), ("auditor", "confirm"), ("audit_head", "notice"),
    ("section_officer", "receive"), ("auditor", "survey"), ("clerk", "answer"), ("section_officer", "submit"), ("auditor", "end"),
    ("auditor", "lend"), ("auditor", "item"), ("auditor", "finding"), ("auditor", "paper"), ("audit_head", "review"), ("auditor", "end"),
    ("auditor", "exchange"), ("section_officer", "comment"), ("auditor", "report"), ("auditor", "issue"), ("audit_head", "forward"),
    ("auditor", "end"), ("auditor", "give_back"), ("clerk", "back_home"), ("audit_head", "keep"), ("audit_head", "order"),
    ("audit_head", "end"),
]  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS)), max_size=3)


@pytest.mark.django_db
def test_no_order_of_acts_breaks_an_audit(cast):
    """Along the straight way, with anything by anybody thrown in between."""
    row, other = rows.prepared(cast), rows.second_auditor(cast)
    ends = []

    @settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
    @given(st.lists(STEPS, min_size=6, max_size=6), st.integers(0, 5))
    @example([[]] * 6, 0)
    def walk(between, offset):
        with transaction.atomic():
            found = Walk(Engagement.objects.get(pk=row.pk), cast, other)
            for minute, (person, act) in enumerate(STRAIGHT, 1):
                at = MAY + timedelta(minutes=minute)
                for stranger, odd in between[(minute + offset) % 6] if minute % 5 == 0 else []:
                    found.act(odd, getattr(cast, stranger), at)
                    found.check()
                found.act(act, getattr(cast, person), at)
                found.check()
            ends.append(found.row.phase)
            transaction.set_rollback(True)

    walk()
    assert "closed" in ends
    assert Assignment.objects.accepted().count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_a_phase_or_write_an_item_at_once_one_is_told():
    cast = Cast()
    row = rows.fieldwork(cast)
    item, gate = row.items.first(), Barrier(2)

    def press(words: str) -> str:
        try:
            gate.wait()
            CheckItem.objects.get(pk=item.pk).respond(seen=0, observation=words, by=cast.auditor, at=MAY)
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    def end(_: str) -> str:
        try:
            gate.wait()
            PhaseEnd.end(Engagement.objects.get(pk=row.pk), phase="fieldwork", by=cast.auditor, at=MAY)
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, ["甲", "乙"])) == ["done", "told"]
        rows.examine_rest(row, cast)
        assert sorted(pool.map(end, ["", ""])) == ["done", "told"]
    assert row.phase_ends.filter(phase="fieldwork").count() == 1
