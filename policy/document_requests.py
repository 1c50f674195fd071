"""The request document-version: asked for by the section, decided on, then the version comes into force (2.9, 3.4.2.3.7)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.html import format_html

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import DocumentVersion

CODE = "document-version"


@matter(CODE)
class DocumentVersionMatter(Matter):
    """The section's 課長 asks, the decider reads the version itself; approved, it is in force from its day."""

    locks_subject = True
    starts_elsewhere = "「ポリシー」の「規程・手順」で文書の案を書き、「承認を求める」を押すと申請になります。"
    checks = (
        Check("2.9", "対策基準に沿った、具体的な手順や内容になっていますか"),
        Check("3.10.1.5", "公開の範囲と閲覧を認める人は、業務に必要な範囲に収まっていますか"),
    )

    def department(self, drafter_section: Department, subjects: list) -> Department:
        return subjects[0].document.owner

    def guard(self, request: Request, *, at: datetime) -> None:
        """What is asked for, and what is decided on, is the version as it stood when it was put into the request."""
        version = version_of(request)
        version.guard_ready()
        if not version.is_unsettled or version.document.is_withdrawn(day_of(at)):
            raise InvalidTransition("この版は、もう承認を求められません。文書の画面で状況を確かめてください。")
        if request.content.get("digest") != version.digest():
            raise InvalidTransition(
                "申請の後で案が書き直されています。文書の画面で内容を確かめ、もう一度「承認を求める」を押してください。"
            )

    def submitted(self, request: Request, *, by: User, at: datetime) -> None:
        version_of(request).send(by=by, at=at)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        version_of(request).approve(by=by, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        """Refused, returned or taken back: a draft again, for the section to go on with."""
        version = version_of(request)
        if version.status == DocumentVersion.Status.IN_REVIEW:
            version.send_back(by=by, at=at)

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        version = version_of(request)
        document = version.document
        return [
            ("文書", format_html('<a href="{}">{}</a>（本文とファイルを読む）', version.get_absolute_url(), version)),
            ("所管の課", document.owner.full_name),
            ("種別", document.get_kind_display()),
            ("公開の範囲", document.get_confidentiality_display()),
            ("施行日", wareki(date.fromisoformat(content["effective_on"])) if content.get("effective_on") else ""),
            ("次の見直し日", wareki(date.fromisoformat(content["review_on"])) if content.get("review_on") else ""),
            ("変更点", content.get("change_note", "")),
        ]


def version_of(request: Request) -> DocumentVersion:
    """The one subject of the request."""
    key = request.subjects.values_list("object_id", flat=True).get()
    return DocumentVersion.objects.select_related("document__owner__parent").get(pk=key)


def content_of(version: DocumentVersion) -> dict[str, Any]:
    """What the request keeps of a version: the days, what changed, and the digest of all of it."""
    return {
        "effective_on": version.effective_on.isoformat() if version.effective_on else "",
        "review_on": version.review_on.isoformat() if version.review_on else "",
        "change_note": version.change_note,
        "digest": version.digest(),
    }


def live_request(version: DocumentVersion) -> Request | None:
    """The request about a version in which something is still to happen."""
    return Request.objects.about(version).live().select_related("type", "department__parent", "drafter", "applicant").first()


@transaction.atomic
def ask(version: DocumentVersion, *, by: User, at: datetime) -> Request:
    """承認を求める: submitted where the person is the 課長, else handed to the 課長 to submit.

    A request that was returned, or waits for the 課長, is taken up again with the draft as it stands now. InvalidTransition
    where it lies with somebody else, is in review already, or the draft is not ready.
    """
    request = live_request(version)
    if request is None:
        request = Request.draft(CODE, by=by, at=at, subjects=[version], content=content_of(version))
    elif not request.can_edit(by, at=at):
        raise InvalidTransition(
            f"この版の申請は「{request.get_status_display()}」です。続きは、起案した{request.drafter.name}さんか課長が行います。"
        )
    else:
        request.edit(content_of(version), by=by, at=at)
    if request.applying(by, at=at):
        request.submit(by=by, at=at)
    else:
        request.prepare(by=by, at=at)
    return request
