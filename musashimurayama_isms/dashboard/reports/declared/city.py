"""What tells of the whole city: the month, what waits for a decision, the plan of the year."""

from typing import Any

from django import forms

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.dashboard.calendar.entries import Scope
from musashimurayama_isms.fields import radio
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue

from ..month import Month
from ..monthly import MONTHLY, READERS
from ..report import Asker, Group, Report, ReportForm

MONTHS, YEARS = 13, 3


class MonthForm(ReportForm):
    """One of the last months; the last full one is chosen."""

    month = forms.ChoiceField(label="対象の月")

    def fill(self) -> None:
        months = [Month.of(self.asker.on)]
        while len(months) < MONTHS:
            months.append(months[-1].before)
        self.fields["month"].choices = [
            (month.code, f"{month.label}{'（途中）' if not place else ''}") for place, month in enumerate(months)
        ]
        self.fields["month"].initial = months[1].code


class YearForm(ReportForm):
    """A 年度 and how far."""

    year = radio("年度", ())
    scope = radio("範囲", Scope.choices)

    def fill(self) -> None:
        this = fiscal_year(self.asker.on)
        self.fields["year"].choices = [(str(year), fiscal_year_label(year)) for year in range(this + 1, this + 1 - YEARS, -1)]
        self.fields["year"].initial, self.fields["scope"].initial = str(this), Scope.CITY


def monthly(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue(MONTHLY, by=asker.user, month=given["month"])


def decisions(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("dashboard.decision_sheet", by=asker.user)


def year_plan(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("dashboard.calendar_paper", by=asker.user, year=int(given["year"]), scope=given["scope"], only="")


REPORTS = (
    Report(
        "monthly",
        Group.CITY,
        "情報セキュリティ月次報告書",
        "月次報告",
        "一か月の数字と前月・前年との比べ、いまの状況、この月の動きを、CISOに報告する形にまとめます。毎月、自動でも作ります。",
        "3.4.2.1",
        MONTHLY,
        monthly,
        MonthForm,
        lambda asker: asker.holds(*READERS),
    ),
    Report(
        "decisions",
        Group.CITY,
        "決裁待ちの一覧",
        "記入用紙",
        "いま自分の決裁を待つものの一覧です。紙で持ち歩いて印を付け、あとで口頭の決定として入力します。",
        "3.4.3.1",
        "dashboard.decision_sheet",
        decisions,
        may=lambda asker: asker.holds(RoleCode.CISO),
    ),
    Report(
        "year-plan",
        Group.CITY,
        "年間予定表",
        "年間予定",
        "一年度の監査、点検、定期業務、研修、期限を、月ごとに並べます。",
        "3.13.1.5",
        "dashboard.calendar_paper",
        year_plan,
        YearForm,
    ),
)
