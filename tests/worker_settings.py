"""Settings of the worker that test_jobs_worker.py starts: those of the tests, but with the media folder of that one test."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

MEDIA_ROOT = Path(os.environ["MEDIA_DIR"])
