"""What the audits remind of: each word reaches a person once, whenever the task next runs (a missed run loses nothing)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from audits.models import Assignment, AuditNotice, AuditProgramme, Engagement, Evidence, Questionnaire, ReportReceipt
from audits.models.questionnaire import PHASES
from audits.parties import heads, officers
from audits.personnel import close_samples
from audits.waiting import late_works
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values


def remind(*, at: datetime) -> None:
    """Remind of everything that is due or has waited long at `at`. Run as often as you like."""
    values = Values()
    close_samples(at=at)
    _surveys(values["audits.survey_remind_before"], at=at)
    _unanswered(values["audits.answer_remind_days"], at=at)
    _evidence(at=at)
    _ends(at=at)
    _conflicts(at=at)
    _works(at=at)


def _tell(to: Iterable[User], title: str, body: str, engagement: Engagement, tab: str, key: str, *, at: datetime) -> None:
    url = reverse(f"audits:{tab}", args=[engagement.pk])
    notify(to=list(to), title=title, body=body, url=url, subject=engagement, key=f"audit:{engagement.pk}:{key}", at=at)


def _officers(engagement: Engagement, *, at: datetime) -> list[User]:
    return [actor.person for actor in officers(engagement.department, at=at)]


def _heads(*, at: datetime) -> list[User]:
    return [actor.person for actor in heads(at=at)]


def _surveys(before: list[int], *, at: datetime) -> None:
    """So many days before the term, and once it has passed; of several days that were missed, the nearest one."""
    today = day_of(at)
    rows = Questionnaire.objects.waiting().filter(due_on__lte=today + timedelta(days=max(before)), engagement__phase__in=PHASES)
    for row in rows.select_related("engagement__department__parent"):
        is_late = row.due_on < today
        word = "期限を過ぎています" if is_late else "期限が近づいています"
        body = "課の回答をまとめて提出してください。"
        nearest = min((days for days in before if today >= row.due_on - timedelta(days=days)), default=0)
        key = f"survey:{row.due_on}:{'late' if is_late else nearest}"
        _tell(_officers(row.engagement, at=at), f"{row.engagement.number} の予備調査の{word}", body, row.engagement, "survey", key, at=at)


def _unanswered(days: int, *, at: datetime) -> None:
    """Requests to auditors, notices and reports that nobody has answered for so many days."""
    before, since = at - timedelta(days=days), f"{days}日が過ぎています。"
    asked = Assignment.objects.filter(status=Assignment.Status.ASKED, asked_at__lte=before, engagement__ended_at__isnull=True)
    for row in asked.select_related("engagement", "person"):
        words = f"{row.engagement.number} の監査の依頼に答えてください"
        _tell([row.person], words, f"依頼から{since}", row.engagement, "engagement", f"asked:{row.pk}", at=at)
    notices = AuditNotice.objects.filter(received_at__isnull=True, at__lte=before, engagement__ended_at__isnull=True)
    for row in notices.select_related("engagement__department__parent"):
        words = f"監査の通知（{row.number}）を受け取ってください"
        _tell(_officers(row.engagement, at=at), words, f"通知から{since}", row.engagement, "schedule", f"notice:{row.pk}", at=at)
    receipts = ReportReceipt.objects.pending().filter(sent_at__lte=before, report__status="issued")
    for row in receipts.select_related("report__engagement__department__parent"):
        words = f"監査報告書（{row.report.number}）を受領してください"
        people = [actor.person for actor in row.able(at=at)]
        _tell(people, words, f"届いてから{since}", row.report.engagement, "report", f"receipt:{row.pk}", at=at)


def _evidence(*, at: datetime) -> None:
    """What was lent for an audit that is reported is due back (3.13.1.8.1)."""
    rows = Evidence.objects.filter(status=Evidence.Status.LENT, engagement__phase=Engagement.Phase.FOLLOW_UP)
    for row in rows.select_related("engagement", "taken_by"):
        words = f"借りた証拠 {row.number} を課に返してください"
        to = [row.taken_by, *_heads(at=at)]
        _tell(to, words, "監査の報告が終わっています。", row.engagement, "evidence", f"evidence:{row.pk}", at=at)


def _ends(*, at: datetime) -> None:
    """Audits past their planned end without a report: the leading auditor and the audit head."""
    rows = Engagement.objects.running().filter(ends_on__lt=day_of(at)).prefetch_related("assignments__person")
    for row in rows:
        leads = [each.person for each in row.assignments.all() if each.is_lead and each.is_accepted]
        words = f"{row.number} の監査は、終わりの予定を過ぎています"
        _tell([*leads, *_heads(at=at)], words, "報告書が出ていません。", row, "engagement", f"end:{row.ends_on}", at=at)


def _conflicts(*, at: datetime) -> None:
    """An auditor who is not independent any more, also for another reason than a personnel list."""
    for row in Assignment.objects.with_conflicts(at=at):
        words = f"{row.engagement.number} の監査人を交代させてください"
        body = "監査を受ける側と同じ部になったか、対策を指揮する立場になったためです。"
        _tell(_heads(at=at), words, body, row.engagement, "engagement", f"conflict:{row.pk}:{day_of(at)}", at=at)


def _works(*, at: datetime) -> None:
    """Works of the year past their days."""
    for programme in AuditProgramme.objects.filter(status=AuditProgramme.Status.RUNNING).prefetch_related("work_days"):
        for work in late_works(programme, on=day_of(at)):
            words, url = f"{programme}：{work}の時期を過ぎています", programme.get_absolute_url()
            key = f"audit-plan:{programme.pk}:{work}"
            notify(to=_heads(at=at), title=words, body="終わっていない監査があります。", url=url, subject=programme, key=key, at=at)
