"""The numbers of the bad day: one's own number after hours, and whom outside the city hall one rings (3.4.2.3.8, 3.10.5.1.5)."""

import re
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from incidents.continuity.people import handles_net, in_net, may_hold_number
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import half_width
from musashimurayama_isms.trail.record import record

NUMBER = re.compile(r"[0-9][0-9()\-]{1,18}[0-9]")
MONTH = timedelta(days=30)


def telephone(text: str) -> str:
    """The number in half-width digits and hyphens, "" for none; ValidationError for what cannot be rung."""
    number = re.sub(r"[‐‑–—―−ー]", "-", half_width(text)).replace(" ", "")
    if number and not NUMBER.fullmatch(number):
        raise ValidationError("電話番号は、数字とハイフンで入力してください（例 090-0000-0000 の形）。")
    return number


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """One's own; all of them for who stands in the net. Nobody else rings people at home, administrators of the portal neither."""
        return self if in_net(user, at=at) else self.filter(person=user)


class Contact(models.Model):
    """What a person of the net has entered for oneself: a number after hours, and the word that both numbers are right."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, verbose_name="氏名", on_delete=models.CASCADE, related_name="contact")
    after_hours = models.CharField("時間外の電話", max_length=20, blank=True)
    confirmed_at = models.DateTimeField("確認日時")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "時間外の連絡先"
        verbose_name_plural = "時間外の連絡先"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.person}の連絡先"

    def is_stale(self, *, on: date, months: int) -> bool:
        """Whether the word is older than so many months of thirty days."""
        return day_of(self.confirmed_at) + months * MONTH < on

    @classmethod
    @transaction.atomic
    def enter(cls, number: str, *, by: User, at: datetime) -> "Contact":
        """Enter one's own number, or none, and say that it is right. PermissionDenied for who does not stand in the net.

        The number itself goes to no other place: the trail keeps that it was entered, not what.
        """
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if not may_hold_number(by, at=at):
            raise PermissionDenied("時間外の電話を登録できるのは、緊急連絡網に載る方とその代理の方だけです。")
        number = telephone(number)
        before = cls.objects.filter(person=by).values_list("after_hours", flat=True).first()
        contact, _ = cls.objects.update_or_create(person=by, defaults={"after_hours": number, "confirmed_at": at})
        record(by, "incidents.contact.confirmed", contact, at=at, number_changed=number != (before or ""), number_given=bool(number))
        return contact

    @transaction.atomic
    def forget(self, *, at: datetime) -> None:
        """The person stands in the net no more: the number is deleted, for it was given for that alone.

        Nothing is done where it was entered anew or forgotten in the meantime.
        """
        User.objects.select_for_update(no_key=True).get(pk=self.person_id)
        gone, _ = Contact.objects.filter(pk=self.pk, confirmed_at=self.confirmed_at).delete()
        if gone:
            record(None, "incidents.contact.forgotten", self, at=at)


class OutsideContactQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Offices and companies, no persons: everyone may ring them."""
        return self.all()

    def in_use(self) -> Self:
        return self.filter(is_active=True)


class OutsideContactManager(models.Manager.from_queryset(OutsideContactQuerySet)):
    def get_by_natural_key(self, code: str) -> "OutsideContact":
        return self.get(code=code)


class OutsideContact(models.Model):
    """An office or a company outside that is rung on the bad day; its number is for the city to fill in."""

    code = models.SlugField("コード", max_length=40, unique=True)
    name = models.CharField("連絡先", max_length=100)
    purpose = models.CharField("どのようなとき", max_length=200, blank=True)
    phone = models.CharField("電話", max_length=20, blank=True)
    after_hours = models.CharField("夜間・休日の電話", max_length=20, blank=True)
    note = models.CharField("備考", max_length=200, blank=True, help_text="契約番号や、伝えるときに聞かれることなど。")
    clauses = models.JSONField("根拠条項", default=list, blank=True)
    position = models.PositiveIntegerField("並び順", default=100)
    is_active = models.BooleanField("使う", default=True)
    confirmed_on = models.DateField("番号を確かめた日", null=True, blank=True)

    FIELDS = ("name", "purpose", "phone", "after_hours", "note", "is_active")

    objects = OutsideContactManager()

    class Meta:
        verbose_name = "庁外の連絡先"
        verbose_name_plural = "庁外の連絡先"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @classmethod
    @transaction.atomic
    def add(cls, *, by: User, at: datetime, **facts) -> "OutsideContact":
        """A new one at the end of the list; `facts` are FIELDS."""
        _guard(by, at=at)
        last = cls.objects.order_by("-position").values_list("position", flat=True).first() or 0
        row = cls(code=f"own-{int(at.timestamp())}-{last + 10}", position=last + 10)
        return row._keep(facts, "incidents.outside_contact.added", by=by, at=at)

    @transaction.atomic
    def change(self, *, by: User, at: datetime, **facts) -> None:
        """Put the line right; whoever saves it has looked at the numbers, so they count as confirmed on that day."""
        _guard(by, at=at)
        row = OutsideContact.objects.select_for_update(no_key=True).get(pk=self.pk)
        row._keep(facts, "incidents.outside_contact.changed", by=by, at=at)
        self.refresh_from_db()

    def _keep(self, facts: dict, verb: str, *, by: User, at: datetime) -> "OutsideContact":
        for name in facts.keys() & set(self.FIELDS):
            setattr(self, name, facts[name])
        self.phone, self.after_hours = telephone(self.phone), telephone(self.after_hours)
        self.confirmed_on = day_of(at)
        self.full_clean()
        self.save()
        record(by, verb, self, at=at, outside_name=self.name, in_use=self.is_active, number_given=bool(self.phone or self.after_hours))
        return self


def _guard(by: User, *, at: datetime) -> None:
    if not handles_net(by, at=at):
        raise PermissionDenied("庁外の連絡先を直せるのは、中央電子計算組織管理者と情報化推進委員会の事務局だけです。")
