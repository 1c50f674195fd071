"""What each floor below puts on the desk: the roof asks them, they do not know the roof."""

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import make_aware

from assets.ledgers.waiting import days_of_officer, ids_to_answer
from assets.models import StockTakeSection
from assets.reach import Reach
from assets.registers import RegisterReach
from incidents.models import Incident, OralEntry
from incidents.scopes import waiting_for
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals import committee_desk
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.duties.models import Occurrence
from policy.exception_waiting import waiting_for as exceptions_waiting_for
from policy.hands import Hands
from policy.models import ConfirmationRound, Custody, DocumentVersion, Law, Revision
from policy.readers import asleep_for

from .desk import Item, keeps, waits


@waits
def incident_acts(user: User, at: datetime) -> Iterator[Item]:
    """Reports to read and to pass on (3.9.3.1)."""
    for row in waiting_for(user, at=at):
        yield Item(
            title=f"{row.incident.number} {row.incident.kind}",
            url=row.incident.get_absolute_url(),
            since=row.since,
            kind="インシデント",
            due=row.due,
            why=f"{row.act}（{row.incident.department.full_name} {row.incident.reporter.name}さんの報告）",
            is_urgent=row.incident.is_grave,
        )


@waits
def spoken_words(user: User, at: datetime) -> Iterator[Item]:
    """Words entered in this person's name, to be confirmed (chains.md: 口頭)."""
    for entry in OralEntry.objects.waiting_for(user).select_related("incident", "entered_by"):
        yield Item(
            title=f"{entry.incident.number} 口頭の記録の確認",
            url=entry.incident.get_absolute_url(),
            since=entry.entered_at,
            kind="確認",
            why=f"{entry.entered_by.name}さんが、あなたの代わりに入力しました。",
        )


@waits
def registers(user: User, at: datetime) -> Iterator[Item]:
    """Rows of the ledgers whose day has come, for the officer; the round about unused IDs, for the 職員課 (3.10.2.2.3)."""
    reach = RegisterReach.of(user, at=at)
    for row in days_of_officer(reach, at=at):
        title = f"{row.declared.name} {row.number} {row.title}"
        yield Item(title, row.get_absolute_url(), row.changed_at, "台帳", row.due_on, why=row.due_words)
    for check in ids_to_answer(reach):
        why = f"{check.waiting}件のIDについて、使用中・停止・抹消のどれにするかを回答してください。"
        yield Item("使われていないIDの点検", check.get_absolute_url(), check.opened_at, "点検", check.due_on, why=why)


@waits
def policy_to_confirm(user: User, at: datetime) -> Iterator[Item]:
    """A new text of the policy to be read and confirmed."""
    on = day_of(at)
    round_ = ConfirmationRound.objects.current(on=on).first()
    person = round_.people(on=on).filter(pk=user.pk, confirmed_at=None).first() if round_ else None
    if person:
        yield Item(
            title=f"情報セキュリティポリシー（{round_.revision.name}）",
            url=round_.get_absolute_url(),
            since=round_.opened_at,
            kind="確認",
            due=round_.due_for(person.joined_on),
            why="変わった点を読み、「読んで確認しました」を押してください。",
        )


@waits
def obligations_to_review(user: User, at: datetime) -> Iterator[Item]:
    """Drafts of the policy whose obligations are still to be decided on (3.4.2.3)."""
    drafts = Revision.objects.of_the_policy().filter(status=Revision.Status.DRAFT)
    drafts = list(drafts.annotate(left=Count("reviews", filter=Q(reviews__decision=""))).filter(left__gt=0))
    if drafts and Hands.of(user, at=at).prepares:
        for draft in drafts:
            url = reverse("policy:reviews", args=[draft.pk])
            yield Item(f"義務の見直し（{draft.name}）", url, draft.created_at, "確認", why=f"残り{draft.left}件の判断が必要です。")


DUTIES_ON_DESK = 10


@waits
def duties(user: User, at: datetime) -> Iterator[Item]:
    """What comes round and is to be done now, by role or because it was handed over: the earliest due, and how many more."""
    rows = list(Occurrence.objects.waiting_for(user, at=at).with_all())
    for row in rows[:DUTIES_ON_DESK]:
        yield Item(
            title=str(row),
            url=row.get_absolute_url(),
            since=row.appeared_at,
            kind="定期業務",
            due=row.due_on,
            as_role=row.duty.get_owner_display(),
            why=row.department_name,
        )
    if more := rows[DUTIES_ON_DESK:]:
        url = reverse("duties:tab", args=["mine"])
        title, since = f"ほかの定期業務 {len(more)}件", more[0].appeared_at
        yield Item(title, url, since, "定期業務", due=more[0].due_on, why="一覧で確かめてください。")


REVIEWS_ON_DESK = 5


@waits
def readers_who_moved(user: User, at: datetime) -> Iterator[Item]:
    """Persons named as readers of the own section's documents who have moved since (3.10.1.5)."""
    for grant in asleep_for(user, at=at):
        yield Item(
            title=f"{grant.document.title}：異動した方の閲覧の確認",
            url=reverse("policy:document_readers", args=[grant.document_id]),
            since=grant.granted_at,
            kind="確認",
            as_role=RoleCode.SECTION_OFFICER.label,
            why=f"{grant.person.name}さんが異動したため、閲覧を止めています。",
        )


@waits
def custodies_to_review(user: User, at: datetime) -> Iterator[Item]:
    """Documents kept elsewhere whose review day has passed (2.12)."""
    for row in Custody.objects.review_overdue_for(user, at=at)[:REVIEWS_ON_DESK]:
        where = row.department.full_name if row.department else "全庁"
        why = f"別途保管の文書（{where}）の見直し日を過ぎています。"
        yield Item(row.regulation.title, row.regulation.get_absolute_url(), row.said_at, "見直し", due=row.review_on, why=why)


@waits
def laws_to_check(user: User, at: datetime) -> Iterator[Item]:
    """Laws of which somebody has to look again whether they have changed (3.11.5)."""
    for row in Law.objects.waiting_for(user, at=at)[:REVIEWS_ON_DESK]:
        since = make_aware(datetime.combine(row.next_check_on, time.min))
        yield Item(row.title, row.get_absolute_url(), since, "確認", due=row.next_check_on, why="改正されていないか確かめてください。")


@keeps
def document_drafts(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts of the section's documents."""
    drafts = DocumentVersion.objects.filter(drafted_by=user, status=DocumentVersion.Status.DRAFT)
    for draft in drafts.visible_to(user, at=at).select_related("document").order_by("-drafted_at")[:5]:
        url = reverse("policy:write_version", args=[draft.pk])
        yield Item(str(draft), url, draft.drafted_at, "案", why="承認はまだ求めていません。")


@waits
def stock_takes(user: User, at: datetime) -> Iterator[Item]:
    """The sheets of one's section whose lines wait, and for its officer those that can be closed (3.5.2.1.1)."""
    reach = Reach.of(user, at=at)
    for sheet in StockTakeSection.objects.open().filter(department__in=reach.staff).for_list():
        if sheet.waiting or sheet.department_id in reach.officer:
            yield Item(
                title=str(sheet),
                url=sheet.get_absolute_url(),
                since=sheet.stock_take.opened_at,
                kind="棚卸",
                due=sheet.stock_take.due_on,
                why=f"未確認 {sheet.waiting}件" if sheet.waiting else "すべて確認しました。棚卸を終えてください。",
            )


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and the latest own reports."""
    for draft in Incident.objects.drafts_of(user).select_related("kind")[:5]:
        yield Item(str(draft.kind), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ報告されていません。")
    for report in Incident.objects.submitted().filter(reporter=user).select_related("kind")[:5]:
        yield Item(f"{report.number} {report.kind}", report.get_absolute_url(), report.reported_at, report.get_status_display())


@waits
def requests(user: User, at: datetime) -> Iterator[Item]:
    """Requests to decide, to submit, to mend, to confirm (approvals.md)."""
    for row in requests_waiting_for(user, at=at):
        name, url = f"{row.request}　{row.request.title}", row.request.get_absolute_url()
        yield Item(name, url, row.since, row.act, due=row.due, as_role=row.as_role, why=row.why)


@keeps
def own_requests(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts of requests, and what is under way."""
    mine = Request.objects.filter(drafter=user).for_list()
    for draft in mine.filter(status=Request.Status.DRAFT).order_by("-saved_at")[:5]:
        yield Item(draft.title or str(draft.type), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ申請されていません。")
    for request in mine.live().order_by("-saved_at")[:5]:
        began = request.submitted_at or request.saved_at
        yield Item(f"{request}　{request.title}", request.get_absolute_url(), began, request.get_status_display())


@waits
def committee_business(user: User, at: datetime) -> Iterator[Item]:
    """Of the committee: what its secretariat has to do, meetings one is called to, words to one's department (3.4.2.10)."""
    for row in committee_desk.waiting_for(user, at=at):
        yield Item(row.title, row.url, row.since, row.kind, due=row.due, why=row.why)


@waits
def exceptions(user: User, at: datetime) -> Iterator[Item]:
    """Exceptions to acknowledge, to look at again, to report the end of (3.11.4)."""
    for row in exceptions_waiting_for(user, at=at):
        name, url = f"{row.exception}　{row.exception.what[:60]}", row.exception.get_absolute_url()
        yield Item(name, url, row.since, row.act, due=row.due, why=row.exception.department.full_name, is_urgent=row.is_urgent)
