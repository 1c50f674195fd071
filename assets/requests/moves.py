"""持ち出し・運搬・送付・保管・提供: one errand, one application (approvals.md). The five types keep their routes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assets.classification import AssetClass
from assets.forms.errand import ErrandForm
from assets.models import Move
from assets.things import Thing
from assets.ways import Way, united
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.matters import Business, Check, Matter, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.transitions import InvalidTransition

from .about_things import OF_THINGS, AboutThings, things_of

ERRAND = "errand"
CHECKS = {
    Way.TRANSPORT: (Check("3.5.2.7.1", "鍵付きのケース、暗号化、パスワードなどの守りは、分類と経路に見合っていますか"),),
    Way.DISPATCH: (
        Check("3.5.2.7.3", "信頼できる事業者と、できるだけ安全な手段を選んでいますか"),
        Check("3.5.2.7.3", "複製の禁止、媒体の保護、違反したときの罰則を取り決めていますか"),
    ),
    Way.OFF_SITE: (Check("3.5.2.6.5", "庁外に置く必要があり、保管する場所は分類に見合っていますか"),),
    Way.DISCLOSURE: (
        Check("3.5.2.8.2", "パスワードなどで暗号化されていますか"),
        Check("3.5.2.8.3", "提供する相手と目的は適切で、必要な分だけになっていますか"),
    ),
    Way.TAKE_OUT: (Check("3.9.1.5", "持ち出す必要があり、持ち出すものと期間は必要な分だけですか"),),
}
LONG = Check("3.5.2.6.2", "長く保管する媒体の書込みを禁止していますか")
SAFE = Check("3.5.2.6.3", "自然災害に遭いにくい地域に保管しますか")
PROOF = Check("3.5.2.6.4", "火・熱・水・湿気に強く、鍵の掛かる場所ですか")
PASSWORD = Check("3.9.1.4", "個人情報の電磁的記録に、パスワードが設定されていますか")
GROUND = Check("3.5.2.8.3", "個人情報を提供できる根拠を確かめましたか")


class UnitedElsewhere(Matter):
    """One of the five: it has its route and its clauses, and is applied for by the errand alone."""

    part_of = "errand"
    starts_elsewhere = "「持ち出し・運搬・送付・保管・提供」から申請します。一つの申請でまとめて済みます。"


for _way in Way.values:
    matter(_way)(type("UnitedElsewhere", (UnitedElsewhere,), {}))


@matter(ERRAND)
class Errand(AboutThings):
    """The permit lets the things go; what becomes of them is a Move, and the permit is used up when that is over."""

    form = ErrandForm
    route_words = "情報セキュリティ担当者（分類Ⅱ以上の運搬だけのときは、中央電子計算組織管理者も）"

    def unites(self, content: dict[str, Any]) -> list[str]:
        return united(content.get("ways", []), content.get("asset_class"))

    def checks_for(self, request: Request) -> tuple[Check, ...]:
        """Those of each way, and what class, storage and personal data add."""
        content = request.content
        found = [check for way in content.get("ways", []) for check in CHECKS[Way(way)]]
        return tuple(dict.fromkeys([*found, *self._storage_checks(content), *self._personal_checks(content)]))

    def _storage_checks(self, content: dict[str, Any]) -> list[Check]:
        if Way.OFF_SITE not in content.get("ways", []):
            return []
        rank = content.get("asset_class") or AssetClass.IV
        is_long, is_rare = content.get("is_long"), rank == AssetClass.I or content.get("is_backup")
        asked = ((LONG, is_long), (SAFE, is_long and is_rare), (PROOF, rank <= AssetClass.II))
        return [check for check, is_asked in asked if is_asked]

    def _personal_checks(self, content: dict[str, Any]) -> list[Check]:
        asked = (
            (PASSWORD, content.get("personal_data")),
            (GROUND, content.get("about_persons") and Way.DISCLOSURE in content.get("ways", [])),
        )
        return [check for check, is_asked in asked if is_asked]

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        """In the order of the form, who carries it by name."""
        asked = {name: value for name, value in content.items() if name not in (*HIDDEN, *self.form.left_out(content.get("ways", [])))}
        key = content.get("carrier_key")
        name = User.objects.filter(pk=key).values_list("name", flat=True).first() if key else content.get("contractor", "")
        return self.whole_facts(request, content, dict(self.form.facts_of(asked)) | {"運ぶ人": name})

    def parties(self, request: Request) -> set[int]:
        """The carrier decides nothing of it."""
        key = request.content.get("carrier_key")
        return {key} if key else set()

    def business(self, request: Request) -> Business | None:
        move = Move.objects.filter(request=request).first()
        if move is None or move.is_over:
            return None
        words = "出発、到着、返却を、移動の画面で記録してください。終わると、この申請も完了になります。"
        return Business(words, move.get_absolute_url(), "移動の画面を開く")

    def guard(self, request: Request, *, at: datetime) -> None:
        """What happens to it must be said: from it follows who decides."""
        if not self.unites(request.content):
            raise InvalidTransition("どうするか（運ぶ、送る、持ち出すなど）が選ばれていません。申請の画面で選んでください。")
        super().guard(request, at=at)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        Move.plan(request, things_of(request), by=by, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        """Recalled or expired: what has not left stays; what is out goes on with its own reminders."""
        move = Move.objects.filter(request=request).first()
        if move is not None:
            move.request = request
            move.call_back(by=by, at=at)


HIDDEN = (*OF_THINGS, "asked", "carrier", "carrier_key", "contractor")


def begin(things: Sequence[Thing], ways: Sequence[str], *, by: User, at: datetime) -> Request:
    """Open the draft of an errand with these things; InvalidTransition as `Request.draft` raises it."""
    content = {"things": [thing.key for thing in things], "ways": list(ways), "asked": ",".join(ways), "carried_by": "staff"}
    return Request.draft(ERRAND, by=by, at=at, subjects=[thing.row for thing in things], content=content)
