"""Reads a policy: bytes in, a `Reading` with the parsed policy or the reason of refusal out; never an exception."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from policy.numbers import printed

from .back import Back, find_back, read_colophon, read_cover, read_glossary, read_history
from .clauses import clauses_of
from .contents import Contents, read_contents
from .corrections import Known, correct, known_defects
from .dates import first_day_of
from .headings import Headings
from .lines import Line, lines_of
from .parsed import Policy
from .source import Refused, decode, load

LEVELS = {1: "章", 2: "節", 3: "(1)", 4: "ア", 5: "(ア)", 6: "a"}


@dataclass(frozen=True)
class Reading:
    """What came of a file: `policy`, or `refusal` with a sentence that says why nothing was read."""

    name: str
    digest: str
    encoding: str = ""
    policy: Policy | None = None
    refusal: str = ""
    lines: list[Line] = field(default_factory=list, repr=False)

    @property
    def effective_on(self) -> date | None:
        """The first day of the month in the name of the revision (令和4年8月（改定） → 2022-08-01), or of 発行年月."""
        if self.policy is None:
            return None
        return first_day_of(self.policy.revision) or first_day_of(self.policy.colophon.get("発行年月", ""))

    def report(self) -> dict:
        """The report as plain data, for `Revision.report`: counts, corrections by kind and certainty, anomalies."""
        head = {"name": self.name, "digest": self.digest, "encoding": self.encoding, "refusal": self.refusal}
        if self.policy is None:
            return head
        policy = self.policy
        return head | {
            "title": policy.title,
            "revision": policy.revision,
            "colophon": policy.colophon,
            "clauses": {LEVELS[depth]: count for depth, count in sorted(policy.levels().items())},
            "terms": len(policy.glossary),
            "history": len(policy.history),
            "tables": sum(len(clause.tables) for clause in policy.clauses),
            "corrections": [
                {"kind": kind, "certainty": certainty, "count": count}
                for (kind, certainty), count in sorted(Counter((c.kind, c.certainty) for c in policy.corrections).items())
            ],
            "anomalies": [asdict(anomaly) for anomaly in policy.anomalies],
        }

    def sentences(self) -> list[str]:
        """The report as lines for people."""
        if self.policy is None:
            return [f"{self.name}: 読み込めませんでした。", self.refusal]
        report = self.report()
        clauses = "、".join(f"{level} {count}" for level, count in report["clauses"].items())
        corrections = "、".join(f"{row['kind']}({row['certainty']}) {row['count']}" for row in report["corrections"])
        return [
            f"{self.name}: {report['title']} {report['revision']}（{self.encoding}、{len(self.lines)}行）",
            f"条項 {len(self.policy.clauses)}件（{clauses}）、表 {report['tables']}件",
            f"用語 {report['terms']}件、改定履歴 {report['history']}件",
            f"校訂 {len(self.policy.corrections)}件（{corrections or 'なし'}）。Aは本文に反映、B・Cは候補として表示します。",
            f"確認事項 {len(self.policy.anomalies)}件",
            *(f"  {anomaly.line}行目 [{anomaly.kind}] {anomaly.message}" for anomaly in self.policy.anomalies),
        ]


def read_file(path: Path, known: Sequence[Known] | None = None) -> Reading:
    """Read a file; one over the limit is refused without reading it."""
    try:
        source = load(path)
    except Refused as refused:
        return Reading(path.name, "", refusal=str(refused))
    return read(source, path.name, known)


def read(source: bytes, name: str, known: Sequence[Known] | None = None) -> Reading:
    """Read the bytes of a text; `known` are the defects to look for (default: fixtures/corrections.json)."""
    digest = hashlib.sha256(source).hexdigest()
    try:
        text, encoding = decode(source)
        lines = lines_of(text)
        policy = parse(lines, known_defects() if known is None else known)
    except Refused as refused:
        return Reading(name, digest, refusal=str(refused))
    return Reading(name, digest, encoding, policy, lines=lines)


def parse(lines: list[Line], known: Sequence[Known]) -> Policy:
    """The policy that the lines hold; Refused where there is no chapter at all."""
    policy = Policy()
    contents = read_contents(lines, policy)
    _read_front(lines, contents, policy)
    back = find_back(lines, contents.end, policy.title)
    headings = Headings(lines, range(contents.end, back.start), contents, policy).walk()
    if not any(heading.place is not None for heading in headings):
        raise Refused("章の見出し（「第1章 …」）が一つも見つかりません。情報セキュリティポリシー本文のテキストファイルか確認してください。")
    policy.clauses = clauses_of(headings, lines, back.start, policy)
    _read_back(lines, back, policy)
    _account_for_the_rest(lines, policy)
    correct(policy, known)
    _note_what_is_missing(back, policy)
    policy.anomalies.sort(key=lambda anomaly: anomaly.line)
    return policy


def _read_front(lines: list[Line], contents: Contents, policy: Policy) -> None:
    end = contents.start if contents.end else next((place for place, line in enumerate(lines) if line.chapter), 0)
    read_cover(lines[:end], policy)
    for line in lines[contents.start : contents.end]:
        if not line.is_blank:
            policy.ledger[line.number] = "toc"


def _read_back(lines: list[Line], back: Back, policy: Policy) -> None:
    if back.glossary is not None:
        read_glossary(lines[back.glossary : back.after(back.glossary)], policy)
    if back.history is not None:
        read_history(lines[back.history : back.after(back.history)], policy)
    if back.colophon is not None:
        read_colophon(lines[back.colophon : back.after(back.colophon)], policy)


def _account_for_the_rest(lines: list[Line], policy: Policy) -> None:
    for line in lines:
        if line.is_blank:
            policy.ledger[line.number] = "blank"
        elif line.number not in policy.ledger:
            policy.ledger[line.number] = "unread"
            policy.note(line.number, "TEXT", "どの章にも属さない行です。本文に含めていません。")


def _note_what_is_missing(back: Back, policy: Policy) -> None:
    if back.glossary is None:
        policy.note(0, "GLOSSARY", "用語集が見つかりません。")
    if back.history is None:
        policy.note(0, "HISTORY", "改定履歴が見つかりません。")
    if not policy.revision:
        policy.note(0, "TEXT", "表紙に版の名前（例 令和4年8月（改定））が見つかりません。")
    for clause in policy.clauses:
        if not (clause.heading or clause.text or clause.tables):
            policy.note(clause.line, "TEXT", f"{printed(clause.number)}に見出しも本文もありません。")
