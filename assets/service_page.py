"""What the page of an external service shows: first what is asked now and of whom, then what was permitted and how it went."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from assets.forms.service_requests import CERTIFICATIONS
from assets.models import Checklist, ExternalService
from assets.models.service import HEAVY
from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.ground import Missing, missing_ground
from musashimurayama_isms.approvals.models import Request, RequestType
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.trail.models import Entry

Status = ExternalService.Status


@dataclass(frozen=True)
class Act:
    """One act that is open now: a link, or a button that posts."""

    label: str
    url: str
    is_post: bool = False
    confirm: str = ""


class ServicePage:
    """Everything about one service for one person at a moment."""

    def __init__(self, service: ExternalService, user: User, *, at: datetime) -> None:
        self.service, self.user, self.at = service, user, at
        self.reach = Reach.of(user, at=at)
        self.can_enter = service.can_enter(user, at=at, reach=self.reach)
        self.can_manage = not service.is_over and service.can_manage(user, at=at)
        self.can_name = service.can_name(user, at=at)

    # -- what is asked now -------------------------------------------------------------------------------------------
    @cached_property
    def checklists(self) -> list[Checklist]:
        return list(self.service.checklists.with_tally())

    @cached_property
    def current(self) -> Checklist | None:
        """The list that is to be answered now."""
        return next((row for row in self.checklists if row.is_open and row.stage == self.service.stage), None)

    @property
    def is_answered(self) -> bool:
        return self.current is not None and self.current.answered == self.current.total

    @property
    def can_answer(self) -> bool:
        return self.current is not None and self.current.can_answer(self.user, at=self.at)

    @cached_property
    def request(self) -> Request | None:
        """The application under way."""
        return self.service.request

    @cached_property
    def act(self) -> Act | None:
        """The act that ends the stage, for who may do it, once its list is answered."""
        name, service = self._url, self.service
        if not self.is_answered or self.request is not None:
            return None
        acts = {
            Status.CONSIDERED: (self.can_enter, Act("利用を申請する", name("apply"), is_post=True)),
            Status.APPROVED: (self.reach.is_central, Act("契約を記録する", name("contracted"))),
            Status.CONTRACTED: (self.can_manage, Act("利用を開始する", name("use"), is_post=True)),
            Status.IN_USE: (self.can_manage, Act("この回の確認を終える", name("confirm"), is_post=True)),
            Status.ENDING: (self.can_manage, Act("利用を終える", name("end"), is_post=True, confirm="confirm-end")),
        }
        may, act = acts.get(Status(service.status), (False, None))
        return act if may else None

    @property
    def who(self) -> str:
        """Whose turn it is, in words, for those whose it is not."""
        manager = self.service.manager.name if self.service.manager else "利用する課の情報セキュリティ担当者"
        return {
            Status.CONSIDERED: f"{self.service.department.full_name}の職員が答えます。",
            Status.APPROVED: "利用する課の職員と中央電子計算組織管理者が答え、中央電子計算組織管理者が契約を記録します。",
        }.get(Status(self.service.status), f"外部サービス管理者（{manager}）が行います。")

    @property
    def others(self) -> list[Act]:
        """What else may be done."""
        found, status = [], self.service.status
        if self.can_name:
            found.append(Act("外部サービス管理者を指名する", self._url("manager")))
        if self.can_manage and status in self.service.APPROVED_STATES:
            found.append(Act("再委託の承認を申請する", self._url("subcontract"), is_post=True))
        if status in (Status.CONTRACTED, Status.IN_USE, Status.ENDING):
            found.append(Act("このサービスでの事故を報告する", self.incident_url))
        if self.can_manage and status in (Status.CONTRACTED, Status.IN_USE):
            found.append(Act("利用終了の手続を始める", self._url("ending")))
        if self.can_enter and status in (Status.CONSIDERED, Status.APPROVED):
            found.append(Act("利用を見送る", self._url("drop")))
        return found

    @property
    def renewal(self) -> Act | None:
        """A new permit, while the service goes on and none is under way."""
        may = (self.can_enter or self.can_manage) and self.service.status in (Status.CONTRACTED, Status.IN_USE)
        return Act("許可の更新を申請する", self._url("apply"), is_post=True) if may and self.request is None else None

    @property
    def incident_url(self) -> str:
        """The report of an incident at the provider (3.12.3.6.2), with what is known filled in."""
        about = {"kind": "external_service", "information": self.service.information, "asset_class": self.service.asset_class}
        about |= {"service": str(self.service.pk)}
        place = {"place": f"外部サービス：{self.service.name}（{self.service.provider}）"}
        return f"{reverse('incidents:start')}?{urlencode(about | place)}"

    def _url(self, name: str) -> str:
        return reverse(f"assets:service_{name}", args=[self.service.pk])

    # -- how it stands -----------------------------------------------------------------------------------------------
    @cached_property
    def missing_rules(self) -> list[Missing]:
        """The rules that have to stand before the application can be submitted (3.12.3.1)."""
        if self.service.status != Status.CONSIDERED:
            return []
        return missing_ground([RequestType.objects.get(code=HEAVY)], on=day_of(self.at)).get(HEAVY, [])

    @property
    def is_permit_over(self) -> bool:
        return self.service.is_permit_over(on=day_of(self.at))

    @property
    def lacks_manager(self) -> bool:
        """Named, but no longer there for good: somebody else has to be named."""
        named = self.service.managers.open().filter(person__in=User.objects.serving(day_of(self.at)))
        return self.service.status in self.service.APPROVED_STATES and not (named.exists() and self.service.managing(at=self.at))

    @property
    def steps(self) -> list[dict]:
        """The way through the stages, for the picture."""
        if self.service.is_light:
            titles = [("利用の許可", ()), ("利用中", (Status.IN_USE,)), ("終了の確認", (Status.ENDING,))]
        else:
            titles = [
                ("選定の確認と申請", (Status.CONSIDERED,)),
                ("契約前の確認", (Status.APPROVED,)),
                ("構築時の確認", (Status.CONTRACTED,)),
                ("利用中（定期の確認）", (Status.IN_USE,)),
                ("終了の確認", (Status.ENDING,)),
            ]
        here = next((place for place, (_, states) in enumerate(titles) if self.service.status in states), None)
        if here is None:
            here = len(titles) if self.service.status == Status.ENDED else -1
        return [{"title": title, "state": _state(place, here)} for place, (title, _) in enumerate(titles)]

    @cached_property
    def facts(self) -> list[tuple[str, object]]:
        row, words = self.service, dict(CERTIFICATIONS)
        facts = [("利用する目的", row.purpose), ("扱う情報", row.information), ("使う人の範囲", row.users)]
        if not row.is_light:
            facts += [("情報の置き場所", row.data_location), ("準拠法・裁判管轄", row.governing_law)]
            facts += [("認証・報告書", "、".join(words.get(code, code) for code in row.certifications))]
        facts += [("利用者IDの管理", row.account_management)]
        facts += [] if row.is_light else [("終えるときの移し方", row.exit_plan)]
        return [fact for fact in facts if fact[1] or row.status != Status.CONSIDERED]  # the rest is asked by the application

    @cached_property
    def next_round(self) -> Occurrence | None:
        """The confirmation that comes next."""
        rows = Occurrence.objects.open().filter(duty__in=Duty.objects.about(self.service).active())
        return rows.order_by("due_on").first()

    @cached_property
    def requests(self) -> list[Request]:
        """Every application about it that the person may see."""
        return list(Request.objects.about(self.service).visible_to(self.user, at=self.at).select_related("type"))

    @cached_property
    def subcontracts(self) -> list:
        return list(self.service.subcontracts.select_related("permit__type"))

    @cached_property
    def entries(self) -> list[Entry]:
        return history(self.service)


def history(subject) -> list[Entry]:
    """The acts on a row, oldest first, with the person where somebody is named."""
    entries = list(Entry.objects.about(subject))
    for entry in entries:
        entry.note = entry.changes.get("person", "")
    return entries


def _state(place: int, here: int) -> str:
    if here < 0:
        return "skipped"
    return "done" if place < here else "now" if place == here else "next"
