"""The columns of an interval and an event: when something comes round, in words and in days."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from musashimurayama_isms.fiscal import next_working_day

from .. import events
from ..intervals import Interval, Rule, horizon

DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Recurring(models.Model):
    """What comes round at an interval the city sets, and whenever an event happens."""

    Interval = Interval

    interval = models.CharField("周期", max_length=16, choices=Interval)
    days = models.JSONField("毎年の月日", default=list, blank=True)
    day = models.PositiveSmallIntegerField("日", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)])
    every_months = models.PositiveSmallIntegerField(
        "何か月ごと", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    weekday = models.PositiveSmallIntegerField("曜日", null=True, blank=True, validators=[MaxValueValidator(6)])
    anchor_on = models.DateField("期日・起点の月", null=True, blank=True)
    event = models.CharField("できごと", max_length=64, blank=True, db_index=True)
    days_after_event = models.PositiveSmallIntegerField("できごとから何日以内", default=14)

    # What an interval needs; the other columns of a rule are emptied.
    NEEDS = {
        Interval.YEARLY: ("days",),
        Interval.MONTHS: ("every_months", "anchor_on", "day"),
        Interval.MONTHLY: ("day",),
        Interval.WEEKLY: ("weekday",),
        Interval.ONCE: ("anchor_on",),
        Interval.EVENT: ("event",),
    }

    class Meta:
        abstract = True

    def clean(self) -> None:
        """ValidationError, by field, for a rule that lacks something."""
        if self.interval not in Interval.values:
            return  # the field itself has been refused
        missing = [name for name in self.NEEDS[Interval(self.interval)] if getattr(self, name) in (None, "", [])]
        if missing:
            raise ValidationError(dict.fromkeys(missing, "この周期では入力が必要です。"))
        if not _are_days(self.days):
            raise ValidationError({"days": "月日は、同じ月が重ならないように決めてください。"})
        if self.event and not events.is_known(self.event):
            raise ValidationError({"event": "このできごとはポータルに登録されていません。"})

    def empty_unused(self) -> None:
        """Empty what the interval does not use."""
        for name in {column for columns in self.NEEDS.values() for column in columns} - {"event"}:
            if name not in self.NEEDS[Interval(self.interval)]:
                setattr(self, name, [] if name == "days" else None)

    @property
    def rule(self) -> Rule:
        return Rule(self.interval, tuple(self.days or ()), self.day, self.every_months, self.weekday, self.anchor_on)

    @property
    def interval_words(self) -> str:
        """How often, in words: 6か月ごと（4月・10月の1日）、人事異動のとき（14日以内）."""
        event = f"{events.word_of(self.event)}のとき（{self.days_after_event}日以内）" if self.event else ""
        return "、".join(words for words in (self.rule.words, event) if words)

    def next_dates(self, *, on: date, count: int = 3) -> list[date]:
        """The next days the rule names, for a preview before anything is saved."""
        years = (self.every_months or 12) * count // 12 + count + 1
        return [period.due for period in self.rule.periods(on, horizon(on, years * 12))[:count]]

    def due_after_event(self, day: date) -> date:
        """By when a duty must be done that an event of that day has brought about."""
        return next_working_day(day + timedelta(days=self.days_after_event))


def _are_days(days: list[str]) -> bool:
    """Whether each is MM-DD (31 for the last day), and no month comes twice."""
    months = [each[:2] for each in days if isinstance(each, str) and DAY_OF_YEAR.fullmatch(each)]
    return len(months) == len(days) == len(set(months))
