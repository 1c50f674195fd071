"""Who is told of what happens to a request; no personal data in title or body."""

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting, day_of, holders
from musashimurayama_isms.notifications.notices import Message, notice

from . import committee_notices  # noqa: F401  (registers itself)
from .models import RequestType
from .roster import Roster, names


def _own(request) -> list[User]:
    """Those of the request: its drafter and its applicant."""
    return [user for user in (request.drafter, request.applicant) if user is not None]


def _deciders(request, *, at) -> list[User]:
    """Who may decide the open step now."""
    step = request.open_step
    return names([row for _, row in step.able(Roster(at))]) if step else []


@notice("approvals.step.opened")
def step_opened(entry, request):
    """The holders of the step are asked to decide."""
    yield Message(
        to=_deciders(request, at=entry.at),
        title=f"決定をお願いします：{request}",
        body="内容を確かめ、許可・差戻し・不許可のいずれかを選んでください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.request.prepared")
def prepared(entry, request):
    """Those who may submit it."""
    people = [row.person for code in request.type.applicants for row in acting(code, at=entry.at, department=request.department)]
    yield Message(
        to=people if RoleCode.TERMINAL_USER not in request.type.applicants else [],
        title=f"起案された申請を確かめてください：{request.type}",
        body="内容を確かめて申請するか、起案者に差し戻してください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.request.returned")
def returned(entry, request):
    yield Message(
        to=_own(request),
        title=f"差し戻されました：{request}",
        body="理由を読み、直してもう一度申請できます。入力した内容は残っています。",
        url=request.get_absolute_url(),
    )


@notice("approvals.request.permitted")
def permitted(entry, request):
    yield Message(
        to=_own(request), title=f"許可されました：{request}", body="条件と期間を確認してください。", url=request.get_absolute_url()
    )


@notice("approvals.request.refused")
def refused(entry, request):
    yield Message(to=_own(request), title=f"不許可になりました：{request}", body="理由を確かめてください。", url=request.get_absolute_url())


@notice("approvals.request.recalled")
def recalled(entry, request):
    yield Message(
        to=_own(request),
        title=f"許可が取り消されました：{request}",
        body="今後は許可がないものとして扱ってください。理由を確かめてください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.request.expired")
def expired(entry, request):
    yield Message(
        to=_own(request),
        title=f"許可の期間が終わりました：{request}",
        body="済んでいるときは完了にしてください。続けるときは新しい申請が必要です。",
        url=request.get_absolute_url(),
    )


@notice("approvals.decision.made")
def decided_for_another(entry, request):
    """代決: the absent person reads it afterwards."""
    decision = request.decisions.select_related("in_place_of").last()
    if decision.in_place_of is not None:
        yield Message(
            to=[decision.in_place_of],
            title=f"不在の間の代決を確かめてください：{request}",
            body="代理の人が決定しました。内容を読み、後閲を済ませてください。",
            url=request.get_absolute_url(),
        )


@notice("approvals.decision.entered")
def entered(entry, request):
    decision = request.decisions.select_related("person").last()
    yield Message(
        to=[decision.person],
        title=f"口頭の許可を確かめてください：{request}",
        body="あなたが口頭で許可したこととして入力されました。内容を確かめてください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.decision.disputed", urgent=True)
def disputed(entry, request):
    decision = request.decisions.filter(disputed_at=entry.at).select_related("entered_by").last()
    yield Message(
        to=[*_own(request), decision.entered_by, *holders(RoleCode.CENTRAL_MANAGER, on=day_of(entry.at))],
        title=f"口頭の許可に「違う」と回答がありました：{request}",
        body="許可はなかったものとして扱ってください。経緯を確かめてください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.waiver.asked")
def waiver_asked(entry, request):
    """Those who may consent: of the line, and the city's roles."""
    waiver = request.waivers.select_related("request__type", "request__department__parent").last()
    roles = (RoleCode.DIVISION_OFFICER, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO)
    found = names([row for code in roles for row in request.line(code, request.department, at=entry.at)])
    yield Message(
        to=[person for person in found if waiver.can_answer(person, at=entry.at)],
        title=f"やむを得ない場合の決定に、同意を求められています：{request}",
        body="申請に関わった人が決定することの申出です。理由を読み、同意するかどうかを選んでください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.waiver.granted")
def waiver_granted(entry, request):
    waiver = request.waivers.filter(is_granted=True).select_related("person").last()
    yield Message(
        to=[waiver.person, *holders(RoleCode.CISO, on=day_of(entry.at))],
        title=f"やむを得ない場合の決定に同意がありました：{request}",
        body="兼務の例外として記録され、CISOが確認するまで一覧に残ります。",
        url=request.get_absolute_url(),
    )


@notice("approvals.comment.added")
def comment_added(entry, request):
    """Those of the request, those who have decided, and those who are to decide."""
    people = [row.person for row in request.decisions.select_related("person")]
    yield Message(
        to=[*_own(request), *people, *_deciders(request, at=entry.at)],
        title=f"コメントが付きました：{request}",
        body="画面を開いて読んでください。",
        url=request.get_absolute_url(),
    )


@notice("approvals.route.proposed")
def route_proposed(entry, request_type: RequestType):
    """Everyone who may confirm it: a second person is needed."""
    on = day_of(entry.at)
    roles = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.ADMINISTRATOR)
    yield Message(
        to=[person for code in roles for person in holders(code, on=on)],
        title=f"経路の変更案を確かめてください：{request_type}",
        body="提案した人とは別の人が確かめると、次の申請から使われます。",
        url=request_type.get_absolute_url(),
    )
