"""The bare page: a Django project of one view, without middleware, that draws the rows of one query as a table.

`/?rows=50&cells=7` has the shape of the page that it is compared with.
"""

import os

import dj_database_url
from django.conf import settings
from django.http import HttpRequest, HttpResponse

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {**dj_database_url.parse(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 60}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    INSTALLED_APPS=[],
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from deploy.bench.bare_table import TABLE  # noqa: E402

PAGE = """<!doctype html><html lang="ja"><title>bare</title><main><table>
{% for row in rows %}<tr>{% for cell in cells %}<td>{{ row.words }}</td>{% endfor %}</tr>
{% endfor %}</table></main></html>"""


class Row(models.Model):
    id = models.IntegerField(primary_key=True)
    words = models.CharField(max_length=100)

    class Meta:
        app_label = "bare"
        db_table = TABLE
        managed = False

    def __str__(self) -> str:
        return self.words


template = engines["django"].from_string(PAGE)


def page(request: HttpRequest) -> HttpResponse:
    """So many rows with so many cells each."""
    rows, cells = (int(request.GET.get(name, default)) for name, default in (("rows", 50), ("cells", 7)))
    return HttpResponse(template.render({"rows": Row.objects.order_by("pk")[:rows], "cells": range(cells)}))


urlpatterns = [path("", page)]
application = get_wsgi_application()
