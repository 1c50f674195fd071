"""The whole file of an incident: every room of it in one paper, as far as the reader sees each."""

from datetime import datetime
from functools import cached_property

from incidents.authorities.page import AuthoritiesPage
from incidents.models import Call, Incident, Inquiry, OralEntry
from incidents.overview import Overview
from incidents.response.page import ResponsePage
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

FILE = "dashboard.incident_file"
EVIDENCE_VERBS = "incidents.evidence."


class IncidentFile:
    """One reader's view of one incident that the reader sees."""

    def __init__(self, incident: Incident, user: User, *, at: datetime) -> None:
        self.incident, self.user, self.at = incident, user, at
        self.overview = Overview(incident, user, at=at)
        self.response = ResponsePage(incident, user, at=at)
        self.outside = AuthoritiesPage(incident, user, at=at)

    @cached_property
    def calls(self) -> list[Call]:
        return list(self.incident.calls.select_related("by"))

    @cached_property
    def oral_entries(self) -> list[OralEntry]:
        return list(self.incident.oral_entries.select_related("spoken_by", "entered_by").order_by("spoken_at", "pk"))

    @cached_property
    def inquiries(self) -> list[Inquiry]:
        """What other sections were asked, where the reader sees it."""
        return list(Inquiry.objects.visible_to(self.user, at=self.at).about(self.incident).distinct().order_by("pk"))

    @cached_property
    def files(self) -> list[tuple[str, StoredFile]]:
        """Attachments of the report and of the evidence that the reader sees, each with what it hangs on."""
        found = [("報告", row) for row in self.overview.files]
        found += [("統合した報告", row) for row in self.response.merged_files]
        found += [(f"証拠 {piece.pk}", row) for piece in self.response.evidence for row in StoredFile.objects.about(piece)]
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        """The history; that there is evidence is told to nobody who may not know of it."""
        rows = Entry.objects.about(self.incident)
        return list(rows if self.response.evidence else rows.exclude(verb__startswith=EVIDENCE_VERBS))

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and words of each part."""
        return [(f"part{place}", f"{place}　{words}") for place, words in enumerate(self.parts, start=1)]

    parts = ("報告の内容", "報告の経過", "対応の記録", "外部への報告と公表", "他の所属への照会", "証拠", "添付ファイル", "履歴")
