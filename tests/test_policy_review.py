"""The review of the policy (3.13.3): what is gathered, what the committee resolves of it, what is carried on."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assets.models import RiskAssessment, RiskLine, Threat
from audits.models import PolicyReview, ReviewInput, Source
from audits.models.review_input import in_order
from audits.review.figures import MECHANISM
from audits.review.following import follow_all
from audits.review.page import ReviewPage
from audits.review.reminders import remind_of_reviews
from audits.review.sources import gather
from incidents.models import Incident
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Circulation, Resolution
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.duties.parties import Owner
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get as parameter
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Law, Revision

from . import audit_rows
from .cast import Cast
from .inspections import OCTOBER, opened, sent
from .policy_rows import make_revision
from .response_rows import with_report
from .reviews import MARCH, begun, by_hand, decide_all, decided, put, resolve
from .taken import take
from .test_drills import ended, task
from .test_incident_pages import report

Status, Kind, Decision = PolicyReview.Status, PolicyReview.Kind, ReviewInput.Decision
NEXT_YEAR = MARCH + timedelta(days=360)
YEARLY = {
    "title": "ポリシーの見直し",
    "owner": Owner.COMMITTEE,
    "mechanism": MECHANISM,
    "interval": Duty.Interval.YEARLY,
    "days": ["03-31"],
    "needs_evidence": True,
}


def found(review, source, at=MARCH):
    return [each for each in gather(review, at=at) if each.source == source]


def make_law(**fields) -> Law:
    given = {"code": "act-1", "title": "個人情報の保護に関する法律", "kind": "act", "mark": "amend", "mark_reason": "令和9年4月の改正"}
    return Law.objects.create(**given | {"clauses": ["3.11.5"]} | fields)


def told(user, title) -> int:
    return Notification.objects.filter(recipient=user, title__contains=title).count()


# -- who ---------------------------------------------------------------------------------------------------------------


def test_the_committee_and_those_above_see_a_review_and_nobody_else(cast):
    review = begun(cast)
    for name in ("secretary", "member", "ciso", "central_manager", "general_manager"):
        assert PolicyReview.objects.visible_to(getattr(cast, name), at=MARCH).get() == review
    for name in ("clerk", "section_officer", "auditor", "personnel"):
        assert not PolicyReview.objects.visible_to(getattr(cast, name), at=MARCH).exists()


def test_members_add_what_they_know_and_only_the_secretariat_the_chair_and_the_central_manager_prepare(cast):
    review = begun(cast)
    row = by_hand(review, cast)
    assert row.added_by == cast.member
    with pytest.raises(PermissionDenied):
        ReviewInput.add(review, source="other", title="件", words="", clauses=[], by=cast.clerk, at=MARCH)
    for act in (
        lambda by: PolicyReview.begin(kind=Kind.GRAVE, occasion="変化", by=by, at=MARCH),
        lambda by: review.put(explanation="", by=by, at=MARCH),
        lambda by: review.drop(reason="誤り", by=by, at=MARCH),
        lambda by: row.decide(decision="keep", reason="理由", by=by, at=MARCH),
    ):
        with pytest.raises(PermissionDenied):
            act(cast.ciso)


def test_there_is_one_review_a_year_and_others_on_a_grave_change_with_its_occasion(cast):
    begun(cast)
    with pytest.raises(InvalidTransition, match="すでに"):
        begun(cast)
    with pytest.raises(ValidationError, match="変化"):
        begun(cast, kind=Kind.GRAVE)
    grave = begun(cast, kind=Kind.GRAVE, occasion="大きな攻撃を受けた", title="臨時の見直し")
    assert grave.title == "臨時の見直し"
    assert grave.since == date(2026, 4, 1)
    assert begun(cast, at=NEXT_YEAR).fiscal_year == 2027


# -- what is gathered --------------------------------------------------------------------------------------------------


def test_the_worst_questions_of_an_inspection_are_inputs_without_anybodys_name(cast):
    campaign = opened(cast)
    for person in (cast.clerk, cast.colleague, cast.promoter):
        sent(campaign, person, q1=("no", "鍵がない", "買う"))
    campaign.close(by=cast.central_manager, at=OCTOBER)
    (worst,) = found(begun(cast), Source.INSPECTION)
    question = campaign.questions.get(bearer="TERMINAL_USER", position=1)
    assert (worst.title, worst.clauses) == (question.text, (question.clause,))
    assert "「×」のあった所属は1" in worst.words
    assert "鍵がない" not in worst.words
    assert cast.clerk.name not in worst.words


def test_incidents_that_were_closed_are_inputs_and_drills_and_what_the_committee_may_not_see_are_not(cast):
    reference.load("incident_kinds.json")
    rows = [report(cast) for _ in range(4)]
    Incident.objects.filter(pk__in=[row.pk for row in rows[:3]]).update(status=Incident.Status.CLOSED, ended_at=MARCH)
    Incident.objects.filter(pk=rows[1].pk).update(is_drill=True)
    Incident.objects.filter(pk=rows[2].pk).update(bypasses_chief=True)
    (only,) = found(begun(cast), Source.INCIDENT)
    assert only.key == f"incident:{rows[0].pk}"
    assert "試験の報告" not in only.words


def test_an_incident_tells_its_cause_by_category_and_its_measures(cast):
    reference.load("incident_kinds.json", "cause_categories.json")
    report_of = with_report(cast, at=timezone.now())
    report_of.confirm(words="これで進める", by=cast.ciso, at=timezone.now())
    incident = report_of.incident
    Incident.objects.filter(pk=incident.pk).update(status=Incident.Status.CLOSED, ended_at=MARCH)
    (only,) = found(begun(cast), Source.INCIDENT)
    cause = incident.causes.get()
    assert cause.categories.get().name in only.words
    assert "手順を改める" in only.words
    assert cause.cause not in only.words


def test_issued_findings_are_inputs_with_their_grade_their_clauses_and_what_became_of_them(cast):
    row = audit_rows.reporting(cast)
    review = begun(cast)
    assert not found(review, Source.AUDIT)
    finding = audit_rows.issue(row, cast).findings.get()
    (only,) = found(review, Source.AUDIT)
    assert (only.key, only.clauses) == (f"finding:{finding.pk}", tuple(finding.clauses))
    assert "軽微な不適合" in only.words
    assert "まだ指示されていません" in only.words
    assert finding.fact not in only.words
    assert cast.section.name not in only.title + only.words
    audit_rows.settle(finding, cast)
    (settled,) = found(review, Source.AUDIT)
    assert settled.key == only.key
    assert "改善済み" in settled.words


def test_a_finding_of_an_earlier_year_is_an_input_until_it_is_settled(cast):
    finding = audit_rows.reported(cast).findings.get()
    put(cast)
    later = begun(cast, at=NEXT_YEAR)
    assert later.since > finding.issued_at.date()
    assert [each.key for each in found(later, Source.AUDIT, at=NEXT_YEAR)] == [f"finding:{finding.pk}"]
    audit_rows.settle(finding, cast)
    assert not found(later, Source.AUDIT, at=NEXT_YEAR)


def test_laws_gaps_risks_and_opinions_are_inputs(cast):
    law = make_law()
    make_law(code="act-2", mark="none", mark_reason="")
    threat = Threat.objects.create(code="theft", clause="2.5", name="盗難", description="持ち去られる", measures=["3.8.1.1"])
    facts = {"fiscal_year": 2026, "department": cast.section, "begun_by": cast.clerk, "begun_at": MARCH}
    closed = RiskAssessment.objects.create(status="closed", closed_by=cast.section_officer, closed_at=MARCH, **facts)
    RiskLine.objects.create(assessment=closed, threat=threat, asset_class=1, likelihood=2, impact=3, adequate="no")
    asked = {"title": "端末", "text": "内容", "due_on": MARCH.date(), "recipients": [cast.division]}
    circulation = Circulation.send(cast.committee, Circulation.Kind.OPINION, **asked, by=cast.secretary, at=MARCH)
    circulation.replies.get().answer(by=cast.division_officer, at=MARCH, has_opinion=True, text="窓口は対象外に")
    review = begun(cast)
    assert [each.title for each in found(review, Source.LAW)] == [law.title]
    assert [each.clauses for each in found(review, Source.RISK)] == [("2.5", "3.8.1.1")]
    assert {each.key for at in (MARCH, MARCH - timedelta(days=90)) for each in found(review, Source.RISK, at)} == {"threat:theft"}
    assert [each.words for each in found(review, Source.OPINION)] == ["窓口は対象外に"]
    gaps = found(review, Source.PARAMETER)
    policy_gaps = next(each for each in gaps if each.key == "parameters:ポリシー・規程")
    assert "ポリシーの見直しの月" in policy_gaps.words
    chosen = parameter("policy.review_months")
    ParameterChoice.choose(chosen, [2], basis="決定", seen=0, by=cast.central_manager, at=MARCH)
    again = next(each for each in found(review, Source.PARAMETER) if each.key == policy_gaps.key)
    assert "ポリシーの見直しの月" not in again.words


def test_what_a_drill_has_shown_is_an_input_until_it_is_given_up(cast):
    reference.load("incident_kinds.json")
    row = task(cast, ended(cast))
    review = begun(cast)
    (only,) = found(review, Source.DRILL)
    assert row.what in only.words
    assert not found(review, Source.INCIDENT)
    row.end("dropped", by=cast.central_manager, at=MARCH, outcome="ほかの対策で足りる")
    assert not found(review, Source.DRILL)


def test_inputs_are_read_afresh_until_they_are_put_and_stand_with_their_words_of_that_day(cast):
    law = make_law()
    review = begun(cast)
    assert not review.inputs.exists()
    assert any(row.title == law.title for row in ReviewPage(review, cast.secretary, at=MARCH).inputs)
    review.put(explanation="審議", by=cast.secretary, at=MARCH)
    frozen = review.inputs.get(key=f"law:{law.pk}")
    Law.objects.update(mark_reason="別の理由")
    assert "令和9年4月の改正" in frozen.words
    assert ReviewPage(review, cast.secretary, at=MARCH).inputs == in_order(review.inputs.all())
    assert review.item.clauses
    assert told(cast.member, "付議されました") == 1


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_a_decision_has_its_reason_and_is_written_once_the_review_is_before_the_committee(cast):
    review = begun(cast)
    row = by_hand(review, cast)
    with pytest.raises(InvalidTransition):
        row.decide(decision="keep", reason="よい", by=cast.secretary, at=MARCH)
    review.put(explanation="審議", by=cast.secretary, at=MARCH)
    for data, field in (({"decision": "keep", "reason": " "}, "reason"), ({"decision": "", "reason": "よい"}, "decision")):
        with pytest.raises(ValidationError) as refused:
            row.decide(by=cast.secretary, at=MARCH, **data)
        assert field in refused.value.message_dict
    row.decide(decision="", reason="", discussion="意見が分かれた", by=cast.secretary, at=MARCH)
    assert row.discussion
    assert row.decided_at is None
    row.decide(decision="keep", reason="よい", by=cast.secretary, at=MARCH)
    row.decide(decision="revise", reason="直す", by=cast.central_manager, at=MARCH)
    assert row.decided_by == cast.central_manager


def test_a_record_that_another_person_has_written_since_is_not_written_over(cast):
    review = put(cast)
    row = review.inputs.get(source="other")
    stale, seen = ReviewInput.objects.get(pk=row.pk), row.seen
    row.decide(decision="keep", reason="よい", discussion="話した", by=cast.secretary, at=MARCH)
    words = {"decision": "revise", "reason": "直す", "by": cast.central_manager, "at": MARCH}
    for shown in ({}, {"seen": seen}):
        with pytest.raises(InvalidTransition, match="変わっています"):
            stale.decide(**words, **shown)
    row.refresh_from_db()
    assert (row.decision, row.discussion) == ("keep", "話した")
    stale.decide(**words, seen=row.seen)
    assert stale.decided_by == cast.central_manager


def test_the_resolution_decides_the_review_and_completes_the_duty_with_evidence(cast):
    duty = Duty.ensure("policy-review", at=MARCH - timedelta(days=200), **YEARLY)
    review = decided(cast)
    assert review.status == Status.DECIDED
    row = duty.occurrences.get(due_on=date(2027, 3, 31))
    assert review.occurrence == row
    assert not row.is_open
    assert row.has_files
    assert told(cast.ciso, "議決しました") == 1


def test_the_evidence_that_all_the_staff_may_read_says_how_many_and_not_what(cast):
    duty = Duty.ensure("policy-review", at=MARCH - timedelta(days=200), **YEARLY)
    review = put(cast, title="ある課の事故を受けた見直し")
    row = review.inputs.get(source="other")
    row.decide(decision="revise", reason="ある課の事故のため", discussion="ある課の話", by=cast.secretary, at=MARCH)
    resolve(review, cast)
    done = duty.occurrences.get(due_on=date(2027, 3, 31))
    (evidence,) = StoredFile.objects.about(done)
    assert evidence in StoredFile.objects.visible_to(cast.outsider_clerk)
    with evidence.content.open() as content:
        lines = [list(line) for line in load_workbook(content).active.iter_rows(values_only=True)]
    assert ["その他", 1, 0, 0, 0, 0] in lines
    text = str(lines) + done.note
    for words in (row.title, row.words, "ある課"):
        assert words not in text


@pytest.mark.parametrize("outcome", ["rejected", "returned"])
def test_what_the_committee_sends_back_is_prepared_again_and_what_was_said_stays(cast, outcome):
    law = make_law()
    review = put(cast)
    row = review.inputs.get(source="other")
    row.decide(decision="keep", reason="よい", discussion="話した", by=cast.secretary, at=MARCH)
    resolve(review, cast, outcome, reason="材料が足りない")
    assert review.status == Status.PREPARING
    Law.objects.filter(pk=law.pk).update(mark_reason="新しい理由")
    review.put(explanation="再び", by=cast.secretary, at=MARCH)
    assert "新しい理由" in review.inputs.get(key=f"law:{law.pk}").words
    row.refresh_from_db()
    assert (row.decision, row.discussion) == ("keep", "話した")
    assert told(cast.central_manager, "準備に戻りました") == 1


def test_a_continued_matter_stays_before_the_committee_and_a_withdrawn_one_comes_back(cast):
    review = put(cast)
    resolve(review, cast, Resolution.Outcome.CONTINUED)
    assert review.status == Status.DELIBERATING
    review.item.refresh_from_db()
    review.item.withdraw(by=cast.secretary, at=MARCH, reason="出し直す")
    assert follow_all(at=MARCH) == 1
    assert follow_all(at=MARCH) == 0
    review.refresh_from_db()
    assert review.status == Status.PREPARING


def test_the_review_follows_right_after_the_resolution_is_committed(cast, django_capture_on_commit_callbacks):
    review = put(cast)
    with django_capture_on_commit_callbacks(execute=True):
        review.item.withdraw(by=cast.secretary, at=MARCH, reason="出し直す")
    review.refresh_from_db()
    assert review.status == Status.PREPARING


def test_after_the_resolution_only_what_was_left_open_can_be_decided(cast):
    review = put(cast)
    rest = review.inputs.exclude(source="other")
    for row in rest:
        row.decide(decision="keep", reason="よい", by=cast.secretary, at=MARCH)
    resolve(review, cast)
    with pytest.raises(InvalidTransition):
        rest.first().decide(decision="revise", reason="やはり", by=cast.secretary, at=MARCH)
    with pytest.raises(ValidationError, match="1件"):
        review.close(closing="", by=cast.secretary, at=MARCH)
    decide_all(review, cast)
    review.close(closing="", by=cast.secretary, at=MARCH)
    assert review.status == Status.CLOSED
    with pytest.raises(InvalidTransition):
        by_hand(review, cast)


def test_what_is_to_be_changed_leads_to_a_text_or_to_a_reason(cast):
    review = decided(cast, decision="revise")
    with pytest.raises(ValidationError) as refused:
        review.close(closing="", by=cast.secretary, at=MARCH)
    assert "closing" in refused.value.message_dict
    draft = make_revision(draft=True, name="令和9年改定案")
    dropped = make_revision(draft.document, draft=True, status=Revision.Status.DISCARDED)
    with pytest.raises(ValidationError):
        review.link_revision(dropped, by=cast.central_manager, at=MARCH)
    review.link_revision(draft, by=cast.central_manager, at=MARCH)
    review.close(closing="", by=cast.secretary, at=MARCH)
    assert PolicyReview.objects.get().revision == draft


def test_what_is_carried_on_stands_in_the_next_review_once(cast):
    first = decided(cast, decision="carry")
    first.close(closing="", by=cast.secretary, at=MARCH)
    count = first.inputs.count()
    grave = begun(cast, kind=Kind.GRAVE, occasion="変化", at=MARCH)
    assert grave.inputs.exclude(carried_from=None).count() == count
    grave.drop(reason="誤り", by=cast.secretary, at=MARCH)
    second = begun(cast, at=NEXT_YEAR)
    assert second.inputs.exclude(carried_from=None).count() == count
    assert second.since == MARCH.date()
    assert begun(cast, kind=Kind.GRAVE, occasion="変化", at=NEXT_YEAR).inputs.count() == 0
    second.put(explanation="審議", by=cast.secretary, at=NEXT_YEAR)
    keys = [key for key in second.inputs.values_list("key", flat=True) if key]
    assert len(keys) == len(set(keys))


def test_a_review_that_stays_open_is_reminded_of_once_a_month_also_after_days_without_a_worker(cast):
    decided(cast)
    assert remind_of_reviews(at=MARCH + timedelta(days=20)) == 0
    for days in (33, 34, 35, 62, 62):
        remind_of_reviews(at=MARCH + timedelta(days=days))
    assert told(cast.secretary, "終わっていません") == 2


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["put", "passed", "returned", "close", "drop", "decide", "add"]), max_size=8))
def test_no_order_of_acts_closes_a_review_with_an_open_input(django_db_blocker, acts):
    with django_db_blocker.unblock(), transaction.atomic():
        cast = Cast()
        review = begun(cast)
        for act in acts:
            try:
                with transaction.atomic():
                    _do(act, review, cast)
            except (InvalidTransition, ValidationError):
                pass
            review.refresh_from_db()
            assert review.status in Status.values
            if review.status == Status.CLOSED:
                assert not review.undecided.exists()
                assert review.decided_at
            if review.status in (Status.DELIBERATING, Status.DECIDED, Status.CLOSED):
                assert review.item_id
                assert review.inputs.exists()
        transaction.set_rollback(True)


def _do(act, review, cast) -> None:
    deeds = {
        "put": lambda: review.put(explanation="審議", by=cast.secretary, at=MARCH),
        "passed": lambda: resolve(review, cast) if review.status == Status.DELIBERATING else None,
        "returned": lambda: resolve(review, cast, "returned", reason="不足") if review.status == Status.DELIBERATING else None,
        "close": lambda: review.close(closing="記録", by=cast.secretary, at=MARCH),
        "drop": lambda: review.drop(reason="誤り", by=cast.secretary, at=MARCH),
        "decide": lambda: decide_all(review, cast),
        "add": lambda: by_hand(review, cast),
    }
    deeds[act]()


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    with time_machine.travel(MARCH, tick=False):
        yield


def page(cast, user, row) -> str:
    answer = cast.client(user).get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_it_wants_from_whom(cast, clock):
    make_law()
    review = begun(cast)
    assert "委員会に付議する" in page(cast, cast.secretary, review)
    assert "個人情報の保護に関する法律" in page(cast, cast.member, review)
    assert "委員会に付議する" not in page(cast, cast.member, review)
    assert cast.client(cast.clerk).get(review.get_absolute_url()).status_code == 404
    review.put(explanation="審議", by=cast.secretary, at=MARCH)
    assert "材料を順に審議する" in page(cast, cast.secretary, review)
    desk = cast.client(cast.secretary).get("/").content.decode()
    assert review.title in desk
    assert review.title not in cast.client(cast.ciso).get("/").content.decode()


def test_one_input_after_another_is_decided_and_bad_input_keeps_the_words(cast, clock):
    make_law()
    review = put(cast)
    client = cast.client(cast.secretary)
    first = ReviewPage(review, cast.secretary, at=MARCH).first_open
    answer = client.post(first.get_absolute_url(), {"discussion": "長い話", "decision": "revise", "reason": "", "seen": first.seen})
    assert answer.status_code == 422
    assert "長い話" in answer.content.decode()
    assert "取扱いを決めた理由" in answer.content.decode()
    first.refresh_from_db()
    assert first.decision == ""
    data = {"discussion": "長い話", "decision": "revise", "reason": "改正のため", "seen": first.seen}
    answer = client.post(first.get_absolute_url(), data)
    following = ReviewPage(review, cast.secretary, at=MARCH).first_open
    assert answer.url == following.get_absolute_url()
    assert cast.client(cast.member).post(first.get_absolute_url(), {"decision": "keep", "reason": "x"}).status_code == 403


def test_what_another_person_has_written_meanwhile_is_shown_beside_what_was_typed(cast, clock):
    review = put(cast)
    row, client = review.inputs.get(source="other"), cast.client(cast.secretary)
    typed = {"discussion": "わたしの記録", "decision": "revise", "reason": "直す"}

    def hidden(html) -> str:
        return re.search(r'name="seen" value="(\w+)"', html).group(1)

    seen = hidden(client.get(row.get_absolute_url()).content.decode())
    row.decide(decision="keep", reason="よい", discussion="あなたの記録", by=cast.central_manager, at=MARCH)
    answer = client.post(row.get_absolute_url(), typed | {"seen": seen})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "わたしの記録" in html
    assert "あなたの記録" in html
    assert client.post(row.get_absolute_url(), typed | {"seen": hidden(html)}).status_code == 302
    row.refresh_from_db()
    assert row.discussion == "わたしの記録"
    resolve(review, cast)
    answer = client.post(row.get_absolute_url(), {"discussion": "遅れた記録", "seen": row.seen})
    assert answer.status_code == 422
    assert "遅れた記録" in answer.content.decode()


def test_what_was_typed_stays_where_the_act_has_come_too_late(cast, clock):
    review = decided(cast)
    client = cast.client(cast.member)
    words = {"source": "other", "title": "遅れた材料", "words": "長い内容", "clauses": "3-8(1)ア"}
    answer = client.post(reverse("audits:add_review_input", args=[review.pk]), words)
    assert answer.status_code == 422
    assert "長い内容" in answer.content.decode()
    assert "次の見直しに加えてください" in answer.content.decode()


def test_freezing_asks_as_many_questions_for_many_inputs_as_for_few(cast):
    def asked(review) -> int:
        resolve(review, cast, "returned", reason="不足")
        Law.objects.update(mark_reason="新しい理由")
        Law.objects.filter(code__startswith="gone").update(mark="none")
        with CaptureQueriesContext(connection) as caught:
            review.put(explanation="再び", by=cast.secretary, at=MARCH)
        assert not review.inputs.filter(title="なくなる").exists()
        assert review.inputs.filter(words__contains="新しい理由").exists()
        return len(caught)

    make_law()
    make_law(code="gone", title="なくなる")
    few = asked(put(cast))
    for number in range(5):
        make_law(code=f"more-{number}")
        make_law(code=f"gone-{number}", title="なくなる")
    assert asked(put(cast, kind=Kind.GRAVE, occasion="変化")) <= few


def test_the_filter_narrows_by_source_decision_and_words(cast, clock):
    make_law()
    review = put(cast)
    client = cast.client(cast.member)

    def shown(**query) -> str:
        html = client.get(review.get_absolute_url(), query).content.decode()
        return html[html.index('id="inputs"') : html.index('id="history"')]

    assert "窓口の端末" not in shown(source="law")
    assert "個人情報の保護" in shown(source="law")
    assert "窓口の端末" in shown(decision="undecided", q="配置")
    assert "条件に合う材料はありません" in shown(decision="keep")


def test_forms_refuse_what_does_not_fit_and_nothing_is_half_written(cast, clock):
    client = cast.client(cast.secretary)
    answer = client.post(reverse("audits:begin_policy_review"), {"kind": "grave", "title": "臨時", "occasion": ""})
    assert answer.status_code == 422
    assert "臨時" in answer.content.decode()
    assert not PolicyReview.objects.exists()
    client.post(reverse("audits:begin_policy_review"), {"kind": "yearly"})
    review = PolicyReview.objects.get()
    address = reverse("audits:add_review_input", args=[review.pk])
    answer = client.post(address, {"source": "other", "title": "件", "words": "内容", "clauses": "どこか"})
    assert answer.status_code == 422
    assert not review.inputs.exists()
    client.post(address, {"source": "other", "title": "件", "words": "内容", "clauses": "3-8(1)ア"})
    row = review.inputs.get()
    client.post(reverse("audits:remove_review_input", args=[review.pk, row.pk]))
    assert not review.inputs.exists()


def test_the_record_and_the_table_leave_by_the_worker_and_by_the_portal(cast, clock):
    review = decided(cast)
    client = cast.client(cast.member)
    answer = take(client, "audits.review_inputs", "xlsx", of=review.pk, source="other")
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    assert [sheet.cell(row=2, column=column).value for column in (2, 4, 8)] == ["その他", "窓口の端末", "改定しない"]
    assert sheet.max_row == 2
    assert Entry.objects.about(review).filter(verb="exports.table.taken").exists()
    client.post(reverse("audits:policy_review_paper", args=[review.pk]))
    job = Job.objects.get(kind="audits.policy_review_paper")
    run_job(job.pk)
    assert job.results.get().content.read(5) == b"%PDF-"


def test_pages_ask_as_many_questions_for_many_inputs_as_for_few(cast, clock):
    review = put(cast)
    grave = begun(cast, kind=Kind.GRAVE, occasion="変化")
    client = cast.client(cast.secretary)
    addresses = [reverse("audits:policy_reviews"), grave.get_absolute_url(), review.get_absolute_url()]
    addresses.append(review.inputs.get(source="other").get_absolute_url())

    def counts() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            found.append(len(caught))
        return found

    by_hand(grave, cast)
    make_law()
    few = counts()
    for number in range(12):
        make_law(code=f"more-{number}")
        by_hand(review, cast, title=f"件{number}")
        by_hand(grave, cast, title=f"件{number}")
    assert counts() == few
    assert max(few) < 90
