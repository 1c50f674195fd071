"""A new text beside the one in force: compared as soon as it is there, and again where that one has changed since."""

from collections import Counter
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.hands import Hands
from policy.models import ClauseChange, ObligationReview, Revision
from policy.models.review import role_of


@transaction.atomic
def compare(draft: Revision, *, by: User | None, at: datetime) -> bool:
    """Compare a draft with the text in force on that day and begin the review of the obligations anew; what was decided falls.

    `by` prepares texts, or is None for the operator at the command line. Gives False where no text is in force: the first
    one changes nothing. Raises InvalidTransition for what is no draft, PermissionDenied for anybody else.
    """
    revision = draft.locked()
    if revision.status != Revision.Status.DRAFT:
        raise InvalidTransition(f"この版は「{revision.get_status_display()}」のため、比べ直せません。")
    if by is not None and not Hands.of(by, at=at).prepares:
        raise PermissionDenied("版を比べられるのは、中央電子計算組織管理者とポータルの管理者だけです。")
    base = Revision.objects.in_force(day_of(at)).filter(document=revision.document, is_outline=False).exclude(pk=revision.pk).first()
    if base is None:
        return False
    changes = ClauseChange.renew(revision, base)
    reviews = ObligationReview.renew(revision, changes, at=at)
    revision.base = base
    revision.save(update_fields=["base"])
    counts = dict(Counter(str(change.kind) for change in changes))
    role = role_of(by, at=at) if by else ""
    record(by, "policy.revision.compared", revision, role=role, at=at, changes=counts, reviews=sum(row.is_open for row in reviews))
    draft.refresh_from_db()
    return True
