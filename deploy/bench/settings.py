"""The portal's own settings, with a count of the queries in a header: for the bench alone, no installation imports it."""

from musashimurayama_isms.settings import *  # noqa: F403
from musashimurayama_isms.settings import MIDDLEWARE

MIDDLEWARE = ["deploy.bench.counting.count_queries", *MIDDLEWARE]
