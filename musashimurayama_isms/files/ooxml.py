"""Looks into docx, xlsx and pptx: really one, without macros, and no bomb. Nothing is unpacked to disk."""

import struct
import zipfile
import zlib
from typing import BinaryIO
from xml.etree import ElementTree  # nosec B405

MEMBERS = 5_000
UNPACKED_BYTES = 300 * 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"
CONTENT_TYPES_BYTES = 2 * 1024 * 1024
ACTIVE = ("vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/", "/dialogsheets/", "oleobject")
CHUNK = 1024 * 1024

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    RuntimeError,
    EOFError,
    OSError,
)

DAMAGED = "ファイルが壊れているか、Office の形式ではありません。元のソフトで開いて保存し直してください。"
MACRO = "マクロなど、開くと動くものが入っています。取り除き、docx・xlsx・pptx で保存し直してください。"
BOMB = "開くと極端に大きくなるファイルのため、確認できません。必要な部分だけを別のファイルにしてください。"
LOCKED = "パスワードが付いているため、中身を確認できません。パスワードを外して添付してください。"


class BadOffice(Exception):
    """Why a file is refused: a Japanese sentence."""


def inspect(content: BinaryIO, *, main_part: str) -> None:
    """Raise BadOffice unless the open file is an OOXML package whose main part is of this content type, without macros."""
    try:
        with zipfile.ZipFile(content) as package:
            _check_members(package.infolist())
            _check_parts(package, main_part)
            _unpack(package)
    except BROKEN as error:
        raise BadOffice(DAMAGED) from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise BadOffice(LOCKED)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise BadOffice(DAMAGED)
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise BadOffice(BOMB)
    if any(word in f"/{member.filename.lower()}" for member in members for word in ACTIVE):
        raise BadOffice(MACRO)


def _check_parts(package: zipfile.ZipFile, main_part: str) -> None:
    with package.open(CONTENT_TYPES) as file:
        text = file.read(CONTENT_TYPES_BYTES + 1)
    if len(text) > CONTENT_TYPES_BYTES or b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadOffice(DAMAGED)
    # neither DTD nor entities are in it, and its length is bounded: nothing for an XML attack
    root = ElementTree.fromstring(text)  # noqa: S314 # nosec B314
    types = {element.get("ContentType", "") for element in root}
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types):
        raise BadOffice(MACRO)
    if main_part not in types:
        raise BadOffice(DAMAGED)


def _unpack(package: zipfile.ZipFile) -> None:
    """Read every member through: what the directory says of sizes may be a lie, the bytes are not."""
    total = 0
    for member in package.infolist():
        with package.open(member) as file:
            while chunk := file.read(CHUNK):
                total += len(chunk)
                if total > UNPACKED_BYTES:
                    raise BadOffice(BOMB)
