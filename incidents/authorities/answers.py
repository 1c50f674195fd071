"""What the answers about an incident mean for one authority: due, to be weighed, or not concerned.

Pure: no database. An answer that nobody can give yet counts as yes where a mere possibility (おそれ) makes a report due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import models


class Answer(models.TextChoices):
    YES = "yes", "はい"
    NO = "no", "いいえ"
    UNKNOWN = "unknown", "分からない"


class Verdict(models.TextChoices):
    """What follows for one authority."""

    DUE = "due", "報告が必要"
    ASK = "ask", "判断が必要"
    NO = "no", "対象外"


class AsksQuestion(Protocol):
    """What is read of a question (TriggerQuestion)."""

    code: str
    unknown_counts: bool
    asked_when: str
    threshold: int | None


class HasTriggers(Protocol):
    """What is read of an authority (Authority)."""

    needs: list[str]
    any_of: list[str]
    unless: list[str]
    longer_for: list[str]
    is_voluntary: bool


@dataclass(frozen=True)
class Finding:
    """The verdict for one authority, the questions it rests on, and whether the final report has the longer term."""

    verdict: Verdict
    grounds: tuple[str, ...] = ()
    is_longer: bool = False


class Answers:
    """The answers of one assessment; `given` is None as long as nobody has assessed the incident."""

    def __init__(self, given: Mapping[str, str] | None, questions: Iterable[AsksQuestion], *, people_count: int | None = None) -> None:
        self.given = given
        self.questions = {question.code: question for question in questions}
        self.people_count = people_count

    def of(self, code: str) -> str:
        """The answer to a question: no where what it presupposes is no, from the number where it asks for one, else unknown."""
        question = self.questions.get(code)
        if question is not None and question.asked_when and self.of(question.asked_when) == Answer.NO:
            return Answer.NO
        if question is not None and question.threshold is not None:
            if self.people_count is None:
                return Answer.UNKNOWN
            return Answer.YES if self.people_count > question.threshold else Answer.NO
        return (self.given or {}).get(code) or Answer.UNKNOWN

    def counts(self, code: str) -> bool:
        """Whether the answer counts as yes; a question that is not asked any more counts for nothing."""
        question = self.questions.get(code)
        if question is None:
            return False
        answer = self.of(code)
        return answer == Answer.YES or (answer == Answer.UNKNOWN and question.unknown_counts)

    def finding(self, authority: HasTriggers) -> Finding:
        """What the answers mean for an authority; without any question it is always told (3.4.2.10.3 has no threshold).

        The grounds of one that is always told are all that was answered with yes, so that a decision not to send can be
        held against what came up later.
        """
        if not authority.needs and not authority.any_of:
            return Finding(Verdict.DUE, tuple(code for code in self.questions if self.of(code) == Answer.YES))
        if self.given is None:
            return Finding(Verdict.ASK)
        if any(self.of(code) == Answer.YES for code in authority.unless):
            return Finding(Verdict.NO)
        needed = [code for code in authority.needs if self.counts(code)]
        found = [code for code in authority.any_of if self.counts(code)]
        if len(needed) < len(authority.needs) or (authority.any_of and not found):
            return Finding(Verdict.NO)
        is_longer = any(self.of(code) == Answer.YES for code in authority.longer_for)
        return Finding(Verdict.ASK if authority.is_voluntary else Verdict.DUE, (*needed, *found), is_longer)
