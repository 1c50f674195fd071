"""The addresses of static files: with digests in their names, and looked up once a process, for they stand until the next start."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class RememberingStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage; a page asks some forty addresses, each is reckoned once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file; while the files are being collected (`force`) nothing is remembered."""
        if force:
            return super().url(name, force)
        known = self._addresses.get(name)
        if known is None:
            known = self._addresses[name] = super().url(name)
        return known
