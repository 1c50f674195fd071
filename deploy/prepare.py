"""Brings a trial installation up to date in one process: schema, reference data, the policy, the sample organisation, static files.

Each step may be repeated. Only the table of sample accounts goes to standard output, all else to standard error.
"""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def policy_file() -> Path | None:
    """The policy text to import: POLICY_FILE, or the first .txt in var/policy/; None leaves the outline of the reference data."""
    if name := os.environ.get("POLICY_FILE"):
        return Path(name)
    return min((ROOT / "var" / "policy").glob("*.txt"), default=None)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("load_reference", stdout=sys.stderr)
    if source := policy_file():
        call_command("import_policy", str(source), stdout=sys.stderr)
    call_command("sample_staff", password_env="SAMPLE_PASSWORD")  # noqa: S106  the name of a variable
    call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)


if __name__ == "__main__":
    main()
