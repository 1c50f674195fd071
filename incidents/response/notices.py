"""Who is told of what happens in the response; without personal data, the words are on the page."""

from django.urls import reverse

from incidents.chain import Party
from incidents.handling import people, standing_in
from incidents.models import IncidentMeeting, ResponseTask, Triage
from musashimurayama_isms.notifications.notices import Message, notice

from .audience import everyone_told, owners, sees


def _page(incident) -> str:
    return reverse("incidents:response", args=[incident.pk])


def _of(incident, *parties, at):
    return [actor.person for actor in people(incident, parties, at=at)]


@notice("incidents.triage.weighed", urgent=True)
def weighed(entry, incident):
    """Whoever has to convene now; the first judgement has told the others by the receipts of step 5."""
    outcome = entry.changes["outcome"]
    if outcome == Triage.Outcome.EMERGENCY:
        who, body = (Party.CENTRAL_MANAGER,), "緊急対策会議の招集を命じられました。日時と出る人を決めて招集してください。"
    elif outcome == Triage.Outcome.SECURITY:
        who, body = (Party.COMMITTEE, Party.GENERAL_MANAGER), "情報セキュリティ会議を招集します。日時と出る人を決めて連絡してください。"
    else:
        return
    yield Message(
        to=_of(incident, *who, at=entry.at),
        title=f"【至急】インシデント {incident.number} の会議を招集してください",
        body=body,
        url=_page(incident),
    )


@notice("incidents.meeting.called", urgent=True)
def called(entry, incident):
    meeting = IncidentMeeting.objects.get(pk=entry.changes["meeting"])
    yield Message(
        to=[member.person for member in meeting.members.select_related("person")],
        title=f"【至急】インシデント {incident.number} の{meeting.get_kind_display()}に招集されました",
        body="日時と場所を確かめて、出欠を答えてください。会議の後しばらくまで、この報告を読むことができます。",
        url=_page(incident),
    )


@notice("incidents.meeting.cancelled", urgent=True)
def cancelled(entry, incident):
    """Those who were called for it alone see the report no longer: they are told without a page."""
    meeting = IncidentMeeting.objects.get(pk=entry.changes["meeting"])
    people = [member.person for member in meeting.members.select_related("person")]
    told = [user for user in people if sees(user, incident, at=entry.at)]
    title = f"インシデント {incident.number} の{meeting.get_kind_display()}は中止になりました"
    yield Message(to=told, title=title, body="理由は画面で確かめてください。", url=_page(incident))
    others = [user for user in people if user not in told]
    yield Message(to=others, title=title, body="出席の必要はなくなりました。この報告を読む許可も終わりました。")


@notice("incidents.task.ordered", urgent=True)
def ordered(entry, incident):
    """The owner; a draft of the committee waits for the CISO first."""
    task = ResponseTask.objects.get(pk=entry.changes["task"])
    if task.is_running:
        yield Message(
            to=owners(ResponseTask.objects.filter(pk=task.pk), at=entry.at),
            title=f"インシデント {incident.number} の措置をお願いします",
            body=f"{task.get_kind_display()}として決まりました。内容と期限を確かめて、済んだら記録してください。",
            url=task.get_absolute_url(),
        )


@notice("incidents.task.checked")
def checked(entry, incident):
    task = ResponseTask.objects.get(pk=entry.changes["task"])
    for follower in task.followers.all():
        yield Message(
            to=owners(ResponseTask.objects.filter(pk=follower.pk), at=entry.at),
            title=f"インシデント {incident.number} の措置は効果がありませんでした",
            body="新しい措置として期限が定められました。方法を改めて実施してください。",
            url=follower.get_absolute_url(),
        )


@notice("incidents.task.put_off")
@notice("incidents.task.dropped")
def changed(entry, incident):
    task = ResponseTask.objects.get(pk=entry.changes["task"])
    yield Message(
        to=owners(ResponseTask.objects.filter(pk=task.pk), at=entry.at),
        title=f"インシデント {incident.number} の措置が変わりました",
        body="期限の変更か取りやめがありました。内容を確かめてください。",
        url=task.get_absolute_url(),
    )


@notice("incidents.cut.made", urgent=True)
def cut(entry, incident):
    """The 総括管理者 at once; the 中央管理者, who has the two reports to make."""
    yield Message(
        to=_of(incident, Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER, at=entry.at),
        title=f"【至急】インシデント {incident.number} で外部ネットワークを遮断しました",
        body="中央電子計算組織管理者は、総括管理者と、市長を通じて個人情報保護審議会に報告してください。",
        url=_page(incident),
    )


@notice("incidents.cut.told_general", urgent=True)
def told_general(entry, incident):
    yield Message(
        to=_of(incident, Party.GENERAL_MANAGER, at=entry.at),
        title=f"【至急】インシデント {incident.number} の外部ネットワークの遮断の報告",
        body="中央電子計算組織管理者から報告がありました。内容を確認してください。",
        url=_page(incident),
    )


@notice("incidents.attack.found", urgent=True)
def attacked(entry, incident):
    yield Message(
        to=_of(incident, Party.GENERAL_MANAGER, Party.COMMITTEE, at=entry.at),
        title=f"【至急】インシデント {incident.number} の攻撃についての判断",
        body="攻撃についての判断が記録されました。関係機関・警察との連携を確かめてください。",
        url=_page(incident),
    )


@notice("incidents.cause.written")
def cause_written(entry, incident):
    """The parties that the 中央管理者 works with."""
    analysis = incident.causes.last()
    yield Message(
        to=_of(incident, *analysis.unanswered(), at=entry.at) if analysis else [],
        title=f"インシデント {incident.number} の原因を確かめてください",
        body="中央電子計算組織管理者が原因を記録しました。同意するか、補うことを答えてください。",
        url=_page(incident),
    )


@notice("incidents.cause.answered")
def cause_answered(entry, incident):
    analysis = incident.causes.last()
    if analysis and not analysis.unanswered():
        yield Message(
            to=_of(incident, Party.CENTRAL_MANAGER, at=entry.at),
            title=f"インシデント {incident.number} の原因への回答がそろいました",
            body="内容を確かめて、原因の究明を済ませてください。",
            url=_page(incident),
        )


@notice("incidents.prevention.returned", urgent=True)
def returned(entry, incident):
    yield Message(
        to=_of(incident, standing_in(Party.COMMITTEE, incident), at=entry.at),
        title=f"インシデント {incident.number} の再発防止策が差し戻されました",
        body="CISOの言葉を確かめて、改めた再発防止策を報告してください。",
        url=_page(incident),
    )


@notice("incidents.prevention.confirmed", urgent=True)
def confirmed(entry, incident):
    """The owners of the measures that are now to be done, each with the page of one's own: they need not see the report."""
    for task in incident.tasks.filter(status="open", kind=ResponseTask.Kind.PREVENTION):
        yield Message(
            to=owners(ResponseTask.objects.filter(pk=task.pk), at=entry.at),
            title=f"インシデント {incident.number} の再発防止策を実施してください",
            body="CISOが確認しました。内容を確かめて、期限までに実施してください。担当の措置は、すべて受信箱にあります。",
            url=task.get_absolute_url(),
        )


ENDS = {
    "incidents.incident.closed": ("完了しました", "対応が完了しました。残っている措置は、引き続き期限まで管理されます。"),
    "incidents.incident.mistaken": ("誤報でした", "誤報として終わりました。報告の記録はこのまま残ります。"),
    "incidents.incident.merged": ("ほかの報告に統合されました", "同じできごとの報告に統合されました。今後は統合先で対応します。"),
    "incidents.incident.took_over": ("ほかの報告を引き受けました", "同じできごとの報告が統合されました。追記と添付も見られます。"),
    "incidents.incident.reopened": ("再開されました", "理由を確かめて、待っている段階の対応を続けてください。"),
}


def ended(entry, incident):
    """Whoever was told of the incident, and still sees it, is told of its end; owners of measures who do not see it, by their measure."""
    word, body = ENDS[entry.verb]
    title = f"インシデント {incident.number} は{word}"
    told = [user for user in everyone_told(incident, at=entry.at) if sees(user, incident, at=entry.at)]
    yield Message(to=told, title=title, body=body, url=incident.get_absolute_url())
    for task in incident.tasks.filter(status="open"):
        others = [user for user in owners(ResponseTask.objects.filter(pk=task.pk), at=entry.at) if user not in told]
        yield Message(to=others, title=title, body=body, url=task.get_absolute_url())


for verb in ENDS:
    notice(verb, urgent=True)(ended)
