"""What each floor below puts on the desk: the roof asks them, they do not know the roof."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse

from assets.models import Disposal, Move, StockTakeSection
from assets.reach import Reach
from incidents.models import Incident, OralEntry
from incidents.scopes import waiting_for
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.duties.models import Occurrence
from policy.hands import Hands
from policy.models import ConfirmationRound, Revision

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


@waits
def moves(user: User, at: datetime) -> Iterator[Item]:
    """What the person carries and whose day has come; for the section's officer, what was brought back."""
    on, reach = day_of(at), Reach.of(user, at=at)
    for move in Move.objects.open().of_person(user).filter(due_on__lte=on).for_list():
        why = "出るときに、出発を記録してください。" if move.status == Move.Status.PLANNED else "着いたとき、戻したときに記録してください。"
        yield Item(
            f"{move.number} {move}", move.get_absolute_url(), move.departed_at or move.request.decided_at, "移動", due=move.due_on, why=why
        )
    back = Move.objects.filter(status=Move.Status.RETURNED, department__in=reach.officer).exclude(returned_by=user).exclude(carrier=user)
    for move in back.for_list():
        yield Item(
            f"{move.number} {move}", move.get_absolute_url(), move.returned_at, "返却の確認", why="戻ったものを見て、確かめてください。"
        )


@waits
def disposals(user: User, at: datetime) -> Iterator[Item]:
    """Permitted disposals that the person has applied for, to be recorded when done (3.5.2.9.2)."""
    for row in Disposal.objects.open().filter(request__applicant=user).select_related("request__type"):
        yield Item(
            str(row), row.get_absolute_url(), row.request.decided_at, "廃棄の記録", due=row.planned_on, why="処理したら、記録してください。"
        )


@keeps
def outside(user: User, at: datetime) -> Iterator[Item]:
    """For those who answer for sections: how much is outside tonight, and how much of it is late."""
    reach = Reach.of(user, at=at)
    if not (reach.officer or reach.divisions or reach.is_wide):
        return
    rows = Move.objects.visible_to(user, at=at, reach=reach).outside()
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day_of(at))), first=Min("departed_at"))
    if found["all"]:
        late = f"うち{found['late']}件は期日を過ぎています。" if found["late"] else "期日を過ぎたものはありません。"
        yield Item(f"いま庁外にあるもの {found['all']}件", reverse("assets:outside"), found["first"], "庁外", why=late)


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
