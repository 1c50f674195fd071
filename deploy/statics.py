"""Collects the static files into var/static, with digests in their names, where they are not those of the last time.

A release that came in a bundle (deploy/bundle) has brought its own: they stand in its folder DELIVERED and are never collected again.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
DELIVERED = "collected"


def set_up() -> None:
    """Django with the portal's settings; raises ImproperlyConfigured for a setting that is missing or wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")
    django.setup()


def static_state() -> str:
    """A digest of names, sizes and times of all static files: compressing them again takes longer than all the rest."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = os.stat(storage.path(name))
            digest.update(f"{storage.path(name)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(stamp: Path = ROOT / "var" / "static.state") -> None:
    """Collects the static files where they are not those of the last time and were not delivered."""
    if (ROOT / DELIVERED).is_dir():
        return
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
        stamp.write_text(state)


def main() -> None:
    try:
        set_up()
        collect_static()
    except ImproperlyConfigured as error:
        sys.exit(f"中止しました: {error}")


if __name__ == "__main__":
    main()
