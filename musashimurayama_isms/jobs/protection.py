"""A workbook under a password, as Excel opens it (ECMA-376, AES): what tells of persons leaves the portal only so (3.9.1.4)."""

from io import BytesIO
from typing import BinaryIO

PROTECTABLE = (".xlsx",)


def protect(content: BinaryIO, password: str) -> BytesIO:
    """The same workbook, encrypted with the password; the password is kept nowhere."""
    from msoffcrypto.format.ooxml import OOXMLFile  # only a process that hands such a file out pays for it

    protected = BytesIO()
    OOXMLFile(content).encrypt(password, protected)
    protected.seek(0)
    return protected
