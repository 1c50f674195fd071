"""IDs, privileges and authorities: given by a permit, kept in the ledgers, taken away by a notice that nobody refuses."""

from datetime import datetime
from typing import Any

from assets.classification import AssetClass
from assets.forms.requests.ids import (
    AntimalwareAuthorityForm,
    AuthorityBackForm,
    PrivilegeDeputyForm,
    RegisteredForm,
    RemovedForm,
    UserIdForm,
    UserIdRemovalForm,
)
from assets.models import DevelopmentFile, LedgerEntry
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record

from .base import KindMatter, as_day, in_words

LEDGERS = ("user-id", "privileged-id", "shared-id")


class IdMatter(KindMatter):
    """What is about an ID of a system."""

    about = ("system",)
    mark = AssetClass.I

    def rows(self, request: Request, *ledgers: str, login_id: str) -> list[LedgerEntry]:
        """The open rows of an ID of the system."""
        found = LedgerEntry.objects.of(*ledgers).about(self.need(request, "system")).open()
        return list(found.filter(data__login_id=login_id))

    def holder(self, request: Request) -> dict[str, Any]:
        person = self.row(request, "person")
        return {"person": person} if person else {"outsider": request.content.get("outsider", "")}


@matter("user-id")
class UserId(IdMatter):
    """利用者IDの登録・変更 (3.10.2.2.1): registered by 中央電子計算組織管理者, and the ledger is as it is now."""

    form, done = UserIdForm, RegisteredForm
    headline = ("act", "system", "rights")
    ledger = "user-id"
    completed_by = (RoleCode.CENTRAL_MANAGER,)
    checks = (
        Check("3.10.2.2.1", "だれのどのIDを、どう登録・変更するのかが、もれなく分かりますか"),
        Check("3.10.2.2.1", "権限は仕事に必要なものだけですか。委託事業者などのIDには終わりの日がありますか"),
    )

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        """A new row, or the row of the ID with its new rights."""
        content, login_id = request.content, request.report["login_id"]
        data = {"system": self.need(request, "system"), "login_id": login_id, "rights": content["rights"], "kind": content["kind"]}
        data |= self.holder(request) | {"request_code": request.number, "registered_on": as_day(request.report["done_on"])}
        data |= {"expires_on": request.ends_on} if request.ends_on else {}
        former = self.rows(request, self.ledger, login_id=login_id) if content["act"] == "change" else []
        if not former:
            self.write(request, data, by=by, at=at)
            return
        kept = former[0].initial | {name: given for name, given in data.items() if name != "registered_on"}
        with in_words():
            former[0].correct(data=_as_rows(kept), by=by, at=at)


def _as_rows(data: dict[str, Any]) -> dict[str, Any]:
    """Stored references as the rows they name, for a ledger that is asked anew."""
    found = {**data}
    if isinstance(found.get("person"), dict):
        found["person"] = User.objects.get(pk=found["person"]["key"])
    if isinstance(found.get("development"), dict):
        found["development"] = DevelopmentFile.objects.get(pk=found["development"]["key"])
    return found


@matter("user-id-removal")
class UserIdRemoval(IdMatter):
    """利用者IDの抹消の届出 (3.10.2.2.2): a notice; 中央電子計算組織管理者 carries it out and says so."""

    form, done = UserIdRemovalForm, RemovedForm
    headline = ("system", "login_id")
    completed_by = (RoleCode.CENTRAL_MANAGER,)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        record(by, "assets.office.removal_asked", request, at=at, number=request.number)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        """The rows of the ID in the ledgers end; an ID that no ledger knows is told of by the request alone."""
        data = {"removed_on": as_day(request.report["done_on"]), "removal_reason": f"届出 {request.number}"}
        for row in self.rows(request, *LEDGERS, login_id=request.content["login_id"]):
            with in_words():
                row.act("remove", data=data, by=by, at=at)


@matter("privilege-deputy")
class PrivilegeDeputy(IdMatter):
    """特権代行者の指名 (3.10.2.3.2): the CISO agrees; the ledger of privileged IDs holds it until its end."""

    form, done = PrivilegeDeputyForm, RemovedForm
    headline = ("person", "system")
    ledger = "privileged-id"
    checks = (
        Check("3.10.2.3.2", "代行する人は、特権を任せられる人ですか"),
        Check("3.10.2.3.1", "代行の範囲と期間、特権を持つ人の数は、必要最小限ですか"),
    )

    def parties(self, request: Request) -> set[int]:
        """Who is named does not agree to it."""
        return {key for key in [request.content.get("person")] if key}

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        content = request.content
        data = {"system": self.need(request, "system"), "login_id": content["login_id"], "person": self.need(request, "person")}
        rest = {"reason": content["reason"][:200], "is_deputy": True, "request_code": request.number, "expires_on": request.ends_on}
        self.write(request, data | rest | {"registered_on": request.starts_on}, by=by, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        data = {"removed_on": as_day(request.report["done_on"]), "removal_reason": f"代行の終わり（{request.number}）"}
        for row in self.rows(request, self.ledger, login_id=request.content["login_id"]):
            with in_words():
                row.act("remove", data=data, by=by, at=at)


@matter("antimalware-authority")
class AntimalwareAuthority(KindMatter):
    """対策ソフト設定変更権限の付与 (3.10.4.2.5)."""

    form, done = AntimalwareAuthorityForm, AuthorityBackForm
    headline = ("person", "software")
    mark = AssetClass.II
    checks = (
        Check("3.10.4.2.5", "権限を渡す人は、設定を変える仕事をする職員だけですか"),
        Check("3.10.4.2.5", "変えてよい設定の範囲と期間は、必要な分だけですか"),
    )

    def parties(self, request: Request) -> set[int]:
        return {key for key in [request.content.get("person")] if key}
