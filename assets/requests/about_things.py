"""What a request for an errand and one for a disposal share: they are about things of one section, under one class."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models

from assets.classification import AssetClass
from assets.forms.things import facts_of_things
from assets.models import Disposal, DisposalLine, Move, MoveLine
from assets.things import Thing, find, highest_class
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.approvals.matters import Matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.transitions import InvalidTransition

SHOWN = 2
OF_THINGS = ("things", "more", "stated_class", "asset_class", "about_persons", "personal_data")  # told by the facts of the things


class AboutThings(Matter):
    """The form chooses the things; the class is that of the highest of them (3.5.2.5.3) and stands on every paper (3.5.2.2)."""

    is_running = True
    tells_subjects = True
    verb = "持ち出し"

    def chosen(self, request: Request) -> list[models.Model]:
        return [thing.row for thing in things_of(request)]

    def department(self, drafter_section: Department, subjects: list) -> Department:
        """That of the things: their chief is responsible (3.5.2.1.1)."""
        return subjects[0].department if subjects else drafter_section

    def classification(self, request: Request) -> str:
        rank = request.content.get("asset_class")
        return AssetClass(rank).label if rank else ""

    def title(self, request: Request) -> str:
        things = things_of(request)
        more = f"ほか{len(things) - SHOWN}件" if len(things) > SHOWN else ""
        return "、".join(thing.label for thing in things[:SHOWN]) + more or request.type.name

    def whole_facts(self, request: Request, content: dict, words: dict) -> list[tuple]:
        """The things and their class first, then what the form asked: empty answers left out, ticks in one line."""
        things = find(content.get("things", []))
        rank = content.get("asset_class")
        head = [("対象", facts_of_things(things)), ("分類", AssetClass(rank).label if rank else "")]
        ticked = "\n".join(word for word, value in words.items() if value == "はい")
        tail = [("確かめたこと", ticked)] if ticked else []
        return head + [(word, value) for word, value in words.items() if value not in ("", None, "いいえ", "はい")] + tail

    def guard(self, request: Request, *, at: datetime) -> None:
        """Everything is still there, free, of this section, and of no higher class than was written."""
        things = things_of(request)
        if not things or len(things) < len(request.content["things"]):
            raise InvalidTransition("対象が選ばれていません。申請の画面で選び直してください。")
        for thing in things:
            if not thing.is_here or thing.row.department_id != request.department_id:
                raise InvalidTransition(f"「{thing.label}」は、いまは{self.verb}の対象にできません。台帳の状態と所管課を確かめてください。")
        if (highest_class(things) or AssetClass.IV) < (request.content["asset_class"] or AssetClass.IV):
            raise InvalidTransition("申請を書いたあとで分類が上がりました。申請の画面を開き、守りかたを確かめ直してください。")
        self.guard_free(things)

    def guard_free(self, things: Sequence[Thing]) -> None:
        """Nothing of it is out already or about to be done away with."""
        moving = MoveLine.objects.filter(_same(things), move__status__in=Move.OPEN).first()
        leaving = DisposalLine.objects.filter(_same(things), disposal__status=Disposal.Status.OPEN).waiting().first()
        if busy := moving or leaving:
            raise InvalidTransition(f"「{busy.label}」は、{'庁外への移動' if moving else '廃棄'}の途中です。先にそちらを終えてください。")


def things_of(request: Request) -> list[Thing]:
    return find(request.content.get("things", []))


def _same(things: Sequence[Thing]) -> models.Q:
    """Rows about one of these things."""
    found = models.Q(pk__in=[])
    for thing in things:
        found |= models.Q(content_type=ContentType.objects.get_for_model(thing.row), object_id=key_of(thing.row))
    return found
