"""Whether and how an incident is published, with the reasons: proposed, then approved for the committee (3.4.2.10.4)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from incidents.authorities.holders import assessor, deciders
from incidents.parties import COMMITTEE_CODE, Actor
from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Item, Resolution
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

PROPOSED = "incidents.publication.proposed"
APPROVED = "incidents.publication.approved"
RETURNED = "incidents.publication.returned"
PUBLISHED = "incidents.publication.published"
NO_BASIS = "この議決は根拠にできません。委員会がこのインシデントの後に可決・了承したものを選んでください。"
NOT_IN_LIST = (
    "所属長を通さない報告は半期の一覧に載らないため、この方法では公表されません。「個別に公表する」か「公表しない」を選んでください。"
)


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        incidents = self.model._meta.get_field("incident").related_model.objects
        return self.filter(incident__in=incidents.submitted().visible_to(user, at=at).order_by().values("pk"))

    def in_force(self) -> Self:
        """Approved and not replaced by a later decision: at most one an incident."""
        return self.filter(status=Publication.Status.APPROVED)

    def proposed(self) -> Self:
        """Those that wait for a member of the committee."""
        return self.filter(status=Publication.Status.PROPOSED, incident__is_drill=False)


class Publication(models.Model):
    """One proposal and what became of it; a later one takes its place, nothing is altered."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "承認待ち"
        APPROVED = "approved", "決定"
        RETURNED = "returned", "差戻し"
        REPLACED = "replaced", "改めた"

    TRANSITIONS = {
        Status.PROPOSED: {Status.APPROVED, Status.RETURNED, Status.REPLACED},
        Status.APPROVED: {Status.REPLACED},
        Status.RETURNED: set(),
        Status.REPLACED: set(),
    }

    class Way(models.TextChoices):
        AT_ONCE = "at_once", "個別に公表する"
        HALF_YEARLY = "half_yearly", "半期の一覧で公表する"
        NOT = "not", "公表しない"

    class Ground(models.TextChoices):
        LAW = "law", "法律が報告を求める漏えい等に当たる"
        IMPROPER = "improper", "著しく不適切な扱いがあった"
        CITIZENS = "citizens", "市民生活に影響がある"
        WIDE = "wide", "影響する範囲が広い、または広がるおそれがある"
        SLIGHT = "slight", "影響が小さい"
        INVESTIGATION = "investigation", "捜査に支障がある"
        PERSONS = "persons", "本人が公表を望まない"
        NO_HARM = "no_harm", "回収済みなどで二次被害のおそれがない"
        WEAKNESS = "weakness", "対策の弱点が知られ、新たな被害を招く"
        OTHER = "other", "その他"

    class Basis(models.TextChoices):
        RESOLUTION = "resolution", "委員会の議決"
        MEMBER = "member", "委員の承認（急ぐとき。次の委員会に報告）"

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="publications")
    version = models.PositiveIntegerField("版")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PROPOSED)
    way = models.CharField("公表の方法", max_length=16, choices=Way)
    to_press = models.BooleanField("報道機関に知らせる", default=False)
    on_website = models.BooleanField("市のホームページに載せる", default=False)
    grounds = models.JSONField("考えたこと", default=list)
    reason = models.TextField("理由", max_length=2000)
    text = models.TextField("公表する文", blank=True, max_length=4000)
    planned_on = models.DateField("公表の予定日", null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="案を作った人", on_delete=models.PROTECT, related_name="+")
    proposed_as = models.CharField("役割", max_length=200)
    proposed_at = models.DateTimeField("案の日時")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="決めた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_as = models.CharField("決めた人の役割", max_length=200, blank=True)
    decided_at = models.DateTimeField("決めた日時", null=True, blank=True)
    basis = models.CharField("決め方", max_length=16, choices=Basis, blank=True)
    resolution = models.ForeignKey(
        Resolution, verbose_name="議決", null=True, blank=True, on_delete=models.PROTECT, related_name="publications"
    )
    comment = models.TextField("意見", blank=True, max_length=2000)
    published_on = models.DateField("公表した日", null=True, blank=True)
    published_where = models.CharField("公表した場所", max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "公表の判断"
        verbose_name_plural = "公表の判断"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "version"], name="incidents_publication_version_once"),
            models.UniqueConstraint(fields=["incident"], condition=Q(status="proposed"), name="incidents_publication_one_proposed"),
            models.UniqueConstraint(fields=["incident"], condition=Q(status="approved"), name="incidents_publication_one_in_force"),
            models.CheckConstraint(condition=~Q(reason=""), name="incidents_publication_has_reason"),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "replaced")) | Q(decided_at__isnull=False),
                name="incidents_publication_decided_has_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "way"])]

    def __str__(self) -> str:
        return f"{self.incident.number} 公表の判断 第{self.version}版"

    def get_absolute_url(self) -> str:
        return reverse("incidents:authorities", args=[self.incident_id])

    @property
    def ground_words(self) -> list[str]:
        return [self.Ground(code).label for code in self.grounds]

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_to_be_published(self) -> bool:
        """Decided to be published by itself, and not published yet."""
        return self.status == self.Status.APPROVED and self.way == self.Way.AT_ONCE and self.published_on is None

    @classmethod
    def ways(cls, incident) -> tuple[Way, ...]:
        """The ways open for an incident: what passes by the chief never stands in the half-yearly list."""
        return tuple(way for way in cls.Way if way != cls.Way.HALF_YEARLY or not incident.bypasses_chief)

    @staticmethod
    def bases(incident) -> models.QuerySet[Resolution]:
        """The 議決 on which a decision may rest: of the committee, passed or noted, since the incident was noticed.

        None where the committee is kept out.
        """
        if incident.bypasses_chief:
            return Resolution.objects.none()
        passed = (Resolution.Outcome.PASSED, Resolution.Outcome.NOTED)
        rows = Resolution.objects.filter(agenda_item__item__committee__code=COMMITTEE_CODE, outcome__in=passed)
        return rows.filter(recorded_at__gte=incident.noticed_at).select_related("agenda_item__item").order_by("-recorded_at")

    # -- people ----------------------------------------------------------------------------------------------------
    def decider(self, user: User, *, at: datetime) -> Actor | None:
        """The person as one who may approve: a member of the committee who has not made the proposal."""
        if not self.is_proposed or self.proposed_by_id == user.pk:
            return None
        return next((actor for actor in deciders(self.incident, at=at) if actor.person.pk == user.pk), None)

    # -- transitions -----------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この案は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @classmethod
    @transaction.atomic
    def propose(cls, incident, *, by: User, at: datetime, way: str, grounds: list[str], reason: str, **fields) -> "Publication":
        """Put a proposal before the committee's members; one that still waits is replaced.

        `fields` are to_press, on_website, text, planned_on. Raises PermissionDenied, ValidationError, InvalidTransition.
        """
        incident = incident.lock()
        if incident.is_draft:
            raise InvalidTransition("まだ報告されていないため、公表は判断できません。")
        actor = assessor(incident, by, at=at)
        if way not in cls.ways(incident):
            raise ValidationError({"way": NOT_IN_LIST})
        _guard_content(way, reason, fields)
        for row in incident.publications.filter(status=cls.Status.PROPOSED):
            row.move_to(cls.Status.REPLACED)
            row.save(update_fields=["status"])
        words = {"way": way, "grounds": [cls.Ground(code).value for code in grounds], "reason": reason}
        version = incident.publications.count() + 1
        proposal = cls.objects.create(
            incident=incident, version=version, proposed_by=by, proposed_as=actor.label, proposed_at=at, **words, **fields
        )
        record(by, PROPOSED, incident, role=actor.label, at=at, version=version, way=proposal.get_way_display())
        return proposal

    @transaction.atomic
    def approve(self, *, by: User, at: datetime, basis: str, resolution: Resolution | None = None, comment: str = "") -> None:
        """A member decides for the committee, on its 議決 or, in haste, alone: then the committee is told at its next meeting."""
        proposal, actor = self._opened(by, at=at)
        if basis == self.Basis.RESOLUTION and resolution is None:
            raise ValidationError({"resolution": "議決を選んでください。まだのときは「委員の承認」を選びます。"})
        if basis == self.Basis.RESOLUTION and not self.bases(proposal.incident).filter(pk=resolution.pk).exists():
            raise ValidationError({"resolution": NO_BASIS})
        for row in proposal.incident.publications.in_force():
            row.move_to(self.Status.REPLACED)
            row.save(update_fields=["status"])
        proposal.move_to(self.Status.APPROVED)
        proposal.basis, proposal.resolution = basis, resolution if basis == self.Basis.RESOLUTION else None
        proposal._decide(actor, comment, at=at)
        if basis == self.Basis.MEMBER and not proposal.incident.bypasses_chief and not proposal.incident.is_drill:
            _tell_committee(proposal, by=by, at=at)
        way = proposal.get_way_display()
        record(
            by, APPROVED, proposal.incident, role=actor.label, at=at, version=proposal.version, way=way, basis=proposal.get_basis_display()
        )
        self.refresh_from_db()

    @transaction.atomic
    def give_back(self, *, by: User, at: datetime, comment: str) -> None:
        """Return the proposal with what has to be changed."""
        proposal, actor = self._opened(by, at=at)
        if not comment.strip():
            raise ValidationError({"comment": "直してほしいことを入力してください。"})
        proposal.move_to(self.Status.RETURNED)
        proposal._decide(actor, comment, at=at)
        record(by, RETURNED, proposal.incident, role=actor.label, at=at, version=proposal.version)
        self.refresh_from_db()

    @transaction.atomic
    def publish(self, *, by: User, at: datetime, published_on: date, where: str) -> None:
        """Record that what was decided has been published."""
        incident = self.incident.lock()
        decided = Publication.objects.get(pk=self.pk)
        if decided.status != self.Status.APPROVED or decided.way != self.Way.AT_ONCE:
            raise InvalidTransition("個別に公表すると決まった案だけ、公表したことを記録できます。")
        if decided.published_on:
            raise InvalidTransition("公表したことは、すでに記録されています。")
        actor = assessor(incident, by, at=at)
        if published_on > day_of(at):
            raise ValidationError({"published_on": "日付が未来になっています。公表した日を入力してください。"})
        decided.published_on, decided.published_where = published_on, where
        decided.save(update_fields=["published_on", "published_where"])
        record(by, PUBLISHED, incident, role=actor.label, at=at, version=decided.version, published_on=published_on)
        self.refresh_from_db()

    def _opened(self, by: User, *, at: datetime) -> tuple["Publication", Actor]:
        incident = self.incident.lock()
        proposal = Publication.objects.get(pk=self.pk)
        proposal.incident = incident
        if not proposal.is_proposed:
            raise InvalidTransition(f"この案は「{proposal.get_status_display()}」です。最新の状況を表示しました。")
        actor = proposal.decider(by, at=at)
        if actor is None:
            raise PermissionDenied("公表を決めるのは、案を作った人ではない情報化推進委員会の委員です。")
        return proposal, actor

    def _decide(self, actor: Actor, comment: str, *, at: datetime) -> None:
        self.decided_by, self.decided_as, self.decided_at, self.comment = actor.person, actor.label, at, comment
        self.save(update_fields=["status", "basis", "resolution", "decided_by", "decided_as", "decided_at", "comment"])


def _guard_content(way: str, reason: str, fields: dict) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "重要度や影響範囲から考えた理由を入力してください。"})
    if way != Publication.Way.NOT and not fields.get("text", "").strip():
        raise ValidationError({"text": "公表する文を入力してください。個人が分かることは書きません。"})
    if way == Publication.Way.AT_ONCE and not (fields.get("to_press") or fields.get("on_website")):
        raise ValidationError({"on_website": "報道機関、ホームページのどちらか、または両方を選んでください。"})


def _tell_committee(proposal: Publication, *, by: User, at: datetime) -> None:
    """What a member decided in haste comes before the committee as a report of its own."""
    Item.bring(
        Committee.objects.get(code=COMMITTEE_CODE),
        Item.Kind.REPORT,
        title=f"インシデント {proposal.incident.number} の公表の決定（{proposal.get_way_display()}）",
        explanation=proposal.reason,
        clauses=["3.4.2.10.4"],
        by=by,
        at=at,
    )
