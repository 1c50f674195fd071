"""Settings of the production that tests/faults/composed.py starts: the real ones, but for tables made at once instead of by migrations."""

from musashimurayama_isms.settings import *  # noqa: F403
from musashimurayama_isms.settings import INSTALLED_APPS

MIGRATION_MODULES = dict.fromkeys((app.removesuffix(".apps").rpartition(".")[2] for app in INSTALLED_APPS), None)
