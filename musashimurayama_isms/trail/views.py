"""The trail on the screen, for those whom a higher floor lets in."""

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters.views import FilterView

from musashimurayama_isms.paging import LongList

from . import access
from .filters import EntryFilter
from .models import Entry, Head


class EntryPages(LongList):
    """The chain has no gaps: how many entries there are stands in its head."""

    @cached_property
    def count(self) -> int:
        head = None if self.object_list.query.where else Head.objects.first()
        return head.number if head else super().count


class EntryList(FilterView):
    """All entries, newest first, narrowed by act, person and days; 404 for everyone who may not read the trail."""

    filterset_class = EntryFilter
    template_name = "trail/list.html"
    paginate_by = 50
    paginator_class = EntryPages
    strict = False

    def get_queryset(self):
        if not access.may_read(self.request.user, at=timezone.now()):
            raise Http404
        return Entry.objects.all()
