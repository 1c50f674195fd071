"""What becomes of an asset: lost, found again, disposed of; never deleted."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .asset import Asset
    from .asset_set import AssetQuerySet


class Fate:
    """The part of Asset that knows its states beyond use."""

    @transaction.atomic
    def report_lost(self: "Asset", *, by: User, at: datetime) -> None:
        """It cannot be found. What follows is an incident (3.9.3.1.1), which the page offers prefilled.

        What lies in a lost medium is lost with it, until the medium is found or that very thing turns up.
        """
        asset = self.lock()
        asset.move_to(self.Status.LOST)
        asset._guard_staff(by, at=at)
        inside = asset._hold(asset.contents.in_use())
        asset._keep_status(at)
        for row in inside:
            row.status, row.lost_with = self.Status.LOST, asset
            row._keep_status(at)
        record(by, "assets.asset.lost", asset, at=at, number=asset.number, asset_class=asset.asset_class, contents=len(inside))
        for row in inside:
            record(by, "assets.asset.lost_inside", row, at=at, number=row.number, medium=asset.number)
        self.refresh_from_db()

    @transaction.atomic
    def find(self: "Asset", *, by: User, at: datetime) -> None:
        """It has turned up again, and what was lost with it; finding it is checking it."""
        asset = self.lock()
        asset.move_to(self.Status.IN_USE)
        asset._guard_staff(by, at=at)
        inside = asset._hold(asset.lost_inside.filter(status=self.Status.LOST))
        asset.lost_with = None
        asset._keep_status(at)
        for row in inside:
            row.status, row.lost_with = self.Status.IN_USE, None
            row._keep_status(at)
        asset.note_check(by=by, at=at)
        record(by, "assets.asset.found", asset, at=at, number=asset.number, contents=len(inside))
        for row in inside:
            record(by, "assets.asset.found_inside", row, at=at, number=row.number, medium=asset.number)
        self.refresh_from_db()

    @transaction.atomic
    def dispose(self: "Asset", *, permit: Request, by: User, at: datetime) -> None:
        """Close the row after a permitted disposal (3.5.2.9.3): `permit` is that request, running or completed, about this asset.

        InvalidTransition without such a permit, or while the medium still holds something in use. PermissionDenied for anyone
        but the staff of the section and those who applied.
        """
        asset = self.lock()
        asset.move_to(self.Status.DISPOSED)
        granted = Request.objects.about(asset).filter(
            pk=permit.pk, type__code="disposal", status__in=(Request.Status.RUNNING, Request.Status.COMPLETED)
        )
        if not granted.exists():
            raise InvalidTransition("廃棄の許可がないため、「廃棄済」にできません。先に廃棄の申請をしてください。")
        if by.pk not in (permit.drafter_id, permit.applicant_id):
            asset._guard_staff(by, at=at)
        if asset.contents.kept().exists():
            raise InvalidTransition("この媒体には使用中の情報資産が入っています。先に移すか、一緒に廃棄してください。")
        asset._keep_status(at)
        record(by, "assets.asset.disposed", asset, at=at, number=asset.number, permit=permit.number)
        self.refresh_from_db()

    def _keep_status(self: "Asset", at: datetime) -> None:
        self.changed_at = at
        self.save(update_fields=["status", "lost_with", "changed_at"])

    @staticmethod
    def _hold(rows: "AssetQuerySet") -> "list[Asset]":
        """The rows, locked in the order of their keys until the transaction ends."""
        return list(rows.select_for_update(no_key=True).order_by("pk"))
