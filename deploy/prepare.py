"""Brings a trial installation up to date in one process: schema, reference data, the policy, the sample organisation, static files.

Each step may be repeated. Only the table of sample accounts goes to standard output, all else to standard error.
"""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from deploy.statics import collect_static, set_up

ROOT = Path(__file__).resolve().parent.parent


def policy_file() -> Path | None:
    """The policy text to import: POLICY_FILE, or the first .txt in var/policy/; None leaves the outline of the reference data."""
    if name := os.environ.get("POLICY_FILE"):
        return Path(name)
    return min((ROOT / "var" / "policy").glob("*.txt"), default=None)


def prepare() -> None:
    """The steps in their order; raises CommandError with a Japanese sentence where one cannot be taken."""
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("load_reference", stdout=sys.stderr)
    if source := policy_file():
        call_command("import_policy", str(source), stdout=sys.stderr)
    call_command("sample_staff", password_env="SAMPLE_PASSWORD")  # noqa: S106  the name of a variable
    collect_static()


def main() -> None:
    try:
        set_up()
        prepare()
    except (CommandError, ImproperlyConfigured) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
