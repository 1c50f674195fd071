"""A file sealed in chunks: nobody reads it without the key, and no byte of it can be altered, moved or cut off unnoticed.

The header holds a mark, the fingerprint of the key and a salt, from which HKDF makes a key for this file alone. Each chunk is
AES-256-GCM over at most CHUNK bytes; its nonce is its number and whether it is the last one, its additional data the header
(the STREAM construction). Chunks have one length, so the reader can go to any place without reading what lies before.
"""

import hashlib
import io
import os
import struct
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keys import FINGERPRINT_BYTES, fingerprint
from .refusals import Damaged, Refused

MARK, FORM = b"ISMSBKUP", 1
HEADER = struct.Struct(f">8sB{FINGERPRINT_BYTES}s32s")
NONCE = struct.Struct(">IQ")
CHUNK, TAG = 1024 * 1024, 16
PURPOSE = b"portal backup, form 1"


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=PURPOSE).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return NONCE.pack(is_last, number)


class SealedWriter(io.RawIOBase):
    """Takes bytes and writes them sealed; `finish` writes the last chunk, without which no reader takes the file."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(32)
        self._file, self._cipher, self._buffer, self._number = file, _cipher(key, salt), bytearray(), 0
        self._header = HEADER.pack(MARK, FORM, bytes.fromhex(fingerprint(key)), salt)
        self._digest, self.size = hashlib.sha256(), 0
        self._put(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Take some bytes; a chunk leaves once it is certain that another follows."""
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._seal(CHUNK, is_last=False)
        return len(data)

    def finish(self) -> str:
        """Write what is left as the last chunk; gives the SHA-256 of the whole file."""
        self._seal(len(self._buffer), is_last=True)
        return self._digest.hexdigest()

    def _seal(self, length: int, *, is_last: bool) -> None:
        part = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._put(self._cipher.encrypt(_nonce(self._number, is_last=is_last), part, self._header))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)


class SealedReader(io.RawIOBase):
    """Gives back what was sealed, from any place. Refused for another key or form, Damaged where a chunk is not as it was written."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._place, self._held = file, 0, (-1, b"")
        self._header = file.read(HEADER.size)
        if len(self._header) < HEADER.size or not self._header.startswith(MARK):
            raise Damaged("このファイルは、manage.py backup で作った控えではありません。ファイルを確かめてください。")
        _, form, wanted, salt = HEADER.unpack(self._header)
        if form != FORM:
            raise Refused(f"この控えの形式（{form}）は、この版のポータルでは読めません。控えを作った版か、新しい版で読んでください。")
        if wanted.hex() != fingerprint(key):
            raise Refused(
                f"設定 BACKUP_KEY が、この控えの鍵ではありません（控えの鍵の照合符号 {wanted.hex()}、設定の鍵 {fingerprint(key)}）。"
                "控えを作ったときの鍵を設定してください。"
            )
        self._cipher = _cipher(key, salt)
        body = file.seek(0, io.SEEK_END) - HEADER.size
        self.chunks = max(1, -(-body // (CHUNK + TAG)))
        self.length = body - self.chunks * TAG

    def check(self) -> None:
        """Read every chunk once, before anything is done with any of them."""
        for number in range(self.chunks):
            self._chunk(number)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(HEADER.size + number * (CHUNK + TAG))
            self._held = (number, self._open(number, self._file.read(CHUNK + TAG)))
        return self._held[1]

    def _open(self, number: int, sealed: bytes) -> bytes:
        is_last = number == self.chunks - 1
        try:
            return self._cipher.decrypt(_nonce(number, is_last=is_last), sealed, self._header)
        except (InvalidTag, ValueError):
            pass
        if is_last and self._is_whole(_nonce(number, is_last=False), sealed):
            raise Damaged("控えが途中で切れています。もう一度写すか、別の控えを使ってください。")
        where = f"全体の約{100 * number // self.chunks}%のところ"
        raise Damaged(f"控えが壊れているか、途中で切れています（{where}）。もう一度写すか、別の控えを使ってください。")

    def _is_whole(self, nonce: bytes, sealed: bytes) -> bool:
        try:
            self._cipher.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError):
            return False
        return True

    # -- as a file ---------------------------------------------------------------------------------------------------------
    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.length}[whence])
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the place where we are, at most to the end of a chunk."""
        if self._place >= self.length:
            return 0
        number, start = divmod(self._place, CHUNK)
        part = self._chunk(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)
