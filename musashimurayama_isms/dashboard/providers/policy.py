"""What the policy room asks: texts to confirm and review, exceptions, documents, laws."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import make_aware

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from policy.exception_waiting import Waiting, of_its_people, of_the_ciso, own
from policy.hands import Hands
from policy.models import ConfirmationRound, Custody, DocumentVersion, Law, PolicyException, ReadingGrant, Revision
from policy.readers import asleep_for

from ..desk import Item, keeps, waits_if

REVIEWS_ON_DESK = 5


@waits_if(lambda who: ConfirmationRound.objects.current(on=who.on))
def policy_to_confirm(user: User, at: datetime) -> Iterator[Item]:
    """A new text of the policy to be read and confirmed."""
    on = day_of(at)
    round_ = ConfirmationRound.objects.current(on=on).first()
    person = round_.people(on=on).filter(pk=user.pk, confirmed_at=None).first() if round_ else None
    if person:
        yield Item(
            title=f"情報セキュリティポリシー（{round_.revision.name}）",
            leads_to=round_,
            since=round_.opened_at,
            kind="確認",
            due=round_.due_for(person.joined_on),
            why="変わった点を読み、「読んで確認しました」を押してください。",
        )


@waits_if(lambda who: Revision.objects.of_the_policy().filter(status=Revision.Status.DRAFT))
def obligations_to_review(user: User, at: datetime) -> Iterator[Item]:
    """Drafts of the policy whose obligations are still to be decided on (3.4.2.3)."""
    drafts = Revision.objects.of_the_policy().filter(status=Revision.Status.DRAFT)
    drafts = list(drafts.annotate(left=Count("reviews", filter=Q(reviews__decision=""))).filter(left__gt=0))
    if drafts and Hands.of(user, at=at).prepares:
        for draft in drafts:
            url = reverse("policy:reviews", args=[draft.pk])
            yield Item(f"義務の見直し（{draft.name}）", url, draft.created_at, "確認", why=f"残り{draft.left}件の判断が必要です。")


@waits_if(lambda who: ReadingGrant.objects.in_force(who.on).filter(person__isnull=False))
def readers_who_moved(user: User, at: datetime) -> Iterator[Item]:
    """Persons named as readers of the own section's documents who have moved since (3.10.1.5)."""
    for grant in asleep_for(user, at=at):
        yield Item(
            title=f"{grant.document.title}：異動した方の閲覧の確認",
            leads_to=reverse("policy:document_readers", args=[grant.document_id]),
            since=grant.granted_at,
            kind="確認",
            as_role=RoleCode.SECTION_OFFICER.label,
            why=f"{grant.person.name}さんが異動したため、閲覧を止めています。",
        )


@waits_if(lambda who: Custody.objects.open().filter(review_on__lt=who.on))
def custodies_to_review(user: User, at: datetime) -> Iterator[Item]:
    """Documents kept elsewhere whose review day has passed (2.12)."""
    for row in Custody.objects.review_overdue_for(user, at=at)[:REVIEWS_ON_DESK]:
        where = row.department.full_name if row.department else "全庁"
        why = f"別途保管の文書（{where}）の見直し日を過ぎています。"
        yield Item(row.regulation.title, row.regulation, row.said_at, "見直し", due=row.review_on, why=why)


@waits_if(lambda who: Law.objects.check_overdue(who.on))
def laws_to_check(user: User, at: datetime) -> Iterator[Item]:
    """Laws of which somebody has to look again whether they have changed (3.11.5)."""
    for row in Law.objects.waiting_for(user, at=at)[:REVIEWS_ON_DESK]:
        since = make_aware(datetime.combine(row.next_check_on, time.min))
        yield Item(row.title, row, since, "確認", due=row.next_check_on, why="改正されていないか確かめてください。")


@keeps
def document_drafts(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts of the section's documents."""
    drafts = DocumentVersion.objects.filter(drafted_by=user, status=DocumentVersion.Status.DRAFT)
    for draft in drafts.visible_to(user, at=at).select_related("document").order_by("-drafted_at")[:5]:
        url = reverse("policy:write_version", args=[draft.pk])
        yield Item(str(draft), url, draft.drafted_at, "文書の案", why="承認はまだ求めていません。", status="案", holder="あなた")


@waits_if(
    lambda who: PolicyException.objects.unacknowledged().filter(who.wears(RoleCode.CISO)),
    lambda who: PolicyException.objects.running(on=who.on).filter(who.wears(RoleCode.CISO)),
)
def exceptions(user: User, at: datetime) -> Iterator[Item]:
    """Exceptions to acknowledge and to look at again (3.11.4)."""
    return _exceptions(of_the_ciso(user, at=at))


@waits_if(lambda who: PolicyException.objects.over(on=who.on).filter(own(who.person)))
def exceptions_over(user: User, at: datetime) -> Iterator[Item]:
    """Own exceptions to report the end of (3.11.4)."""
    return _exceptions(of_its_people(user, at=at))


def _exceptions(rows: Iterable[Waiting]) -> Iterator[Item]:
    for row in rows:
        name = f"{row.exception}　{row.exception.what[:60]}"
        yield Item(name, row.exception, row.since, row.act, due=row.due, why=row.exception.department.full_name, is_urgent=row.is_urgent)
