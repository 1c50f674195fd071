"""The register of information assets: classes, copies, media, permissions, who sees and who may."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assets.calendar_work import remind_unfinished
from assets.classification import AssetClass
from assets.handling import ACTS, Verdict, rule_for
from assets.models import Asset, AssetPermission
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.reference import path_of
from musashimurayama_isms.approvals import matters
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .factory import make_asset, make_request_type
from .test_approvals_at_once import at_once

pytestmark = pytest.mark.django_db
I, II, III, IV = AssetClass  # noqa: E741  the policy's own names
NOW = timezone.now()


def seen(user) -> set:
    return set(Asset.objects.visible_to(user, at=timezone.now()))


# -- the register ----------------------------------------------------------------------------------------------------


def test_a_section_counts_its_own_assets_and_its_chief_is_responsible(cast):
    first = make_asset(cast.section, by=cast.clerk)
    second = make_asset(cast.section, by=cast.colleague)
    other = make_asset(cast.other_section, by=cast.outsider_clerk)
    assert [first.number, second.number, other.number] == ["市民課-0001", "市民課-0002", "文書法制課-0001"]
    assert first.responsible(on=timezone.localdate()) == cast.section_officer
    assert first.last_checked_by == cast.clerk
    with pytest.raises(PermissionDenied):
        make_asset(cast.section, by=cast.outsider_clerk)


def test_only_the_section_its_division_the_wide_roles_and_those_with_a_permission_see_an_asset(cast):
    asset = make_asset(cast.section, by=cast.clerk)
    insiders = {cast.clerk, cast.colleague, cast.promoter, cast.section_officer, cast.division_officer}
    wide = {cast.ciso, cast.general_manager, cast.central_manager, cast.audit_head}
    assert {user for user in cast.everyone() if asset in seen(user)} == insiders | wide
    today, give = timezone.localdate(), {"reason": "共同の業務", "by": cast.section_officer, "at": timezone.now()}
    for_one = AssetPermission.give(asset, person=cast.member, until=today, **give)
    AssetPermission.give(asset, department=cast.other_section, until=today, **give)
    assert asset in seen(cast.member) & seen(cast.outsider_clerk)
    assert asset not in Asset.objects.visible_to(cast.member, at=timezone.now() + timedelta(days=1))
    medium = make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM, name="内緒の媒体")
    asset.edit({"contained_in": medium}, by=cast.clerk, at=timezone.now())
    page = cast.client(cast.member).get(asset.get_absolute_url()).content.decode()
    assert medium.number in page
    assert medium.name not in page
    for_one.end(by=cast.section_officer, at=timezone.now())
    assert asset not in seen(cast.member)
    with pytest.raises(PermissionDenied):
        AssetPermission.give(asset, person=cast.member, until=today, reason="-", by=cast.clerk, at=timezone.now())


def test_an_edit_keeps_the_search_up_to_date_and_names_the_fields_in_the_trail(cast):
    asset = make_asset(cast.section, by=cast.clerk)
    asset.edit({"name": "ｻｰﾊﾞの構成図", "place": asset.place}, by=cast.colleague, at=timezone.now())
    assert list(Asset.objects.search("サーバ　構成")) == [asset]
    assert Entry.objects.about(asset).last().changes == {"fields": ["名称"]}
    with pytest.raises(PermissionDenied):
        asset.edit({"name": "-"}, by=cast.division_officer, at=timezone.now())


# -- classes ---------------------------------------------------------------------------------------------------------


def test_raising_needs_a_reason_and_lowering_needs_the_officer(cast):
    asset = make_asset(cast.section, by=cast.clerk, asset_class=III)
    asset.reclassify(II, reason="公開を取りやめた", by=cast.clerk, at=timezone.now())
    with pytest.raises(PermissionDenied):
        asset.reclassify(III, reason="公開した", by=cast.clerk, at=timezone.now())
    asset.reclassify(III, reason="公開した", by=cast.section_officer, at=timezone.now())
    assert [(row.was, row.to, row.reason) for row in asset.class_changes.all()] == [(II, III, "公開した"), (III, II, "公開を取りやめた")]
    assert Notification.objects.filter(recipient=cast.section_officer).count() == 1  # of the clerk's act, not of the own one


def test_what_has_my_number_stays_in_the_first_class(cast):
    asset = make_asset(cast.section, by=cast.clerk, asset_class=I, has_my_number=True)
    with pytest.raises(InvalidTransition):
        asset.reclassify(II, reason="-", by=cast.section_officer, at=timezone.now())
    other = make_asset(cast.section, by=cast.clerk, asset_class=II)
    with pytest.raises(InvalidTransition):
        other.edit({"has_my_number": True}, by=cast.clerk, at=timezone.now())


def test_a_medium_is_handled_under_the_highest_class_of_what_it_holds(cast):
    medium = make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM, asset_class=IV)
    held = make_asset(cast.section, by=cast.clerk, contained_in=medium, asset_class=II)
    make_asset(cast.section, by=cast.clerk, contained_in=medium, asset_class=III)
    assert (medium.asset_class, Asset.objects.get(pk=medium.pk).effective_class) == (IV, II)
    assert Asset.objects.with_effective_class().get(pk=medium.pk).effective_class == II
    assert set(Asset.objects.important()) == {medium, held}
    for wrong in (held, make_asset(cast.section, by=cast.clerk)):
        with pytest.raises(InvalidTransition):
            make_asset(cast.section, by=cast.clerk, contained_in=wrong)


class ClassesOfCopies(TestCase):
    """Whatever is done to originals and copies, no copy is ever below its original (3.5.2.1.2)."""

    acts = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(AssetClass))), max_size=6)

    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast()

    @settings(max_examples=12, deadline=None)
    @given(classes=st.lists(st.sampled_from(list(AssetClass)), min_size=4, max_size=4), acts=acts)
    def test_no_copy_is_below_its_original(self, classes, acts):
        cast = self.cast
        chain = [make_asset(cast.section, by=cast.clerk, asset_class=classes[0])]
        for one in classes[1:]:
            chain.append(make_asset(cast.section, by=cast.clerk, asset_class=one, copy_of=chain[-1]))
        for place, to in acts:
            try:
                Asset.objects.get(pk=chain[place].pk).reclassify(to, reason="-", by=cast.section_officer, at=NOW)
            except InvalidTransition:
                continue
        ranks = [Asset.objects.get(pk=row.pk).asset_class for row in chain]
        assert ranks == sorted(ranks, reverse=True)


# -- lost and disposed -----------------------------------------------------------------------------------------------


def test_what_is_lost_can_be_found_and_what_is_disposed_of_stays_so(cast):
    asset = make_asset(cast.section, by=cast.clerk)
    asset.report_lost(by=cast.clerk, at=timezone.now())
    with pytest.raises(InvalidTransition):
        asset.report_lost(by=cast.clerk, at=timezone.now())
    asset.find(by=cast.colleague, at=timezone.now())
    assert (asset.status, asset.last_checked_by) == (Asset.Status.IN_USE, cast.colleague)


def test_what_lies_in_a_lost_medium_is_lost_with_it_until_the_medium_is_found(cast):
    medium = make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM)
    inside, elsewhere, gone = (make_asset(cast.section, by=cast.clerk, contained_in=medium) for _ in range(3))
    gone.report_lost(by=cast.clerk, at=timezone.now())  # erased by mistake, long before
    medium.report_lost(by=cast.clerk, at=timezone.now())
    elsewhere.refresh_from_db()
    elsewhere.find(by=cast.clerk, at=timezone.now())  # it had been moved off the medium

    def states() -> list[str]:
        return [Asset.objects.get(pk=row.pk).status for row in (medium, inside, elsewhere, gone)]

    assert states() == ["lost", "lost", "in_use", "lost"]
    assert Entry.objects.about(inside).last().changes == {"number": inside.number, "medium": medium.number}
    medium.find(by=cast.colleague, at=timezone.now())
    assert states() == ["in_use", "in_use", "in_use", "lost"]
    assert Entry.objects.about(inside).last().verb == "assets.asset.found_inside"
    assert Asset.objects.get(pk=inside.pk).last_checked_by == cast.clerk  # the medium was looked at, not what is on it


def test_only_a_permitted_disposal_of_this_very_asset_closes_it(cast, monkeypatch):
    type_ = make_request_type("disposal", ("any", [RoleCode.SECTION_OFFICER]))
    monkeypatch.setitem(matters._matters, type_.code, matters.Matter())
    asset, other = make_asset(cast.section, by=cast.clerk), make_asset(cast.section, by=cast.clerk)
    permit = Request.draft(type_.code, by=cast.clerk, at=NOW, subjects=[asset])
    permit.submit(by=cast.clerk, at=NOW)
    with pytest.raises(InvalidTransition):
        asset.dispose(permit=permit, by=cast.clerk, at=NOW)
    Decision.take(permit, "permit", by=cast.section_officer, at=NOW, digest=permit.current_version.digest)
    permit.refresh_from_db()
    with pytest.raises(InvalidTransition):
        other.dispose(permit=permit, by=cast.clerk, at=NOW)
    asset.dispose(permit=permit, by=cast.clerk, at=NOW)
    assert (asset.status, asset.can_change(cast.clerk, at=NOW)) == (Asset.Status.DISPOSED, False)
    for act in (lambda: asset.edit({"name": "-"}, by=cast.clerk, at=NOW), lambda: asset.find(by=cast.clerk, at=NOW)):
        with pytest.raises(InvalidTransition):
            act()


# -- the pages -------------------------------------------------------------------------------------------------------


def boxes(**fields) -> dict:
    """The fields of the form as a browser sends them."""
    return {"name": "届出", "kind": "paper", "asset_class": "2", "origin": "made", "handlers": "所管課の職員", "place": "書庫", **fields}


def test_a_clerk_enters_an_asset_and_meets_what_may_be_done_with_it(cast):
    client = cast.client(cast.clerk)
    refused = client.post(reverse("assets:asset_add"), boxes(department=cast.section.pk, has_my_number="on", is_unfinished="on"))
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"asset_class", "unfinished_until"}
    assert '<details class="disclosure" open>' in refused.content.decode()
    bare = client.post(reverse("assets:asset_add"), boxes(department=cast.section.pk, name="")).content.decode()
    assert '<details class="disclosure">' in bare
    page = client.post(reverse("assets:asset_add"), boxes(department=cast.section.pk), follow=True)
    asset = Asset.objects.get()
    assert page.redirect_chain[-1][0] == asset.get_absolute_url()
    assert "車などで運ぶ" in page.content.decode()
    elsewhere = client.post(reverse("assets:asset_add"), boxes(department=cast.other_section.pk))
    assert elsewhere.status_code == 422


def test_for_each_act_and_class_there_is_an_answer_that_rests_on_a_clause_of_the_policy():
    outline = {row["number"] for row in json.loads(path_of("policy_outline.json").read_text(encoding="utf-8"))["clauses"]}
    known = outline | {row["clause"] for row in json.loads(path_of("obligations.json").read_text(encoding="utf-8"))}
    types = {row["code"] for row in json.loads(path_of("request_types.json").read_text(encoding="utf-8"))}
    for act in ACTS:
        for asset_class in AssetClass:
            rule = rule_for(act, asset_class)
            assert set(rule.clauses) <= known, (act.code, rule.clauses)
            assert not rule.request or rule.request in types
    strict = {act.code for act in ACTS if rule_for(act, II).verdict == Verdict.PERMIT} - {
        act.code for act in ACTS if rule_for(act, III).verdict == Verdict.PERMIT
    }
    assert strict == {"transport", "disclose", "show"}


def test_a_request_begins_from_the_asset(cast, monkeypatch):
    """What leaves begins as the one errand, with its way ticked; another type as itself."""
    for code in ("take-out", "errand", "viewing"):
        make_request_type(code, ("any", [RoleCode.SECTION_OFFICER]))
    asset = make_asset(cast.section, by=cast.clerk)
    client, url = cast.client(cast.clerk), reverse("assets:asset_begin", args=[asset.pk, "viewing"])
    monkeypatch.delitem(matters._matters, "viewing", raising=False)
    assert client.post(url).url == asset.get_absolute_url()
    monkeypatch.setitem(matters._matters, "viewing", matters.Matter())
    client.post(url)
    assert "この情報を持ち出す" in client.get(asset.get_absolute_url()).content.decode()
    client.post(reverse("assets:asset_begin", args=[asset.pk, "take-out"]))
    errand, viewing = Request.objects.about(asset)
    assert (errand.type.code, errand.content["ways"], viewing.type.code) == ("errand", ["take-out"], "viewing")


def test_several_are_corrected_together_or_none_is(cast):
    mine = [make_asset(cast.section, by=cast.clerk) for _ in range(2)]
    client, url = cast.client(cast.clerk), reverse("assets:asset_together")
    keys = [str(asset.pk) for asset in mine]
    assert client.post(url, {"asset": keys}).context["keys"] == [asset.pk for asset in mine]
    client.post(url, {"asset": keys, "save": "1", "place": "新しい書庫"})
    assert {asset.place for asset in Asset.objects.all()} == {"新しい書庫"}
    assert Entry.objects.get(verb="assets.asset.edited_together").changes["count"] == 2
    mine[0].department = cast.other_section
    mine[0].save()
    central = cast.client(cast.central_manager).post(url, {"asset": keys, "save": "1", "place": "よそ"})
    assert central.status_code == 422
    assert "2件" in str(central.context["form"].errors)


def test_the_list_is_narrowed_by_the_class_as_handled_and_by_what_waits(cast):
    medium = make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM, asset_class=IV)
    make_asset(cast.section, by=cast.clerk, contained_in=medium, asset_class=I, has_personal=True)
    late = make_asset(cast.section, by=cast.clerk, is_unfinished=True, unfinished_until=timezone.localdate() - timedelta(days=1))
    client = cast.client(cast.clerk)

    def found(**wanted) -> int:
        return client.get(reverse("assets:asset_list"), wanted).context["page_obj"].paginator.count

    assert [found(), found(asset_class="1"), found(asset_class="4"), found(asset_class="important")] == [3, 2, 0, 3]
    assert [found(status="overdue"), found(data="personal"), found(checked="never"), found(q="０００１"), found(kind="x")] == [
        1,
        1,
        0,
        1,
        3,
    ]
    assert remind_unfinished(at=timezone.now()) == 1
    assert Notification.objects.filter(url=late.get_absolute_url()).count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_numbers_differ_and_no_copy_stays_below_its_raised_original(cast):
    original = make_asset(cast.section, by=cast.clerk, asset_class=III)
    answers = at_once(
        lambda: original.reclassify(I, reason="-", by=cast.section_officer, at=timezone.now()),
        lambda: make_asset(cast.section, by=cast.clerk, asset_class=III, copy_of=Asset.objects.get(pk=original.pk)),
        lambda: make_asset(cast.section, by=cast.colleague, asset_class=III, copy_of=Asset.objects.get(pk=original.pk)),
    )
    assert answers == ["done"] * 3
    assert sorted(Asset.objects.values_list("sequence", "asset_class")) == [(1, I), (2, I), (3, I)]


def test_the_class_as_handled_is_found_as_it_is_reckoned(cast):
    """A medium is looked for under the class of what it holds, which the filter asks in another way than the list reckons it."""
    mediums = [make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM, asset_class=own) for own in (II, III, IV, IV)]
    for medium, classes in zip(mediums, ((III,), (IV, I), (II, III), ()), strict=True):
        for held in classes:
            make_asset(cast.section, by=cast.clerk, contained_in=medium, asset_class=held)
    rows = Asset.objects.with_effective_class()
    for value in AssetClass:
        expected = {row.pk for row in rows if row.effective == value}
        assert expected
        assert set(Asset.objects.handled_as(value).values_list("pk", flat=True)) == expected
    assert set(Asset.objects.important()) == {row for row in rows if row.effective <= II}
    assert set(Asset.objects.filter(pk__in=[row.pk for row in mediums]).handled_as(I)) == {mediums[1]}


def test_what_was_disposed_of_no_longer_raises_its_medium(cast, monkeypatch):
    type_ = make_request_type("disposal")  # permitted when it is submitted
    monkeypatch.setitem(matters._matters, type_.code, matters.Matter())
    medium = make_asset(cast.section, by=cast.clerk, kind=Asset.Kind.MEDIUM, asset_class=IV)
    held = make_asset(cast.section, by=cast.clerk, contained_in=medium, asset_class=II)
    assert medium in Asset.objects.handled_as(II)
    permit = Request.draft(type_.code, by=cast.clerk, at=NOW, subjects=[held])
    permit.submit(by=cast.clerk, at=NOW)
    held.dispose(permit=permit, by=cast.clerk, at=NOW)
    assert medium not in Asset.objects.handled_as(II)
    assert medium in Asset.objects.handled_as(IV)
