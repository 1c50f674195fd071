"""The trail on the screen, for those whom a higher floor lets in."""

from django.http import Http404
from django.utils import timezone
from django_filters.views import FilterView

from . import access
from .filters import EntryFilter
from .models import Entry


class EntryList(FilterView):
    """All entries, newest first, narrowed by act, person and days; 404 for everyone who may not read the trail."""

    filterset_class = EntryFilter
    template_name = "trail/list.html"
    paginate_by = 50
    strict = False

    def get_queryset(self):
        if not access.may_read(self.request.user, at=timezone.now()):
            raise Http404
        return Entry.objects.all()
