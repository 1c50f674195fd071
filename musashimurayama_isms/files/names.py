"""Names of uploaded files: kept readable, made harmless. They are shown and offered for saving, never used as a path."""

import re
import unicodedata

LENGTH = 150
UNNAMED = "添付ファイル"
FORBIDDEN = re.compile(r'[<>:"|?*]')  # what Windows does not let a file be called
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
INVISIBLE = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}  # control and direction marks, with which "fdp.exe" is made to look like "exe.pdf"


def safe_name(raw: str) -> str:
    """The last part of a path in NFC, without invisible characters, at most LENGTH characters, its extension kept.

    Total: whatever is given, the answer is a name that a Windows folder takes.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in INVISIBLE)
    name = FORBIDDEN.sub("_", " ".join(seen.split())).rstrip(". ")
    if DEVICES.match(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:LENGTH].rstrip(". ") or UNNAMED
    extension = extension[:10]
    return f"{stem[: LENGTH - 1 - len(extension)].strip() or UNNAMED}.{extension}"


def extension_of(name: str) -> str:
    """pdf for 報告書.PDF; empty without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""
