"""The keys by name and fingerprint: what a manifest, a sheet and the trail may say of them."""

import hashlib

FINGERPRINT_BYTES = 8


def fingerprint(key: bytes) -> str:
    """16 hex digits that tell keys apart and give none of them away."""
    return hashlib.sha256(b"portal key" + key).digest()[:FINGERPRINT_BYTES].hex()
