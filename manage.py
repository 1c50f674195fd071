#!/usr/bin/env python
"""Runs the portal's commands; a wrong setting ends in one clear sentence, not in a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")
    try:
        from django.conf import settings

        settings.SECRET_KEY  # noqa: B018  reading one setting loads them all
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"起動できません: {error}")


if __name__ == "__main__":
    main()
