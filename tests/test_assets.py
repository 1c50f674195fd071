"""The register of information assets: classes, copies, media, permissions, who sees and who may."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assets.classification import AssetClass
from assets.models import Asset, AssetPermission
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.approvals import matters
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .factory import make_asset, make_request_type

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
