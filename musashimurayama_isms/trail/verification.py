"""The proof of the chain: walks every entry once, in constant memory, and names the first bad one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import chain
from .models import Entry, Head, Reading
from .reading import SEALED, digest_of
from .triggers import missing_triggers

CHUNK = 2_000


class Broken(Exception):
    """The trail is not what was written; `number` is the first bad entry, or None when the head or the log is at fault."""

    def __init__(self, sentence: str, number: int | None = None) -> None:
        super().__init__(sentence)
        self.number = number


@dataclass(frozen=True)
class Kept:
    """A head kept elsewhere, `number:digest`."""

    number: int
    digest: str

    @classmethod
    def read(cls, text: str) -> "Kept":
        """Raises ValueError on anything but a number, a colon and the digest that verify_trail printed."""
        number, colon, digest = text.strip().partition(":")
        if not colon or not number.isdecimal() or len(digest) != (64 if int(number) else 0):
            raise ValueError(text)
        return cls(int(number), digest.lower())


@dataclass
class Proof:
    """What was proved."""

    head: str
    entries: int = 0
    segments: int = 0
    readings: int = 0
    unsealed: int = 0
    keys: list[str] = field(default_factory=list)


def verify(kept: Kept | None = None) -> Proof:
    """Prove triggers, head, every entry up to it, and the sealed access log; Broken names what is wrong first."""
    if names := missing_triggers():
        raise Broken(f"書換えを拒む仕掛けが外れているか、変えられています（{', '.join(names)}）。")
    head = _intact_head()
    proof = Proof(head=str(head))
    for entry in _linked(head):
        proof.entries, proof.segments = entry.number, entry.segment
        if entry.key_id not in proof.keys:
            proof.keys.append(entry.key_id)
        if kept and entry.number == kept.number and entry.digest != kept.digest:
            raise Broken(f"{entry.number} 番の証跡が、控えておいた連鎖値と一致しません。", entry.number)
        if entry.verb == SEALED:
            proof.readings += _sealed_readings(entry)
    _nothing_cut(head, proof, kept)
    _nothing_slipped_in(proof)
    proof.unsealed = Reading.objects.filter(sealed_by=None).count()
    return proof


def verify_tail(count: int) -> int:
    """The quick proof: triggers, head, and the last `count` entries; gives how many there were. Broken as `verify`.

    What is older, and the sealed access log, only `verify` proves.
    """
    if names := missing_triggers():
        raise Broken(f"書換えを拒む仕掛けが外れているか、変えられています（{', '.join(names)}）。")
    head = _intact_head()
    before = Entry.objects.filter(number__lte=head.number - count).order_by("-number").first()
    if before is not None:
        _whole(before)
    proved = sum(1 for _ in _linked(head, before))
    _nothing_cut(head, Proof(head=str(head), entries=head.number), None)
    return proved


def _intact_head() -> Head:
    head = Head.objects.first()
    if head is None:
        raise Broken("証跡の先頭の記録がありません。")
    if not head.is_intact():
        raise Broken("証跡の先頭の記録が書き換えられているか、その鍵が設定 TRAIL_KEYS にありません。")
    return head


def _linked(head: Head, before: Entry | None = None) -> Iterator[Entry]:
    """The entries after `before` up to the head, each proved to follow the one before."""
    number, digest, segment, key_id = 0, "", 0, chain.key_ids()[0]
    if before is not None:
        number, digest, segment, key_id = before.number, before.digest, before.segment, before.key_id
    for entry in Entry.objects.filter(number__gt=number, number__lte=head.number).order_by("number").iterator(chunk_size=CHUNK):
        if entry.number != number + 1:
            raise Broken(f"{number + 1} 番の証跡がありません（次にあるのは {entry.number} 番です）。", number + 1)
        _whole(entry)
        if entry.previous != digest:
            raise Broken(f"{entry.number} 番の証跡が、前の証跡につながっていません。", entry.number)
        _key_in_order(entry, key_id, segment)
        yield entry
        number, digest, segment, key_id = entry.number, entry.digest, entry.segment, entry.key_id
    if (number, digest, segment) != (head.number, head.digest, head.segment):
        raise Broken(f"証跡は {number} 番で終わっていますが、先頭の記録は {head.number} 番です。", number + 1)


def _whole(entry: Entry) -> None:
    try:
        whole = chain.is_seal(entry.digest, "entry", entry.key_id, entry.content())
    except chain.UnknownKey:
        raise Broken(f"{entry.number} 番の証跡の鍵「{entry.key_id}」が設定 TRAIL_KEYS にありません。", entry.number) from None
    if not whole:
        raise Broken(f"{entry.number} 番の証跡が書き換えられています。", entry.number)


def _key_in_order(entry: Entry, key_id: str, segment: int) -> None:
    """A retired key never writes again, and each change of key opens the next segment."""
    keys = chain.key_ids()
    opened = entry.number == 1 or entry.key_id != key_id
    if keys.index(entry.key_id) < keys.index(key_id) or entry.segment != segment + opened:
        raise Broken(f"{entry.number} 番の証跡が、使い終えた鍵か誤った区間で書かれています。", entry.number)


def _sealed_readings(entry: Entry) -> int:
    """The batch of the access log that the entry seals, compared with the count and digest in it."""
    readings = list(Reading.objects.filter(sealed_by=entry).order_by("pk"))
    if (len(readings), digest_of(readings)) != (entry.changes.get("count"), entry.changes.get("digest")):
        raise Broken(f"{entry.number} 番の証跡が封印した閲覧記録が、書き換えられています。", entry.number)
    return len(readings)


def _nothing_cut(head: Head, proof: Proof, kept: Kept | None) -> None:
    if kept and kept.number > proof.entries:
        raise Broken(
            f"控えでは {kept.number} 番までありますが、証跡は {proof.entries} 番で終わっています。末尾が切り取られています。",
            proof.entries + 1,
        )
    beyond = Entry.objects.filter(number__gt=head.number).order_by("number").first()
    if beyond and Head.objects.filter(number__lt=beyond.number).exists():
        raise Broken(f"{beyond.number} 番の証跡が、先頭の記録より先にあります。", beyond.number)


def _nothing_slipped_in(proof: Proof) -> None:
    sealed = Reading.objects.filter(sealed_by__number__lte=proof.entries).count()
    if sealed != proof.readings:
        raise Broken(f"封印された閲覧記録は {proof.readings} 件のはずですが、{sealed} 件あります。")
