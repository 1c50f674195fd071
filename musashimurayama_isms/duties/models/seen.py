"""What hangs on an object is as visible as the object; the rest is for everyone."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.subjects import visible_keys


def of_seen_subjects(user: User, duties: QuerySet, prefix: str = "") -> Q:
    """Duties without a subject, and those whose subject the person may see: its model is asked through `objects.visible_to`.

    `prefix` leads from the rows that are filtered to the duty.
    """
    seen = Q(**{f"{prefix}content_type__isnull": True})
    for content_type in ContentType.objects.filter(pk__in=duties.order_by().values("content_type")):
        keys = visible_keys(content_type, user)
        found = Q(**{f"{prefix}content_type": content_type})
        seen |= found if keys is None else found & Q(**{f"{prefix}object_id__in": keys})
    return seen
