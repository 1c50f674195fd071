"""Risk: threats by class, a level by the city's table, shortfalls that become improvements, and nothing settled half answered."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assets.classification import AssetClass
from assets.models.improvement import Improvement
from assets.models.risk import Level, RiskAssessment, RiskLine, RiskRule, Scale, Threat
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.transitions import InvalidTransition

AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def assessment(cast) -> RiskAssessment:
    reference.load("threats.json")
    return RiskAssessment.begin(cast.section, by=cast.clerk, at=AT)


def answer(line: RiskLine, by, *, adequate="yes", measures="施錠と台帳の確認", likelihood=2, impact=2) -> None:
    line.answer(likelihood=likelihood, impact=impact, measures=measures, adequate=adequate, by=by, at=AT)


def answer_all(assessment: RiskAssessment, by, **words) -> None:
    for line in assessment.lines.select_related("threat", "assessment__department__parent"):
        answer(line, by, **words)


def test_every_threat_of_the_policy_meets_every_class_and_the_class_says_how_bad(assessment):
    assert assessment.lines.count() == Threat.objects.count() * 4
    assert {(line.asset_class, line.impact) for line in assessment.lines.all()} == {(1, 3), (2, 3), (3, 2), (4, 1)}
    assert not assessment.lines.exclude(adequate="").exists()
    assert {threat.clause for threat in Threat.objects.all()} == {"2.5.1", "2.5.2", "2.5.3", "2.5.4"}


def test_one_assessment_a_year_begun_by_those_who_may(cast, assessment):
    with pytest.raises(InvalidTransition):
        RiskAssessment.begin(cast.section, by=cast.section_officer, at=AT)
    with pytest.raises(PermissionDenied):
        RiskAssessment.begin(cast.other_section, by=cast.clerk, at=AT)


def test_it_is_settled_only_when_all_is_answered_and_each_shortfall_has_an_improvement(cast, assessment):
    with pytest.raises(InvalidTransition, match="48"):
        assessment.close(by=cast.section_officer, at=AT)
    answer_all(assessment, cast.clerk)
    line = assessment.lines.select_related("threat", "assessment__department__parent").first()
    answer(line, cast.clerk, adequate="no", measures="")
    with pytest.raises(InvalidTransition, match="改善項目のない行が1"):
        assessment.close(by=cast.section_officer, at=AT)
    Improvement.add(line, what="閲覧できる人を限る", aspects=["C"], due_on=date(2027, 3, 31), by=cast.clerk, at=AT)
    with pytest.raises(PermissionDenied):
        assessment.close(by=cast.clerk, at=AT)
    assessment.close(by=cast.section_officer, at=AT)
    with pytest.raises(InvalidTransition):
        answer(line, cast.clerk)
    assessment.reopen(by=cast.section_officer, at=AT, reason="新しいシステムを入れたため")
    assert assessment.status == RiskAssessment.Status.OPEN


def test_who_says_that_measures_suffice_says_which(cast, assessment):
    line = assessment.lines.select_related("threat", "assessment__department__parent").first()
    with pytest.raises(ValidationError):
        answer(line, cast.clerk, measures=" ")
    with pytest.raises(PermissionDenied):
        answer(line, cast.outsider_clerk)


def test_next_year_begins_with_what_was_found_and_still_wants_an_answer(cast, assessment):
    answer_all(assessment, cast.clerk, likelihood=3, measures="前からの対策")
    following = RiskAssessment.begin(cast.section, by=cast.clerk, at=AT + timedelta(days=365))
    line = following.lines.first()
    assert (line.likelihood, line.measures, line.adequate, line.is_carried_over) == (3, "前からの対策", "", True)


def test_an_improvement_ends_once_with_words_and_only_the_officer_gives_it_up(cast, assessment):
    line = assessment.lines.select_related("threat", "assessment__department__parent").first()
    first = Improvement.add(line, what="施錠", aspects=["C"], due_on=date(2026, 12, 1), by=cast.clerk, at=AT)
    assert list(Improvement.objects.overdue(on=date(2026, 12, 2))) == [first]
    with pytest.raises(PermissionDenied):
        first.end("dropped", outcome="不要", by=cast.clerk, at=AT)
    with pytest.raises(ValidationError):
        first.end("done", outcome=" ", by=cast.clerk, at=AT)
    first.end("done", outcome="鍵を付けました。", by=cast.clerk, at=AT)
    with pytest.raises(InvalidTransition):
        first.end("dropped", outcome="不要", by=cast.section_officer, at=AT)
    assert not Improvement.objects.overdue(on=date(2026, 12, 2)).exists()


CELLS = st.fixed_dictionaries({(one, two): st.sampled_from(Level.values) for one in Scale.values for two in Scale.values})


@pytest.mark.django_db
@given(CELLS)
def test_the_citys_table_never_calls_the_worse_thing_smaller(cells):
    falls = any(cells[a] > cells[b] for a in cells for b in cells if a[0] <= b[0] and a[1] <= b[1])
    admin = User(pk=1, username="admin", is_superuser=True, name="管理")
    if falls:
        with pytest.raises(ValidationError):
            RiskRule.edit(cells, by=admin, at=AT)
    else:
        assert all(cells[1, 1] <= level for level in cells.values())


def test_the_table_of_the_city_decides_the_level(cast, assessment):
    line = assessment.lines.filter(asset_class=AssetClass.IV).first()
    assert line.level_in(RiskRule.table()) == Level.SMALL
    harsh = dict.fromkeys(RiskRule.table(), Level.LARGE)
    with pytest.raises(PermissionDenied):
        RiskRule.edit(harsh, by=cast.section_officer, at=AT)
    RiskRule.edit(harsh, by=cast.central_manager, at=AT)
    assert line.level_in(RiskRule.table()) == Level.LARGE


# -- pages -------------------------------------------------------------------------------------------------------------
def test_a_threat_is_answered_on_one_screen_and_the_next_one_follows(cast, assessment):
    client = cast.client(cast.clerk)
    page = reverse("assets:risk_threat", args=[assessment.pk, "cyber-attack"])
    assert client.get(page).status_code == 200
    lines = assessment.lines.filter(threat__code="cyber-attack")
    data = {}
    for line in lines:
        data |= {
            f"line{line.pk}-likelihood": 2,
            f"line{line.pk}-impact": 3,
            f"line{line.pk}-measures": "",
            f"line{line.pk}-adequate": "yes",
        }
    refused = client.post(page, data)
    assert refused.status_code == 422
    assert "今の対策を書いてください" in refused.content.decode()
    assert not lines.exclude(adequate="").exists()
    data |= {name: "EDRを入れている" for name in data if name.endswith("measures")}
    assert client.post(page, data).url == reverse("assets:risk_threat", args=[assessment.pk, "theft"])
    assert lines.filter(adequate="yes").count() == 4


def test_pages_cost_the_same_with_one_assessment_and_with_many(cast, assessment, django_assert_max_num_queries):
    client = cast.client(cast.central_manager)
    answer_all(assessment, cast.clerk)
    with django_assert_max_num_queries(45):
        client.get(reverse("assets:risk", args=[assessment.pk]))
    with django_assert_max_num_queries(40):
        client.get(reverse("assets:risks"))
    with django_assert_max_num_queries(40):
        client.get(reverse("assets:improvements"))


def test_strangers_meet_nothing(cast, assessment):
    client = cast.client(cast.outsider_clerk)
    assert client.get(reverse("assets:risk", args=[assessment.pk])).status_code == 404
    assert assessment.department.name + " " not in client.get(reverse("assets:risks")).content.decode()
