"""The page that a fresh Django project gives: what `startproject` sets up, a person logged in, the rows of one query as a table.

`/?rows=50&cells=7` has the shape of the page that it is compared with. Its tables stand in a schema of their own, so that nothing of
the portal is in its way. `python -m deploy.bench.startproject` makes them and prints the cookie of a session.
"""

import os
import sys
from importlib import import_module

import dj_database_url
from django.conf import settings
from django.http import HttpRequest, HttpResponse

SCHEMA = "bench_startproject"

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            **dj_database_url.parse(os.environ["DATABASE_URL"]),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"options": f"-c search_path={SCHEMA}"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from deploy.bench.bare_table import MAKE, TABLE  # noqa: E402

PAGE = """<!doctype html><html lang="ja"><title>startproject</title><header>{{ user.username }}</header>
<main>{% for message in messages %}<p>{{ message }}</p>{% endfor %}<table>
{% for row in rows %}<tr>{% for cell in cells %}<td>{{ row.words }}</td>{% endfor %}</tr>
{% endfor %}</table></main></html>"""


class Row(models.Model):
    id = models.IntegerField(primary_key=True)
    words = models.CharField(max_length=100)

    class Meta:
        app_label = "startproject"
        db_table = TABLE
        managed = False

    def __str__(self) -> str:
        return self.words


template = engines["django"].from_string(PAGE)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """So many rows with so many cells each."""
    rows, cells = (int(request.GET.get(name, default)) for name, default in (("rows", 50), ("cells", 7)))
    return HttpResponse(template.render({"rows": Row.objects.order_by("pk")[:rows], "cells": range(cells)}, request))


urlpatterns = [path("", page)]
application = get_wsgi_application()


def make() -> str:
    """The tables with their rows and one person; gives the cookie of a session. Harmless when done again."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
    user, _ = User.objects.get_or_create(username="bench")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"})
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    sys.stdout.write(make())
