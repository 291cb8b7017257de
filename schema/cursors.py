"""Cursors: the place of an item in an order, as a text that nobody can make up or use with another order."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final

import orjson

SIGNED: Final = 9  # bytes of signature: with them a text needs no padding more often than not
LONGEST: Final = 2_000  # characters


def cursor(secret: bytes, order: str, boundary: Sequence[Any]) -> str:
    """The cursor of a boundary in an order.

    >>> text = cursor(b"secret", "title", ["Lille", "id-1"])
    >>> boundary(b"secret", "title", text), boundary(b"secret", "start", text), boundary(b"other", "title", text)
    (('Lille', 'id-1'), None, None)
    """
    said = orjson.dumps(boundary)
    return urlsafe_b64encode(_signature(secret, order, said) + said).decode().rstrip("=")


def boundary(secret: bytes, order: str, text: str) -> tuple[Any, ...] | None:
    """The boundary that a cursor of this order holds; None when it is none of ours."""
    if len(text) > LONGEST or not text.isascii():
        return None
    try:
        whole = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    signature, said = whole[:SIGNED], whole[SIGNED:]
    if not hmac.compare_digest(signature, _signature(secret, order, said)):
        return None
    return tuple(orjson.loads(said))


def _signature(secret: bytes, order: str, said: bytes) -> bytes:
    return hmac.digest(secret, order.encode() + b"\0" + said, "sha256")[:SIGNED]
