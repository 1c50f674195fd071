"""What the page of a checklist shows: each question with its form or its answer, and how far it has come."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.contenttypes.models import ContentType

from assets.forms.service import ItemForm
from assets.models import Checklist, ChecklistItem
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry
from policy.numbers import printed


@dataclass(frozen=True)
class Line:
    """One question: its form for who may answer, its files."""

    item: ChecklistItem
    form: ItemForm | None
    files: list[StoredFile]

    @property
    def is_half(self) -> bool:
        """An answer is chosen that still lacks its evidence or its reason."""
        return bool(self.item.answer) and not self.item.is_complete


class ChecklistPage:
    """Everything once; the number of queries does not depend on the questions."""

    def __init__(self, checklist: Checklist, user: User, *, at: datetime, bound: ItemForm | None = None) -> None:
        self.checklist, self.user, self.at, self.bound = checklist, user, at, bound
        self.can_answer = checklist.can_answer(user, at=at)

    @cached_property
    def items(self) -> list[ChecklistItem]:
        return list(self.checklist.items.select_related("answered_by"))

    @cached_property
    def lines(self) -> list[Line]:
        return [Line(item, self._form(item), self._files[str(item.pk)]) for item in self.items]

    def _form(self, item: ChecklistItem) -> ItemForm | None:
        if not self.can_answer:
            return None
        return self.bound if self.bound and self.bound.instance.pk == item.pk else ItemForm(instance=item)

    @cached_property
    def _files(self) -> dict[str, list[StoredFile]]:
        """The files of all questions with one query."""
        kind = ContentType.objects.get_for_model(ChecklistItem)
        rows = StoredFile.objects.filter(content_type=kind, object_id__in=[str(item.pk) for item in self.items])
        found: dict[str, list[StoredFile]] = defaultdict(list)
        for row in rows.select_related("uploaded_by"):
            found[row.object_id].append(row)
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        """Who has answered what, oldest first."""
        entries = list(Entry.objects.about(self.checklist))
        for entry in entries:
            entry.note = f"項目{entry.changes['item']} {printed(entry.changes['criterion'])}：{entry.changes['answer'] or '未回答'}"
        return entries

    @property
    def answered(self) -> int:
        return sum(item.is_complete for item in self.items)

    @property
    def unmet(self) -> int:
        return sum(item.answer == ChecklistItem.Answer.UNMET for item in self.items)

    @property
    def is_complete(self) -> bool:
        return self.answered == len(self.items)
