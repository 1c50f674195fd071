"""What a report is: a declaration of its words, of who may have it made, of the form that narrows it, and of the job that makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.jobs.models import Job


class Group(models.TextChoices):
    """The shelves of the room, in their order."""

    CITY = "city", "全庁の状況"
    INCIDENTS = "incidents", "インシデント"
    POLICY = "policy", "ポリシー・例外措置"
    ASSETS = "assets", "情報資産"
    AUDITS = "audits", "監査・点検・見直し"


class Asker:
    """Who asks for a report, at a moment; the hats are asked once."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at

    @property
    def on(self) -> date:
        return day_of(self.at)

    @cached_property
    def hats(self) -> list[Standing]:
        return standings(self.user, at=self.at)

    def holds(self, *codes: str) -> bool:
        return any(hat.role.code in codes and hat.scope == "any" for hat in self.hats)


class ReportForm(forms.Form):
    """What narrows a report; the choices are what the asker may see."""

    def __init__(self, data: Any = None, *, asker: Asker, **kwargs: Any) -> None:
        self.asker = asker
        super().__init__(data, **kwargs)
        self.fill()

    def fill(self) -> None:
        """Fill the choices."""


def everyone(asker: Asker) -> bool:
    return True


@dataclass(frozen=True)
class Report:
    """One paper. `order` takes the asker and the cleaned form, enqueues the job and gives it; `kind` is the code of that job."""

    slug: str
    group: Group
    title: str
    form_number: str
    what: str
    clause: str
    kind: str
    order: Callable[[Asker, dict[str, Any]], Job]
    form: type[ReportForm] = ReportForm
    may: Callable[[Asker], bool] = everyone

    @property
    def url(self) -> str:
        return reverse("report", args=[self.slug])
