"""The CISO names the 情報セキュリティ監査総括責任者: the 電子計算組織総括管理者, by an appointment of its own (3.13.1.3)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audits.parties import cisos
from musashimurayama_isms.accounts.models import Appointment, Post, RoleCode, User
from musashimurayama_isms.accounts.standing import holders
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


class AuditHeadNaming(Appointment):
    """An appointment made by the CISO; the same rows as `Appointment`."""

    class Meta:
        proxy = True
        verbose_name = "監査総括責任者の指名"
        verbose_name_plural = "監査総括責任者の指名"

    @staticmethod
    def can_name(user: User, *, at: datetime) -> bool:
        """The CISO, or who acts in that place; nobody names himself."""
        return any(actor.person.pk == user.pk for actor in cisos(at=at))

    @staticmethod
    def candidates(*, on: date):
        """Whom the policy lets be named."""
        return holders(RoleCode.GENERAL_MANAGER, on=on).order_by("kana", "pk")

    @classmethod
    @transaction.atomic
    def name_head(cls, person: User, *, since: date, by: User, at: datetime) -> "AuditHeadNaming":
        """Name the audit head from a day; the earlier one's naming ends the day before.

        PermissionDenied for who is not the CISO; InvalidTransition where there is no such post, the person is not the
        総括管理者, or a naming from that day or later is on record.
        """
        post = Post.objects.select_for_update(no_key=True).in_force(since).filter(roles__code=RoleCode.AUDIT_HEAD).first()
        if post is None:
            raise InvalidTransition("情報セキュリティ監査総括責任者の職がありません。行政経営課に連絡してください。")
        if not cls.can_name(by, at=at):
            raise PermissionDenied("情報セキュリティ監査総括責任者を指名できるのは、CISOです。")
        if person == by:
            raise InvalidTransition("自分を指名することはできません。")
        if not cls.candidates(on=since).filter(pk=person.pk).exists():
            raise InvalidTransition(f"{person.name}さんは、その日に電子計算組織総括管理者ではありません。")
        for row in Appointment.objects.filter(post=post).overlapping(since, None).select_related("person"):
            if row.person_id == person.pk or row.since >= since:
                raise InvalidTransition(f"{row.person.name}さんの指名がすでにあります。それより後の日にしてください。")
            row.until = since - timedelta(days=1)
            row.save(update_fields=["until"])
        naming = cls.objects.create(person=person, post=post, kind=cls.Kind.NAMED, since=since, named_by=by)
        record(by, "audits.head.named", person, at=at, since=since.isoformat())
        return naming
