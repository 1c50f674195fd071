"""Settings of the release that is yet to come, whose one app has a migration more."""

from tests.faults.production_settings import *  # noqa: F403
from tests.faults.production_settings import MIGRATION_MODULES

MIGRATION_MODULES = {**MIGRATION_MODULES, "jobs": "tests.faults.next_release"}
