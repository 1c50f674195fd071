"""Brings a trial installation up to date in one process: schema, reference data, the policy, the sample organisation, static files.

Each step may be repeated. Only the table of sample accounts goes to standard output, all else to standard error.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def policy_file() -> Path | None:
    """The policy text to import: POLICY_FILE, or the first .txt in var/policy/; None leaves the outline of the reference data."""
    if name := os.environ.get("POLICY_FILE"):
        return Path(name)
    return min((ROOT / "var" / "policy").glob("*.txt"), default=None)


def static_state() -> str:
    """A digest of names, sizes and times of all static files: compressing them again takes longer than all the rest."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = os.stat(storage.path(name))
            digest.update(f"{storage.path(name)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(stamp: Path = ROOT / "var" / "static.state") -> None:
    """Collects the static files where they are not those of the last time."""
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
        stamp.write_text(state)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("load_reference", stdout=sys.stderr)
    if source := policy_file():
        call_command("import_policy", str(source), stdout=sys.stderr)
    call_command("sample_staff", password_env="SAMPLE_PASSWORD")  # noqa: S106  the name of a variable
    collect_static()


if __name__ == "__main__":
    main()
