"""The hook for a virus scanner: clamd over its INSTREAM command, when settings.CLAMD_SOCKET names one. Off by default.

`/run/clamav/clamd.ctl` or `host:port`. Where a scanner is named and does not answer, nothing is taken: closed, not open.
"""

import socket
import struct

from django.conf import settings
from django.core.files.base import File

from .inspection import refuse

SECONDS = 30
CHUNK = 64 * 1024
FOUND = "ウイルスが見つかりました。ファイルを開かず、情報セキュリティ担当者に知らせてください。"
AWAY = "いまウイルス検査ができません。しばらくしてから、もう一度添付してください。"


def check(upload: File, name: str) -> None:
    """ValidationError when the scanner finds something in the upload, or cannot be asked."""
    if not settings.CLAMD_SOCKET:
        return
    try:
        answer = _ask(upload)
    except OSError as error:
        raise refuse(name, AWAY) from error
    if answer.endswith(b"FOUND"):
        raise refuse(name, FOUND)
    if not answer.endswith(b"OK"):
        raise refuse(name, AWAY)


def _ask(upload: File) -> bytes:
    with _connect(settings.CLAMD_SOCKET) as line:
        line.sendall(b"zINSTREAM\0")
        for chunk in upload.chunks(CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        return line.makefile("rb").read(4096).rstrip(b"\0\n")


def _connect(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    line.connect(address)
    return line
