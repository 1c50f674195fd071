"""Looks at an upload before it is kept: name, size, kind by its bytes, digest. Read in chunks, nothing is written."""

import codecs
import hashlib
import re
from dataclasses import dataclass

import magic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from . import ooxml
from .kinds import ACCEPTED, ADVICE, BY_EXTENSION, OLD_OFFICE, FileKind
from .names import extension_of, safe_name

HEAD = 64 * 1024
ENCODINGS = ("utf-8-sig", "cp932")
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
OLD_OR_LOCKED = (
    "パスワード付き、または古い形式の Office ファイルは、中身を確認できません。パスワードを外し、docx・xlsx・pptx で保存し直してください。"
)
MAIL_HEADER = re.compile(rb"^(?:From |[A-Za-z][A-Za-z0-9-]*:)")
MAIL_HEADERS = (re.compile(rb"^from:", re.I | re.M), re.compile(rb"^(?:date|received|message-id|subject):", re.I | re.M))


@dataclass(frozen=True)
class Finding:
    """What an upload is: fit to be kept."""

    name: str
    size: int
    sha256: str
    kind: FileKind


def inspect(upload: File) -> Finding:
    """Look through an upload; ValidationError says in Japanese which file, why, and what to do."""
    name = safe_name(upload.name or "")
    kind = _kind_by_name(name)
    head, size, digest = _measure(upload, name)
    _check_content(upload, name, kind, head)
    return Finding(name, size, digest, kind)


def refuse(name: str, reason: str) -> ValidationError:
    """The one shape of a refusal: which file, then why and what to do."""
    return ValidationError(f"「{name}」は添付できません。{reason}", code="file")


def _kind_by_name(name: str) -> FileKind:
    extension = extension_of(name)
    if extension in BY_EXTENSION:
        return BY_EXTENSION[extension]
    told = f"「.{extension}」のファイルは受け付けていません。" if extension else "ファイル名に拡張子がありません。"
    raise refuse(name, told + ADVICE.get(extension, f"{ACCEPTED} のどれかにしてください。"))


def _measure(upload: File, name: str) -> tuple[bytes, int, str]:
    """The first bytes, the true size and the digest, in one reading that stops at the limit."""
    limit = settings.ATTACHMENT_MEGABYTES * 1024 * 1024
    head, size, digest = b"", 0, hashlib.sha256()
    for chunk in upload.chunks():
        head += chunk[: HEAD - len(head)] if len(head) < HEAD else b""
        size += len(chunk)
        digest.update(chunk)
        if size > limit:
            raise refuse(name, f"1つのファイルは{settings.ATTACHMENT_MEGABYTES}MBまでです。分けるか、小さくして添付してください。")
    if size == 0:
        raise refuse(name, "中身が空です。ファイルを確かめて、選び直してください。")
    return head, size, digest.hexdigest()


def _check_content(upload: File, name: str, kind: FileKind, head: bytes) -> None:
    if head.startswith(OLD_OFFICE):
        raise refuse(name, OLD_OR_LOCKED)
    if kind.starts and not head.startswith(kind.starts):
        raise refuse(name, _not_a(kind))
    if kind.main_part:
        _check_office(upload, name, kind)
    elif magic.from_buffer(head, mime=True) not in kind.seen_as:
        raise refuse(name, _not_a(kind))
    if kind.is_text and not _is_text(upload):
        raise refuse(name, _not_a(kind))
    if kind.is_mail and not (MAIL_HEADER.match(head) and all(header.search(head) for header in MAIL_HEADERS)):
        raise refuse(name, _not_a(kind))


def _not_a(kind: FileKind) -> str:
    return f"拡張子は {kind.label} ですが、中身が違います。元のソフトで開いて保存し直すか、正しいファイルを選び直してください。"


def _check_office(upload: File, name: str, kind: FileKind) -> None:
    upload.seek(0)
    try:
        ooxml.inspect(upload.file, main_part=kind.main_part)
    except ooxml.BadOffice as reason:
        raise refuse(name, str(reason)) from reason


def _is_text(upload: File) -> bool:
    """Without binary bytes, and from the first byte to the last in one of the encodings of Japanese offices."""
    decoders = [codecs.getincrementaldecoder(encoding)() for encoding in ENCODINGS]
    for chunk in upload.chunks():
        if BINARY.search(chunk):
            return False
        decoders = [decoder for decoder in decoders if _decodes(decoder, chunk)]
    return any(_decodes(decoder, b"", final=True) for decoder in decoders)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
