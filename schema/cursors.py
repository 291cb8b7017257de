"""Cursors: the place of an item in an order, as a text that nobody can make up or use with another order."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final

import orjson

MARKED: Final = 12  # bytes
WHOLE: Final = 8  # bytes of a number
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


def sealed(secret: bytes, number: int) -> str:
    """A cursor that tells nobody the number: numbers count what the reader may not see as well.

    The same number gives the same text; its mark is both what the mask is made of and what shows that it is ours.

    >>> text = sealed(b"secret", 12)
    >>> len(text), unsealed(b"secret", text), unsealed(b"other", text), unsealed(b"secret", "nonsense")
    (27, 12, None, None)
    """
    said = number.to_bytes(WHOLE, "big")
    mark = _mark(secret, said)
    return urlsafe_b64encode(mark + _masked(secret, mark, said)).decode().rstrip("=")


def unsealed(secret: bytes, text: str) -> int | None:
    """The number in a sealed cursor; None when it is none of ours."""
    if not text.isascii() or len(text) > 2 * (MARKED + WHOLE):
        return None
    try:
        whole = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    mark, said = whole[:MARKED], _masked(secret, whole[:MARKED], whole[MARKED:])
    if len(said) != WHOLE or not hmac.compare_digest(mark, _mark(secret, said)):
        return None
    number = int.from_bytes(said, "big")
    return number if sealed(secret, number) == text else None


def _mark(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, b"mark\0" + said, "sha256")[:MARKED]


def _masked(secret: bytes, mark: bytes, said: bytes) -> bytes:
    """Masked, or with the mask off."""
    mask = hmac.digest(secret, b"mask\0" + mark, "sha256")
    return bytes(one ^ other for one, other in zip(said, mask, strict=False))


def _signature(secret: bytes, order: str, said: bytes) -> bytes:
    return hmac.digest(secret, order.encode() + b"\0" + said, "sha256")[:SIGNED]
