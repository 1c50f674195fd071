"""Handing a file out, to those who may see what it belongs to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from musashimurayama_isms.download import private_download
from musashimurayama_isms.trail.reading import note_reading

from .models import StoredFile


@require_GET
def download(request: HttpRequest, pk) -> HttpResponse:
    """The file as it was attached; 409 and an explanation when its content is no longer that, 410 when it was destroyed."""
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk)
    if stored.state == StoredFile.State.DESTROYED:
        return render(request, "files/destroyed.html", {"file": stored}, status=410)
    content = stored.open_verified(at=timezone.now())
    if content is None:
        return render(request, "files/altered.html", {"file": stored}, status=409)
    note_reading(request.user, stored)
    return private_download(content, name=stored.name, media_type=stored.media_type)
