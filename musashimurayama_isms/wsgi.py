"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")

YOUNG = 10_000  # objects that come into being before the collector looks at them: about those of one page

application = get_wsgi_application()
get_resolver().url_patterns  # all pages are imported now, not by the first click  # noqa: B018
# What was loaded stays until the process ends: without this the collector would walk through all of it every few pages.
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG)
