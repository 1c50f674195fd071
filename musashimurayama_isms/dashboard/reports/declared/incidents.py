"""The papers of incidents: the sheet, the whole file, the half-yearly list, the 緊急連絡網."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from incidents.authorities.half_year import Half
from incidents.models import Incident
from incidents.parties import Reach
from musashimurayama_isms.fields import half_width, line, radio
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue

from ..incident_file import FILE
from ..report import Asker, Group, Report, ReportForm

NUMBER = re.compile(r"(訓?)R(\d{1,3})-(\d{1,6})")
REIWA = 2018  # the number of the 年度 counts from here, as on the incident itself
HALVES = 4


class IncidentForm(ReportForm):
    """An incident by its number, as far as the person sees it."""

    number = line("インシデントの番号", "例 R8-012。訓練のものは 訓R8-001。", max_length=20)

    def clean_number(self) -> Incident:
        found = NUMBER.fullmatch(half_width(self.cleaned_data["number"]).replace(" ", "").upper())
        if found is None:
            raise ValidationError("番号は R8-012 のように入力してください。")
        drill, year, sequence = found.groups()
        rows = Incident.objects.submitted().visible_to(self.asker.user, at=self.asker.at)
        row = rows.filter(is_drill=bool(drill), fiscal_year=int(year) + REIWA, sequence=int(sequence)).distinct().first()
        if row is None:
            raise ValidationError("この番号のインシデントはないか、見る権限がありません。番号を確かめてください。")
        return row


class HalfForm(ReportForm):
    """One of the last halves; the last full one is chosen."""

    half = radio("期間", ())

    def fill(self) -> None:
        halves = [Half.of(self.asker.on)]
        while len(halves) < HALVES:
            halves.append(halves[-1].before)
        self.fields["half"].choices = [(f"{half.year}-{half.part}", half.label) for half in halves]
        self.fields["half"].initial = f"{halves[1].year}-{halves[1].part}"


def sheet(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("incidents.report_sheet", by=asker.user, subject=given["number"], incident=str(given["number"].pk))


def whole_file(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue(FILE, by=asker.user, subject=given["number"], incident=str(given["number"].pk))


def half_year(asker: Asker, given: dict[str, Any]) -> Job:
    year, part = given["half"].split("-")
    return enqueue("incidents.half_year_list", by=asker.user, year=int(year), part=int(part))


def net(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("incidents.contact_net", by=asker.user, on=asker.on.isoformat())


REPORTS = (
    Report(
        "incident",
        Group.INCIDENTS,
        "インシデント報告書",
        "様式第1号",
        "一件のインシデントの報告の内容と、伝達・対応の経過です。",
        "3.9.3.1.1",
        "incidents.report_sheet",
        sheet,
        IncidentForm,
    ),
    Report(
        "incident-file",
        Group.INCIDENTS,
        "インシデントの記録一式",
        "記録一式",
        "一件のすべての段階、会議と決定、措置、原因、再発防止、外部への報告、証拠とファイルの要約値、履歴を、目次付きで綴ります。",
        "3.9.3.3.1",
        FILE,
        whole_file,
        IncidentForm,
    ),
    Report(
        "half-year",
        Group.INCIDENTS,
        "半期のインシデント一覧",
        "半期一覧",
        "半年の間に起きたインシデントを、公表のための形で一覧にします。",
        "3.4.2.10.4",
        "incidents.half_year_list",
        half_year,
        HalfForm,
        lambda asker: bool(Reach.of(asker.user, at=asker.at).city),
    ),
    Report(
        "contact-net",
        Group.INCIDENTS,
        "緊急連絡網",
        "緊急連絡網",
        "今日の緊急連絡網です。時間外の番号は、連絡網に載る方の紙にだけ載ります。",
        "3.4.2.3.8",
        "incidents.contact_net",
        net,
    ),
)
