"""保存年限と廃棄: when a record has reached its end, who proposes, decides, stands by and carries out, and what stays."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from incidents.models import Ending, Incident, Note
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.approvals.models import Comment, Request
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.disclosure.models import Disclosure
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach, sweep
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.retention import destroying
from musashimurayama_isms.retention.columns import MARK
from musashimurayama_isms.retention.content import contents, key_of
from musashimurayama_isms.retention.due import HELD, due
from musashimurayama_isms.retention.models import Disposal, DisposalRow, Hold
from musashimurayama_isms.retention.models.disposal import CARRY_OUT, set_digest
from musashimurayama_isms.retention.papers import PAPER
from musashimurayama_isms.retention.registry import KINDS
from musashimurayama_isms.retention.telling import tell
from musashimurayama_isms.search.models import SearchText
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .factory import make_absence, make_deputyship, make_request_type
from .matters import ERRAND
from .response_rows import sent
from .taken import take, text_of

pytestmark = pytest.mark.django_db
OLD = datetime(2020, 6, 1, 10, 0, tzinfo=TOKYO)  # in 令和2年度
AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # what takes five years is due since 1 April 令和8年
MINUTE = timedelta(minutes=1)
SECRET = "山田秘密太郎"
REQUEST, INCIDENT = KINDS["request"], KINDS["incident"]


@pytest.fixture
def city(cast):
    make_request_type(ERRAND, ("any", ["SECTION_OFFICER"]))
    return cast


def old_request(cast: Cast, *, what: str = SECRET, at: datetime = OLD) -> Request:
    """Applied for by the clerk, commented on with a file, and withdrawn: ended on that day."""
    request = Request.draft(ERRAND, by=cast.clerk, at=at, content={"what": what, "way": "case"})
    request.submit(by=cast.clerk, at=at)
    attach(request, SimpleUploadedFile(f"{what}.txt", what.encode()), by=cast.clerk)
    Comment.objects.create(request=request, by=cast.clerk, text=what, at=at)
    request.withdraw(by=cast.clerk, at=at, reason=what)
    return Request.objects.get(pk=request.pk)


def propose(cast: Cast, *, by=None, kind=REQUEST, year=2020, department: Department | None = None, at: datetime = AT) -> Disposal:
    place = cast.section if kind is REQUEST else department
    return Disposal.propose(kind, year, place, by=by or cast.promoter, at=at)


def permitted(cast: Cast, **facts) -> Disposal:
    disposal = propose(cast, **facts)
    disposal.permit(by=cast.section_officer, at=AT)
    return Disposal.objects.get(pk=disposal.pk)


def carried_out(cast: Cast, **facts) -> Disposal:
    """Proposed by the promoter, decided by the chief, done by the clerk before the eyes of the colleague."""
    disposal = permitted(cast, **facts)
    disposal.witness(by=cast.colleague, at=AT)
    return run(disposal.carry_out(by=cast.clerk, at=AT))


def run(job: Job) -> Disposal:
    done = run_job(job.pk, clock=lambda: AT)
    assert done.status == "done", done.error
    return Disposal.objects.get(pk=job.params["disposal"])


@pytest.fixture
def request_(city) -> Request:
    return old_request(city)


# -- when --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "asked", "is_over"),
    [
        ((2020, 4, 1), (2026, 3, 31), False),
        ((2020, 4, 1), (2026, 4, 1), True),
        ((2021, 3, 31), (2026, 3, 31), False),
        ((2021, 3, 31), (2026, 4, 1), True),
        ((2021, 4, 1), (2026, 4, 1), False),
        ((2021, 4, 1), (2027, 4, 1), True),
    ],
)
def test_the_years_run_from_the_april_after_the_end(city, ended, asked, is_over):
    old_request(city, at=datetime(*ended, 10, tzinfo=TOKYO))
    assert due(REQUEST, at=datetime(*asked, 0, 5, tzinfo=TOKYO)).exists() is is_over


def choose(cast, code: str, value) -> None:
    ParameterChoice.choose(get(code), value, basis="議決", seen=0, by=cast.central_manager, at=AT)


def test_the_city_chooses_the_years_and_what_is_kept_for_good(city, request_):
    choose(city, "retention.requests_years", 6)
    assert not due(REQUEST, at=AT).exists()
    assert due(REQUEST, at=datetime(2027, 4, 1, tzinfo=TOKYO)).exists()
    ParameterChoice.choose(get("retention.requests_years"), 0, basis="議決", seen=1, by=city.central_manager, at=AT)
    assert not due(REQUEST, at=datetime(2099, 4, 1, tzinfo=TOKYO)).exists()


def test_the_city_may_count_from_the_day_of_the_end(city):
    old_request(city, at=datetime(2021, 11, 25, 10, tzinfo=TOKYO))
    assert not due(REQUEST, at=AT).exists()
    choose(city, "retention.counted_from", "next_day")
    assert due(REQUEST, at=AT).exists()
    assert not due(REQUEST, at=AT - timedelta(days=2)).exists()


def test_what_is_open_is_never_due(city):
    request = Request.draft(ERRAND, by=city.clerk, at=OLD, content={"what": SECRET, "way": "case"})
    request.submit(by=city.clerk, at=OLD)
    assert not due(REQUEST, at=AT).exists()


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_content_and_files_go_and_number_state_digest_and_record_stay(city, request_, django_capture_on_commit_callbacks):
    file = StoredFile.objects.about(request_).get()
    path, number, status, ended = file.content.name, request_.number, request_.status, request_.ended_at
    before = contents(REQUEST, [key_of(request_)])[key_of(request_)].digest
    assert SearchText.objects.of(Request).filter(text__contains=SECRET).exists()
    with django_capture_on_commit_callbacks(execute=True):
        disposal = carried_out(city)

    row = Request.objects.get(pk=request_.pk)
    assert (row.title, row.content, row.ending) == (MARK, {}, MARK)
    assert (row.number, row.status, row.ended_at, row.drafter) == (number, status, ended, city.clerk)
    assert not default_storage.exists(path)
    file.refresh_from_db()
    assert (file.state, SECRET in file.name, len(file.sha256)) == ("destroyed", False, 64)
    assert not SearchText.objects.filter(text__contains=SECRET).exists()
    assert disposal.status == "done"
    kept = disposal.rows.get()
    assert (kept.number, kept.digest, kept.state, kept.destroyed_at, kept.files) == (number, before, "destroyed", AT, 1)
    entry = Entry.objects.get(verb="retention.record.destroyed")
    assert entry.changes["digest"] == before
    assert entry.changes["witness"] == city.colleague.name
    assert SECRET not in entry.subject_label
    call_command("verify_trail", stdout=StringIO())


def test_an_incident_of_the_city_is_decided_by_the_central_manager(city):
    reference.load("incident_kinds.json")
    incident = sent(city, at=OLD, summary=SECRET)
    Note.objects.create(incident=incident, by=city.clerk, text=SECRET, at=OLD)
    Ending.mistake(incident, reason=SECRET, by=city.central_manager, at=OLD)
    at = datetime(2031, 4, 1, 10, tzinfo=TOKYO)
    assert not due(INCIDENT, at=at - timedelta(days=1)).exists()
    disposal = Disposal.propose(INCIDENT, 2020, None, by=city.administrator, at=at)
    for person in (city.section_officer, city.administrator, city.ciso):
        with pytest.raises(PermissionDenied):
            disposal.permit(by=person, at=at)
    disposal.permit(by=city.central_manager, at=at)
    disposal.witness(by=city.central_manager, at=at)
    job = disposal.carry_out(by=city.administrator, at=at)
    assert run_job(job.pk, clock=lambda: at).status == "done"
    row = Incident.objects.get(pk=incident.pk)
    assert (row.summary, row.notes.get().text, row.endings.get().reason) == (MARK, MARK, MARK)
    assertContains(city.client(city.central_manager).get(row.get_absolute_url()), "保存年限が過ぎたため廃棄しました")
    with pytest.raises(InvalidTransition, match="廃棄されています"):
        Ending.reopen(row, reason="再び", by=city.central_manager, at=at)
    assert not Incident.objects.get(pk=row.pk).is_open


def test_nothing_is_added_to_what_is_destroyed(city, request_):
    carried_out(city)
    with pytest.raises(InvalidTransition, match="廃棄されています"):
        attach(request_, SimpleUploadedFile("x.txt", b"x"), by=city.clerk)
    assert StoredFile.objects.about(request_).count() == 1


def test_a_person_who_writes_to_what_is_destroyed_is_told(city, request_):
    carried_out(city)
    address = reverse("approvals:comment", args=[request_.pk])
    answer = city.client(city.clerk).post(address, {"comment-text": "後から"}, follow=True)
    assertContains(answer, "廃棄されています")
    assert request_.comments.get().text == MARK


def test_a_destroyed_file_is_gone_with_a_word_and_its_content_is_swept_where_a_worker_was_killed(city, request_):
    carried_out(city)  # nothing is committed in this test: the content lies there still
    file = StoredFile.objects.about(request_).get()
    assert default_storage.exists(file.content.name)
    assertContains(city.client(city.clerk).get(file.get_absolute_url()), file.sha256, status_code=410)
    sweep(at=timezone.now() + timedelta(hours=3))
    assert not default_storage.exists(file.content.name)


# -- who ---------------------------------------------------------------------------------------------------------------


def test_who_does_not_answer_for_the_records_proposes_nothing(city, request_):
    for person in (city.clerk, city.outsider_officer, city.auditor, city.general_manager):
        with pytest.raises(PermissionDenied):
            propose(city, by=person)
    assert not Disposal.objects.exists()
    assert propose(city, by=city.administrator).count == 1


def test_who_proposed_it_never_decides_and_where_that_leaves_nobody_it_goes_one_up(city, request_):
    disposal = propose(city, by=city.section_officer)
    with pytest.raises(PermissionDenied):
        disposal.permit(by=city.section_officer, at=AT)
    disposal.permit(by=city.central_manager, at=AT)
    assert Disposal.objects.get().decided_as == "中央電子計算組織管理者"
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.update(decided_by=city.section_officer)


def test_a_deputy_decides_in_the_place_of_the_absent_chief(city, request_):
    disposal = propose(city)
    make_absence(city.section_officer, starts_at=AT - MINUTE)
    make_deputyship("shimin-ka.head", city.colleague)
    disposal.permit(by=city.colleague, at=AT)
    assert "代理" in Disposal.objects.get().decided_as
    assert Entry.objects.get(verb="retention.disposal.permitted").in_place_of == city.section_officer.name


def test_without_another_pair_of_eyes_of_today_nothing_is_destroyed(city, request_):
    disposal = permitted(city)
    with pytest.raises(InvalidTransition, match="立会い"):
        disposal.carry_out(by=city.clerk, at=AT)
    disposal.witness(by=city.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="別の人"):
        disposal.carry_out(by=city.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="今日のうちに"):
        disposal.carry_out(by=city.colleague, at=AT + timedelta(days=1))
    for stranger in (city.outsider_clerk, city.auditor):
        with pytest.raises(PermissionDenied):
            disposal.witness(by=stranger, at=AT)
        with pytest.raises(PermissionDenied):
            disposal.carry_out(by=stranger, at=AT)
    assert not Job.objects.filter(kind=CARRY_OUT).exists()
    disposal.carry_out(by=city.colleague, at=AT)
    with pytest.raises(InvalidTransition):
        disposal.carry_out(by=city.colleague, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.update(executed_by=city.clerk)


def test_what_was_refused_or_given_up_can_be_proposed_again(city, request_):
    disposal = propose(city)
    with pytest.raises(InvalidTransition):
        propose(city)
    disposal.refuse(reason="まだ要る", by=city.section_officer, at=AT)
    again = propose(city)
    again.withdraw(reason="取りやめる", by=city.promoter, at=AT)
    with pytest.raises(InvalidTransition):
        again.permit(by=city.section_officer, at=AT)
    assert propose(city).count == 1
    assert DisposalRow.objects.filter(state="released").count() == 2
    assert Request.objects.get(pk=request_.pk).title == SECRET


# -- what stays --------------------------------------------------------------------------------------------------------


def test_what_changed_since_the_decision_stays_and_the_others_go(city, request_):
    other = old_request(city, what="別の件")
    disposal = permitted(city)
    assert disposal.count == 2
    Comment.objects.create(request=request_, by=city.clerk, text="後から", at=AT)
    disposal.witness(by=city.colleague, at=AT)
    run(disposal.carry_out(by=city.clerk, at=AT))
    states = dict(disposal.rows.values_list("key", "state"))
    assert states == {key_of(request_): "left", key_of(other): "destroyed"}
    left = disposal.rows.get(state="left")
    assert left.left_because == destroying.CHANGED
    assert Request.objects.get(pk=request_.pk).title == SECRET
    assert Request.objects.get(pk=other.pk).title == MARK
    assert propose(city).count == 1  # it may be proposed anew, as it is now


def test_a_record_that_is_held_stays_even_where_it_was_decided(city, request_):
    disposal = permitted(city)
    facts = {"reason": "訴訟のため", "until": None, "at": AT}
    with pytest.raises(PermissionDenied):
        Hold.put(REQUEST, key_of(request_), by=city.section_officer, **facts)
    hold = Hold.put(REQUEST, key_of(request_), by=city.central_manager, **facts)
    with pytest.raises(ValidationError):
        Hold.put(REQUEST, key_of(request_), by=city.central_manager, **facts)
    disposal.witness(by=city.colleague, at=AT)
    run(disposal.carry_out(by=city.clerk, at=AT))
    assert disposal.rows.get().left_because == HELD
    with pytest.raises(InvalidTransition):
        propose(city)
    hold.lift(reason="確定した", by=city.central_manager, at=AT)
    assert propose(city).count == 1
    with pytest.raises(InvalidTransition):
        hold.lift(reason="もう一度", by=city.central_manager, at=AT)
    assert "訴訟" not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_a_hold_ends_with_its_day(city, request_):
    Hold.put(REQUEST, key_of(request_), reason="調査のため", until=(AT + timedelta(days=3)).date(), by=city.central_manager, at=AT)
    with pytest.raises(InvalidTransition):
        propose(city)
    assert propose(city, at=AT + timedelta(days=4)).count == 1


def test_a_masked_copy_of_a_record_goes_before_the_record(city, request_):
    reference.load("disclosure_grounds.json")
    copy = Disclosure.begin("request", str(request_.pk), reception="1", by=city.central_manager, at=AT)
    with pytest.raises(InvalidTransition):
        propose(city)
    copy.drop(reason="取下げ", by=city.central_manager, at=AT)
    assert propose(city).count == 1


def test_an_open_measure_keeps_an_incident(city):
    reference.load("incident_kinds.json")
    incident = sent(city, at=OLD)
    Ending.mistake(incident, reason="誤報", by=city.central_manager, at=OLD)
    at = datetime(2031, 4, 1, 10, tzinfo=TOKYO)
    facts = {"kind": "measure", "words": "x", "ordered_by": city.central_manager, "ordered_as": "x", "ordered_at": OLD}
    task = incident.tasks.create(status="open", due_on=OLD.date(), department=city.section, **facts)
    with pytest.raises(InvalidTransition):
        Disposal.propose(INCIDENT, 2020, None, by=city.administrator, at=at)
    incident.tasks.filter(pk=task.pk).update(status="dropped")
    assert Disposal.propose(INCIDENT, 2020, None, by=city.administrator, at=at).count == 1


# -- a worker that dies -------------------------------------------------------------------------------------------------


def test_a_killed_worker_goes_on_where_it_stopped_and_leaves_no_half_record(city, monkeypatch):
    requests = [old_request(city, what=f"{SECRET}{number}") for number in range(4)]
    disposal = permitted(city)
    disposal.witness(by=city.colleague, at=AT)
    job = disposal.carry_out(by=city.clerk, at=AT)
    real, calls = destroying.destroy, []

    def killed(content, *, at):
        paths = real(content, at=at)
        calls.append(content.key)
        if len(calls) == 3:
            raise KeyboardInterrupt  # in the middle of the third record, after its columns are blank
        return paths

    monkeypatch.setattr(destroying, "destroy", killed)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, clock=lambda: AT)
    titles = list(Request.objects.filter(pk__in=[row.pk for row in requests]).values_list("title", flat=True))
    assert titles.count(MARK) == 2
    assert sum(SECRET in title for title in titles) == 2
    assert Entry.objects.filter(verb="retention.record.destroyed").count() == 2
    with pytest.raises(InvalidTransition):
        disposal.go_on(by=city.clerk, at=AT)  # its job is not given up yet

    later = AT + timedelta(hours=3)
    assert run_job(job.pk, clock=lambda: later).status == "done"
    assert set(Request.objects.values_list("title", flat=True)) == {MARK}
    assert Entry.objects.filter(verb="retention.record.destroyed").count() == 4
    assert Disposal.objects.get().status == "done"
    assert len(set(calls)) == 4


def test_a_work_that_was_taken_back_is_gone_on_with(city, request_):
    disposal = permitted(city)
    disposal.witness(by=city.colleague, at=AT)
    job = disposal.carry_out(by=city.clerk, at=AT)
    Job.objects.filter(pk=job.pk).update(status="cancelled", finished_at=AT)
    with pytest.raises(PermissionDenied):
        disposal.go_on(by=city.outsider_clerk, at=AT)
    assert run(disposal.go_on(by=city.colleague, at=AT)).status == "done"
    assert Request.objects.get(pk=request_.pk).title == MARK


# -- any order of acts --------------------------------------------------------------------------------------------------

PEOPLE = ["promoter", "section_officer", "clerk", "colleague", "central_manager", "outsider_officer"]
REFUSALS = (InvalidTransition, PermissionDenied, ValidationError, Job.DoesNotExist, Hold.DoesNotExist)
ACTS = ["propose", "permit", "refuse", "withdraw", "witness", "carry_out", "work", "hold", "lift", "comment", "go_on"]


def test_no_order_of_acts_destroys_what_was_not_decided_witnessed_and_unchanged(city):
    first, second = old_request(city, what=f"{SECRET}1"), old_request(city, what=f"{SECRET}2")
    keys = {key_of(first): first.pk, key_of(second): second.pk}

    def do(name: str, person, at: datetime) -> None:
        disposal = Disposal.objects.order_by("pk").last()
        if name == "propose":
            propose(city, by=person, at=at)
        elif name == "hold":
            Hold.put(REQUEST, key_of(first), reason="x", until=None, by=person, at=at)
        elif name == "lift":
            Hold.objects.latest("pk").lift(reason="x", by=person, at=at)
        elif name == "comment":
            with transaction.atomic():
                Comment.objects.create(request=second, by=person, text=SECRET, at=at)
        elif name == "work":
            run_job(Job.objects.filter(kind=CARRY_OUT).latest("created_at").pk, clock=lambda: at)
        elif disposal is not None:
            more = {"reason": "x"} if name in ("refuse", "withdraw") else {}
            getattr(disposal, name)(by=person, at=at, **more)

    def check(at: datetime) -> None:
        for row in DisposalRow.objects.select_related("disposal"):
            record = Request.objects.get(pk=keys[row.key])
            if row.state == "destroyed":
                assert row.disposal.status in ("running", "done")
                assert row.disposal.decided_by_id not in (None, row.disposal.proposed_by_id)
                assert row.disposal.witnessed_by_id not in (None, row.disposal.executed_by_id)
                assert (record.title, record.content) == (MARK, {})
        destroyed = set(DisposalRow.objects.destroyed().values_list("key", flat=True))
        assert DisposalRow.objects.destroyed().count() == len(destroyed)
        for key, pk in keys.items():
            assert (Request.objects.get(pk=pk).title == MARK) == (key in destroyed)
            assert DisposalRow.objects.taken().filter(key=key).count() <= 1
        assert Entry.objects.filter(verb="retention.record.destroyed").count() == len(destroyed)
        for disposal in Disposal.objects.all():
            states = set(disposal.rows.values_list("state", flat=True))
            assert (disposal.status in ("refused", "withdrawn")) == (states == {"released"})
            assert disposal.status != "done" or not states & {"listed", "released"}

    steps = st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE), st.sampled_from([0, 0, 0, 1]))

    @settings(max_examples=12, deadline=None)
    @given(st.lists(steps, min_size=6, max_size=16), st.booleans())
    def walk(steps, begins_well):
        well = [("propose", "promoter", 0), ("permit", "section_officer", 0), ("witness", "colleague", 0), ("carry_out", "clerk", 0)]
        with transaction.atomic():
            at = AT
            for name, person, days in [*(well if begins_well else []), *steps, ("work", "clerk", 0)]:
                at += timedelta(days=days, minutes=1)
                with suppress(*REFUSALS), transaction.atomic():
                    do(name, getattr(city, person), at)
                check(at)
            transaction.set_rollback(True)

    walk()


# -- at once ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(transactional_db) -> Cast:
    cast = Cast()
    make_request_type(ERRAND, ("any", ["SECTION_OFFICER"]))
    return cast


def together(*acts) -> list[str]:
    """Each act in a thread and connection of its own, all at the same moment; the words of those who were refused."""
    gate = Barrier(len(acts))

    def press(act) -> str:
        try:
            gate.wait()
            act()
        except (InvalidTransition, PermissionDenied) as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_carry_out_at_once_one_does(at_once):
    cast = at_once
    old_request(cast)
    disposal = permitted(cast)
    disposal.witness(by=cast.colleague, at=AT)
    acts = [lambda person=person: Disposal.objects.get().carry_out(by=person, at=AT) for person in (cast.clerk, cast.promoter) * 2]
    answers = together(*acts)
    assert answers.count("") == 1
    assert Job.objects.filter(kind=CARRY_OUT).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_propose_at_once_one_does_and_two_workers_destroy_each_record_once(at_once):
    cast = at_once
    for number in range(6):
        old_request(cast, what=f"{SECRET}{number}")
    answers = together(*[lambda: propose(cast)] * 3)
    assert answers.count("") == 1
    disposal = Disposal.objects.get()
    disposal.permit(by=cast.section_officer, at=AT)
    disposal.witness(by=cast.colleague, at=AT)
    disposal.carry_out(by=cast.clerk, at=AT)
    disposal = Disposal.objects.for_list().get()
    rows = list(disposal.rows.values_list("pk", flat=True))

    def work() -> None:
        for pk in rows:
            destroying.destroy_row(pk, disposal, at=AT)
        disposal.finish(at=AT)

    assert together(work, work, work) == ["", "", ""]
    assert disposal.rows.destroyed().count() == 6
    assert Entry.objects.filter(verb="retention.record.destroyed").count() == 6
    assert Entry.objects.filter(verb="retention.disposal.done").count() == 1
    call_command("verify_trail", stdout=StringIO())


# -- the digest ---------------------------------------------------------------------------------------------------------


def test_a_copy_kept_elsewhere_is_proved_or_disproved(city, request_):
    kept = propose(city).rows.get().digest
    out = StringIO()
    call_command("record_digest", "request", request_.number, "--expect", kept.upper(), stdout=out)
    assert kept in out.getvalue()
    assert "同じです" in out.getvalue()
    with pytest.raises(CommandError, match="同じではありません"):
        call_command("record_digest", "request", request_.number, "--expect", "0" * 64, stdout=StringIO())
    with pytest.raises(CommandError, match="この番号の記録はありません"):
        call_command("record_digest", "request", "R2-999", stdout=StringIO())
    with pytest.raises(CommandError, match="種類はありません"):
        call_command("record_digest", "nothing", "R2-1", stdout=StringIO())


def test_the_digest_is_of_every_value_and_every_file(city, request_):
    def digest() -> str:
        return contents(REQUEST, [key_of(request_)])[key_of(request_)].digest

    first = digest()
    assert digest() == first
    changes = (
        lambda: Request.objects.filter(pk=request_.pk).update(ending="別の理由"),
        lambda: Request.objects.filter(pk=request_.pk).update(content={"what": SECRET, "way": "cipher"}),
        lambda: request_.comments.update(text="別"),
        lambda: StoredFile.objects.about(request_).update(sha256="1" * 64),
    )
    seen = {first}
    for change in changes:
        change()
        seen.add(digest())
    assert len(seen) == 5
    rows = [DisposalRow(kind="request", key=str(number), digest=first) for number in range(3)]
    assert set_digest(rows) == set_digest(rows[::-1]) != set_digest(rows[:2])


# -- screens ------------------------------------------------------------------------------------------------------------


def test_the_way_through_the_screens(city, request_):
    address = reverse("retention:batch", args=["request", 2020]) + f"?department={city.section.pk}"
    promoter, chief, clerk, colleague = (city.client(one) for one in (city.promoter, city.section_officer, city.clerk, city.colleague))
    assertContains(promoter.get(reverse("retention:due")), address.replace("&", "&amp;"))
    assertContains(promoter.get(address), request_.number)
    assertContains(promoter.get(address), "令和2年度に完結")
    asked = f"{reverse('retention:hold')}?kind=request&amp;number={request_.number}"
    assertContains(city.client(city.central_manager).get(address), asked)
    answer = promoter.post(address)
    disposal = Disposal.objects.get()
    assert answer.url == disposal.get_absolute_url()
    assert [item.kind for item in waiting(city.section_officer, at=timezone.now()) if item.url == disposal.get_absolute_url()] == ["決定"]
    assertContains(chief.get(answer.url), "許可する")
    assertNotContains(promoter.get(answer.url), reverse("retention:permit", args=[disposal.pk]))
    assert chief.post(reverse("retention:permit", args=[disposal.pk])).status_code == 302
    assert colleague.post(reverse("retention:witness", args=[disposal.pk])).status_code == 302
    way = reverse("retention:carry_out", args=[disposal.pk])
    assertContains(clerk.post(way, {"number": "記録廃棄R1-1"}), "番号が違います", status_code=422)
    assertContains(colleague.get(way), "いまは行えません")
    answer = clerk.post(way, {"number": str(disposal)})
    assert answer.url == Job.objects.get(kind=CARRY_OUT).get_absolute_url()
    run_job(Job.objects.get(kind=CARRY_OUT).pk)
    page = clerk.get(disposal.get_absolute_url())
    assertContains(page, "廃棄済み")
    assertContains(page, disposal.rows.get().digest)
    assertContains(clerk.get(request_.get_absolute_url()), "保存年限が過ぎたため廃棄しました")
    assertContains(clerk.get(request_.get_absolute_url()), str(disposal))
    assert Notification.objects.filter(verb="retention.disposal.done", recipient=city.promoter).exists()


def test_a_stranger_meets_nothing(city, request_):
    disposal = propose(city)
    for person in (city.outsider_officer, city.outsider_clerk):
        assert city.client(person).get(disposal.get_absolute_url()).status_code == 404
    address = reverse("retention:batch", args=["request", 2020])
    assert city.client(city.outsider_officer).get(f"{address}?department={city.section.pk}").status_code == 404
    assert city.client(city.clerk).get(reverse("retention:due")).status_code == 404
    for bad in ("?department=x", "?department=99999"):
        assert city.client(city.administrator).get(address + bad).status_code == 404
    assert city.client(city.administrator).get(reverse("retention:batch", args=["nothing", 2020])).status_code == 404


def test_a_hold_is_set_by_the_number_that_people_know(city, request_):
    client = city.client(city.central_manager)
    given = {"kind": "request", "number": "R2-999", "reason": "訴訟のため"}
    assertContains(client.post(reverse("retention:hold"), given), "この番号の記録はありません", status_code=422)
    answer = client.post(reverse("retention:hold"), given | {"number": request_.number})
    assert answer.url == reverse("retention:holds")
    assertContains(client.get(answer.url), "訴訟のため")
    assert client.post(reverse("retention:lift", args=[Hold.objects.get().pk]), {"reason": "確定した"}).status_code == 302
    assert city.client(city.section_officer).get(reverse("retention:hold")).status_code == 403


@pytest.mark.parametrize("number", ["試験", "9" * 40, "R2-" + "9" * 30, "R99999-1", "相談 x", "0"])
def test_a_number_that_no_record_could_have_finds_nothing_in_any_kind(city, number):
    client = city.client(city.central_manager)
    for kind in KINDS:
        answer = client.post(reverse("retention:hold"), {"kind": kind, "number": number, "reason": "訴訟のため"})
        assert answer.status_code == 422, kind


def test_the_record_of_a_disposal_leaves_as_paper_and_as_table(city, request_):
    disposal = carried_out(city)
    client = city.client(city.section_officer)
    client.post(reverse("retention:paper", args=[disposal.pk]))
    job = run_job(Job.objects.get(kind=PAPER).pk)
    assert job.status == "done", job.error
    assert JobResult.objects.get(job=job).content.read().startswith(b"%PDF")
    words = text_of(take(client, "retention.rows", of=str(disposal.pk)))
    assert disposal.rows.get().digest in words
    assert request_.number in words
    assert str(disposal) in text_of(take(client, "retention.disposals"))


def test_the_pages_ask_the_same_however_much_is_due(city, request_):
    client = city.client(city.section_officer)
    addresses = [reverse("retention:due"), reverse("retention:batch", args=["request", 2020]) + f"?department={city.section.pk}"]

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    for address in addresses:
        client.get(address)
    before = [asked(address) for address in addresses]
    for number in range(5):
        old_request(city, what=f"件{number}")
    assert [asked(address) for address in addresses] == before
    disposal = propose(city)
    page = asked(disposal.get_absolute_url())
    disposal.withdraw(reason="x", by=city.promoter, at=AT)
    for number in range(3):
        old_request(city, what=f"追加{number}")
    other = propose(city)
    assert asked(other.get_absolute_url()) == page


def test_a_page_of_what_is_not_destroyed_asks_nothing_more(city, request_):
    client = city.client(city.clerk)
    with CaptureQueriesContext(connection) as found:
        client.get(request_.get_absolute_url())
    assert not [one for one in found if "retention_" in one["sql"]]


def test_in_april_the_holders_are_told_once(city, request_):
    at = datetime(2026, 4, 1, 7, 10, tzinfo=TOKYO)
    assert tell(at=at - timedelta(days=1)) == 0
    tell(at=at)
    tell(at=at + timedelta(days=30))
    told = Notification.objects.filter(title__startswith="保存年限の過ぎた記録")
    assert {row.recipient for row in told.all()} == {city.section_officer, city.promoter}
    assert told.count() == 2
    assert "1件" in told.first().body
    tell(at=at + timedelta(days=366))
    assert told.count() == 4
