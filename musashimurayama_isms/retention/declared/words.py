"""What several kinds say alike."""

from django.db.models import Q

COPIES = "情報公開の写しを作成中か、写しが残っている"


def copies() -> Q:
    """A masked copy that is under way, or kept still: its frozen text is that of the record, so it goes first."""
    return Q(status__in=("draft", "submitted", "approved")) & ~Q(lines=[])
