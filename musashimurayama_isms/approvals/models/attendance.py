"""出席: who sat in a meeting, who sent a deputy, who else was there; and whether that was enough."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import Committee, User


@dataclass(frozen=True)
class Sitting:
    """A person who sits on a committee on a day, with the posts that give the seat."""

    person: User
    post: str
    is_chair: bool


def sitting(committee: Committee, *, on: date) -> list[Sitting]:
    """The members of the day, the chair first, each once whatever posts they hold; vacant seats have nobody."""
    found: dict[int, Sitting] = {}
    for seat, rows in committee.seated(on):
        for row in rows:
            before = found.get(row.person_id)
            post = f"{before.post}、{seat.post}" if before else str(seat.post)
            if row.person.is_active:
                found[row.person_id] = Sitting(row.person, post[:200], seat.is_chair or bool(before and before.is_chair))
    return list(found.values())


@dataclass(frozen=True)
class Quorum:
    """Whether enough members are there to decide: more than `percent` of those who are not excluded."""

    eligible: int
    present: int
    percent: int

    @property
    def needed(self) -> int:
        """The smallest number that is enough; one more than there are where nobody may decide."""
        return self.percent * self.eligible // 100 + 1

    @property
    def is_met(self) -> bool:
        return self.present >= self.needed


class Attendance(models.Model):
    """One person and one meeting; made when the secretariat records who was there, called persons when they are called."""

    class Presence(models.TextChoices):
        CALLED = "called", "未記録"
        PRESENT = "present", "出席"
        DEPUTY = "deputy", "代理出席"
        ABSENT = "absent", "欠席"

    WRITTEN = {Presence.PRESENT: "回答", Presence.DEPUTY: "代理回答", Presence.ABSENT: "回答なし"}

    meeting = models.ForeignKey("approvals.Meeting", verbose_name="会議", on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("氏名", max_length=100)
    post = models.CharField("職・所属", max_length=200, blank=True)
    is_member = models.BooleanField("委員", default=False)
    is_chair = models.BooleanField("委員長", default=False)
    presence = models.CharField("出欠", max_length=8, choices=Presence, default=Presence.CALLED)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代理出席者", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("並び順", default=1)

    class Meta:
        verbose_name = "出席"
        verbose_name_plural = "出席"
        ordering = ["-is_member", "position", "pk"]
        indexes = [models.Index(fields=["person", "meeting"])]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="approvals_attendance_once"),
            models.CheckConstraint(
                condition=Q(presence="deputy", deputy__isnull=False) | (~Q(presence="deputy") & Q(deputy__isnull=True)),
                name="approvals_attendance_deputy_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.words}）"

    @property
    def is_there(self) -> bool:
        return self.presence in (self.Presence.PRESENT, self.Presence.DEPUTY)

    @property
    def words(self) -> str:
        """出席, or 回答 in a meeting by writing."""
        written = self.meeting.form == self.meeting.Form.WRITTEN
        return self.WRITTEN.get(self.Presence(self.presence), "未記録") if written else self.get_presence_display()

    @property
    def speaker_id(self) -> int | None:
        """Who really sat there: the deputy where one was sent."""
        return self.deputy_id or self.person_id

    @staticmethod
    def quorum(rows: Iterable["Attendance"], *, excluded: Collection[int], percent: int) -> Quorum:
        """Of these rows, without the excluded: they count neither for the quorum nor in a vote, nor do they as deputies."""
        members = [row for row in rows if row.is_member and row.person_id not in excluded]
        present = [row for row in members if row.is_there and row.speaker_id not in excluded]
        return Quorum(len(members), len(present), percent)
