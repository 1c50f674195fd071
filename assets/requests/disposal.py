"""廃棄・リース返却・再利用 (3.5.2.9, 3.8.1.6): the section's officer permits it, the record is made thing by thing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assets.forms.disposal import DisposalForm
from assets.models import Disposal
from assets.things import Thing
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.matters import Business, Check, matter
from musashimurayama_isms.approvals.models import Request

from .about_things import OF_THINGS, AboutThings, things_of

DISPOSAL = "disposal"
DEVICES = Check("3.8.1.6", "機器の中の記憶装置から、すべての情報を消し、元に戻せなくする方法ですか")


@matter(DISPOSAL)
class DisposalMatter(AboutThings):
    """The permit opens the record; with its last line the things are closed in their registers and the permit is used up."""

    form = DisposalForm
    verb = "廃棄"
    checks = (
        Check("3.5.2.9.1", "情報を元に戻せなくする方法は、分類と媒体に見合っていますか"),
        Check("3.5.2.9.2", "行う人のほかに立会者がいて、日時と処理の内容を記録できますか"),
    )

    def checks_for(self, request: Request) -> tuple[Check, ...]:
        has_devices = any(key.startswith("device:") for key in request.content.get("things", []))
        return (*self.checks, DEVICES) if has_devices else self.checks

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        asked = {name: value for name, value in content.items() if name not in OF_THINGS}
        return self.whole_facts(request, content, dict(self.form.facts_of(asked)))

    def business(self, request: Request) -> Business | None:
        disposal = Disposal.objects.filter(request=request).first()
        if disposal is None or disposal.is_over:
            return None
        words = "処理したら、日時、行った人、方法を記録してください。すべて記録すると台帳が廃棄済になり、この申請も完了になります。"
        return Business(words, disposal.get_absolute_url(), "廃棄の記録を開く")

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        Disposal.plan(request, things_of(request), by=by, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        disposal = Disposal.objects.filter(request=request).first()
        if disposal is not None:
            disposal.cancel(by=by, at=at)


def begin(things: Sequence[Thing], *, by: User, at: datetime) -> Request:
    """Open the draft of a disposal of these things; InvalidTransition as `Request.draft` raises it."""
    content = {"things": [thing.key for thing in things]}
    return Request.draft(DISPOSAL, by=by, at=at, subjects=[thing.row for thing in things], content=content)
