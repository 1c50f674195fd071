"""What the portal itself knows for the items of a copy sheet."""

from django.conf import settings
from django.utils import timezone

from incidents.authorities.answers import Answer, Answers
from incidents.models import AuthorityReport, AuthorityStage, ResponseTask, Sending, TriggerQuestion
from musashimurayama_isms.accounts.models import Committee
from musashimurayama_isms.fiscal import wareki

from ..parties import COMMITTEE_CODE
from .sheet import source

UNKNOWN = "調査中"


def _moment(value) -> str:
    local = timezone.localtime(value)
    return f"{wareki(local.date())} {local:%H時%M分}"


@source("reporter")
def reporter(report: AuthorityReport) -> str:
    """Who reports: the city, and the section whose matter it is."""
    return f"{settings.CITY_NAME}　{report.incident.department.full_name}"


@source("contact")
def contact(report: AuthorityReport) -> str:
    """The window for questions is the secretariat of the committee (3.4.2.10.1), with its number where one is entered."""
    committee = Committee.objects.filter(code=COMMITTEE_CODE).select_related("secretariat__parent").first()
    if committee is None:
        return ""
    office = committee.secretariat
    return f"{settings.CITY_NAME}　{office.full_name}" + (f"　電話 {office.phone}" if office.phone else "")


@source("number")
def number(report: AuthorityReport) -> str:
    return report.incident.number


@source("noticed")
def noticed(report: AuthorityReport) -> str:
    """When the city came to know: what the term is counted from."""
    latest = report.incident.assessments.last()
    return _moment(latest.known_at if latest else report.incident.noticed_at)


@source("occurred")
def occurred(report: AuthorityReport) -> str:
    return _moment(report.incident.occurred_at) if report.incident.occurred_at else UNKNOWN


@source("kind")
def kind(report: AuthorityReport) -> str:
    return report.incident.kind.name


@source("overview")
def overview(report: AuthorityReport) -> str:
    incident = report.incident
    place = f"\n場所：{incident.place}" if incident.place else ""
    return f"{incident.summary}{place}"


@source("informant")
def informant(report: AuthorityReport) -> str:
    return report.incident.get_informant_display()


@source("information")
def information(report: AuthorityReport) -> str:
    """Which information it was, with its class in the city."""
    incident = report.incident
    return f"{incident.information or UNKNOWN}（市の分類：{incident.asset_class_meaning}）"


@source("count")
def count(report: AuthorityReport) -> str:
    """The number of the persons concerned: of the latest assessment, else of the report."""
    latest = report.incident.assessments.last()
    people = latest.people_count if latest and latest.people_count is not None else report.incident.people_count
    return f"{people}人" if people is not None else UNKNOWN


@source("grounds")
def grounds(report: AuthorityReport) -> str:
    """Which of the questions make the report due."""
    texts = dict(TriggerQuestion.objects.filter(code__in=report.grounds).values_list("code", "word"))
    return "\n".join(f"・{texts[code]}" for code in report.grounds if code in texts)


@source("stage")
def stage(report: AuthorityReport) -> str:
    """第一報 or 続報 after how often it was sent before."""
    sent = report.sendings.standing().count()
    name = report.stage.get_code_display() if report.stage.code != AuthorityStage.Code.FIRST else ("続報" if sent else "第一報")
    return f"{name}（第{sent + 1}版）" if sent else name


@source("organisation")
def organisation(report: AuthorityReport) -> str:
    return "行政機関等（地方公共団体の機関）"


@source("my_number")
def my_number(report: AuthorityReport) -> str:
    """The first question of the form; unknown is yes there."""
    latest = report.incident.assessments.last()
    answers = Answers(latest.answers if latest else None, TriggerQuestion.objects.filter(is_active=True))
    return Answer.YES.label if answers.counts("my_number") else Answer.NO.label


@source("personal")
def personal(report: AuthorityReport) -> str:
    """Whether personal information is concerned, which and how much."""
    incident = report.incident
    if incident.personal_information == incident.Answer.NO:
        return incident.get_personal_information_display()
    return f"{incident.get_personal_information_display()}　{incident.information}　{count(report)}"


@source("others")
def others(report: AuthorityReport) -> str:
    """Who else has been told."""
    rows = report.incident.authority_reports.filter(status=AuthorityReport.Status.SENT, stage__authority__is_to_persons=False)
    rows = rows.exclude(pk=report.pk).select_related("stage__authority")
    return "\n".join(f"・{row.stage}　{_moment(row.sent_at)}" for row in rows)


@source("measures")
def measures(report: AuthorityReport) -> str:
    """What the reporter did at once, and the emergency measures since."""
    taken = [row.what for row in report.incident.measures.all()]
    return "\n".join(filter(None, [report.incident.action_taken, *taken])) or UNKNOWN


@source("cause")
def cause(report: AuthorityReport) -> str:
    """The cause as it is written last (3.9.3.3.1)."""
    last = report.incident.causes.last()
    return last.cause if last else UNKNOWN


@source("prevention")
def prevention(report: AuthorityReport) -> str:
    """The measures drawn up so that it does not happen again (3.9.3.3.2)."""
    rows = report.incident.tasks.filter(kind=ResponseTask.Kind.PREVENTION).exclude(status=ResponseTask.Status.DROPPED)
    return "\n".join(f"・{row.words}" for row in rows) or "検討中"


@source("cut")
def cut(report: AuthorityReport) -> str:
    """Which networks were cut, and when (3.10.1.10.5)."""
    return "\n".join(f"・{row.network}　{_moment(row.cut_at)}" for row in report.incident.cuts.all())


@source("threat")
def threat(report: AuthorityReport) -> str:
    """Why they were cut."""
    return "\n".join(row.reason for row in report.incident.cuts.all())


@source("to_persons")
def to_persons(report: AuthorityReport) -> str:
    """How the persons concerned were told, from the records of 本人通知."""
    rows = Sending.objects.standing().filter(report__incident=report.incident, report__stage__authority__is_to_persons=True)
    lines = [
        f"・{_moment(row.sent_at)}　{row.get_way_display()}" + (f"　{row.people_count}人" if row.people_count is not None else "")
        for row in rows
    ]
    return "\n".join(lines) or "未実施"


@source("publication")
def publication(report: AuthorityReport) -> str:
    """What was decided about publishing, and whether it has been done."""
    decided = report.incident.publications.in_force().first()
    if decided is None:
        return "検討中"
    return f"{decided.get_way_display()}" + (f"（{wareki(decided.published_on)}に公表）" if decided.published_on else "")
