"""The short test: questions with choices, the score of an answer sheet."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError

FEWEST, MOST = 2, 6


@dataclass(frozen=True)
class Question:
    """One question with its choices; `answer` is the place of the right one, from 0. `reason` is shown once it was answered."""

    text: str
    choices: list[str] = field(default_factory=list)
    answer: int = 0
    reason: str = ""
    clause: str = ""

    def check(self) -> None:
        """ValidationError, by field, where it cannot be asked."""
        if not self.text.strip():
            raise ValidationError({"text": "問題文を入力してください。"})
        if not FEWEST <= len(self.choices) <= MOST:
            raise ValidationError({"choices": f"選択肢は、1行に1つ、{FEWEST}つから{MOST}つまで入力してください。"})
        if len(set(self.choices)) != len(self.choices):
            raise ValidationError({"choices": "同じ選択肢が2つあります。"})
        if not 0 <= self.answer < len(self.choices):
            raise ValidationError({"answer": f"正しい選択肢の番号は、1から{len(self.choices)}までです。"})

    def as_row(self) -> dict:
        return asdict(self)

    @property
    def right(self) -> str:
        return self.choices[self.answer]


def score(questions: Sequence[Question], answers: Sequence[int]) -> int:
    """How many per cent are right, rounded down; a sheet of another length raises ValueError."""
    if len(questions) != len(answers):
        raise ValueError("An answer for each question is needed")
    right = sum(question.answer == answer for question, answer in zip(questions, answers, strict=True))
    return right * 100 // len(questions)
