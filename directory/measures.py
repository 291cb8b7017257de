"""Numbers, days, places and what is made of them, read from loose values. Each raises ValueError with a sentence."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import orjson

from directory.dates import PartialDate
from directory.enums import Precision, Qualifier
from directory.identifiers import check_currency
from directory.values import Money, Place, Point, Quantity, Stored
from directory.wrong import said, together, wrong

PLACES: Final = 4
"""Digits that a decimal may have after the point."""
DIGITS: Final = 14
"""Digits that a number may have before the point: what is kept, 10,000 times as much, fits in 64 bits."""
WRITTEN: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
TRUE: Final = frozenset({"true", "yes", "1", "oui"})
FALSE: Final = frozenset({"false", "no", "0", "non"})
MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def any_number(value: Any) -> Decimal:
    """The number as it is written, within the bounds of what is kept; an exponent is understood.

    >>> any_number("12.50"), any_number(1e-3)
    (Decimal('12.50'), Decimal('0.001'))
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{said(value)} is given where a number is expected")
    if isinstance(value, int) and value.bit_length() > 64:
        raise ValueError("is too large")
    text = str(value).strip()
    if len(text) > 100 or not WRITTEN.fullmatch(text):
        raise ValueError(f"{said(text)} is not a number, such as 12 or 12.5")
    number = Decimal(text)
    if number and number.adjusted() >= DIGITS:
        raise ValueError(f"{said(text)} is too large: {DIGITS} digits at most before the point")
    return number + 0  # there is one zero, without a sign


def decimal(value: Any) -> Decimal:
    """A decimal of at most four places, without needless zeros.

    >>> decimal("1.50"), decimal(3), decimal("2e3")
    (Decimal('1.5'), Decimal('3'), Decimal('2000'))
    """
    number = any_number(value)
    if number == number.to_integral():
        return number.quantize(Decimal(1))
    shortest = number.normalize()
    exponent = shortest.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        raise ValueError(f"{said(value)} has more than {PLACES} digits after the point")
    return shortest


def integer(value: Any) -> int:
    """A whole number.

    >>> integer("12"), integer(12.0)
    (12, 12)
    """
    number = any_number(value)
    if number != number.to_integral():
        raise ValueError(f"{said(value)} is not a whole number")
    return int(number)


def number(value: Any) -> float:
    """A number that may have a fraction."""
    found = float(any_number(value))
    if not math.isfinite(found):
        raise ValueError(f"{said(value)} is not a number")
    return found


def within(value: float, least: float | None, most: float | None) -> None:
    """Nothing; raises ValueError when the value is not between the two, both included."""
    if least is not None and value < least:
        raise ValueError(f"{value:g} is less than {least:g}")
    if most is not None and value > most:
        raise ValueError(f"{value:g} is more than {most:g}")


def boolean(value: Any) -> bool:
    """True or false, from the words people use for them.

    >>> boolean("yes"), boolean("Non"), boolean(True)
    (True, False, True)
    """
    if isinstance(value, bool):
        return value
    is_word = isinstance(value, str) or (isinstance(value, int) and value in (0, 1))
    word = str(value).strip().lower() if is_word else ""
    if word not in TRUE | FALSE:
        raise ValueError(f"{said(value)} is neither true nor false")
    return word in TRUE


def partial_date(value: Any) -> PartialDate:
    """A year, a month or a day.

    >>> partial_date("2024-06").last, partial_date(2024).value
    ('2024-06-30', '2024')
    """
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 9999:
        return PartialDate(f"{value:04d}")
    if isinstance(value, date) and not isinstance(value, datetime):
        return PartialDate(value.isoformat())
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError(f"{said(value)} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    return PartialDate(value.strip())


def day(value: Any) -> str:
    """A full date.

    >>> day(" 2024-06-04 ")
    '2024-06-04'
    """
    found = partial_date(value)
    if found.precision is not Precision.DAY:
        raise ValueError(f"{said(found.value)} is not a full date: write YYYY-MM-DD")
    return found.value


def instant(value: Any) -> str:
    """An instant in UTC, to the millisecond.

    >>> instant("2024-06-04T10:00+02:00")
    '2024-06-04T08:00:00.000Z'
    """
    sentence = f"{said(value)} is not an instant: write a date, a time and its zone, such as 2024-06-04T10:00:00+02:00"
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())
        if found.tzinfo is None or found.utcoffset() is None:
            raise ValueError(sentence)
        found = found.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise ValueError(sentence) from None
    return f"{found.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def quantity(value: Any, unit: Callable[[Any], str], fixed: str | None) -> Quantity:
    """A number of a unit; `unit` reads the unit, `fixed` is the only one when there is one."""
    parts = _parts(value, Quantity, ("value", "unit", "qualifier"), alone="value")
    given = parts.get("unit") or fixed
    found = together(
        {
            "value": lambda: _positive(parts.get("value")),
            "unit": lambda: _fixed(unit(_there(given, "a unit")), fixed),
            "qualifier": lambda: qualifier(parts.get("qualifier") or "exact"),
        }
    )
    return Quantity(**found)


def money(value: Any) -> Money:
    """An amount of a currency.

    >>> money({"amount": "10.00", "currency": "eur"})
    Money(amount=Decimal('10'), currency='EUR')
    """
    parts = _parts(value, Money, ("amount", "currency"), alone="amount")
    found = together(
        {
            "amount": lambda: _positive(parts.get("amount")),
            "currency": lambda: check_currency(_short(_there(parts.get("currency"), "a currency"))),
        }
    )
    return Money(**found)


def place(value: Any) -> Place:
    """A point of WGS 84.

    >>> place({"lat": "48.8955", "lon": 2.3876})
    Place(lat=48.8955, lon=2.3876)
    """
    parts = _parts(value, Place, ("lat", "lon"))
    return Place(**together({"lat": lambda: _degrees(parts, "lat", 90), "lon": lambda: _degrees(parts, "lon", 180)}))


def point(value: Any) -> Point:
    """A point of a picture, x and y from 0.0 to 1.0."""
    parts = _parts(value, Point, ("x", "y"))
    return Point(**together({name: partial(_between, parts.get(name), 0, 1) for name in ("x", "y")}))


def file(value: Any) -> Stored:
    """A kept file: its name without folders, media type, size and SHA-256."""
    parts = _parts(value, Stored, ("name", "type", "bytes", "sha256"))
    return Stored(
        **together(
            {
                "name": lambda: _matching(
                    parts.get("name"), r"[^/\\\x00-\x1f\ud800-\udfff]{1,255}", "the name of a file"
                ),
                "type": lambda: _matching(parts.get("type"), MEDIA_TYPE.pattern, "a media type, such as image/png"),
                "bytes": lambda: _between(integer(_there(parts.get("bytes"), "a size")), 0, None, integer),
                "sha256": lambda: _matching(parts.get("sha256"), "[0-9a-f]{64}", "a SHA-256 in hexadecimal"),
            }
        )
    )


def stored_question(value: Any) -> str:
    """A filter as JSON text.

    >>> stored_question({"kind": {"eq": "X"}})
    '{"kind":{"eq":"X"}}'
    """
    found = _json(value)
    if not isinstance(found, dict):
        raise ValueError("is not a filter: it is a JSON object")
    return orjson.dumps(found).decode()


def boundary(value: Any) -> str:
    """A GeoJSON polygon or several, as text.

    >>> boundary('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}')
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'
    """
    found = _json(value)
    kind, coordinates = (found.get("type"), found.get("coordinates")) if isinstance(found, dict) else (None, None)
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError("is not a GeoJSON polygon or multipolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons or not all(map(_is_polygon, polygons)):
        raise ValueError(
            "is no polygon: each ring has four positions or more, longitude first, and ends where it began"
        )
    return orjson.dumps({"type": kind, "coordinates": coordinates}).decode()


def _is_polygon(rings: Any) -> bool:
    return isinstance(rings, list) and bool(rings) and all(_is_ring(ring) for ring in rings)


def _is_ring(ring: Any) -> bool:
    closed = isinstance(ring, list) and len(ring) >= 4 and ring[0] == ring[-1]
    return closed and all(_is_position(position) for position in ring)


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) not in (2, 3):
        return False
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in position)
    return numbers and abs(position[0]) <= 180 and abs(position[1]) <= 90


def _json(value: Any) -> Any:
    """What the JSON says; an object is taken as it is, when JSON can say it."""
    try:
        return orjson.loads(value if isinstance(value, str) else orjson.dumps(value))
    except (ValueError, TypeError, RecursionError):
        raise ValueError("is not JSON") from None


def _parts(value: Any, made: type, names: tuple[str, ...], alone: str | None = None) -> Mapping[str, Any]:
    """The parts of a compound value by name; a plain value is the part named `alone`."""
    if isinstance(value, made):
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        unknown = [key for key in value if key not in names]
        if unknown:
            raise wrong(f"is not a part of this value: it has {', '.join(names)}", _named(unknown[0]))
        return {name: None if isinstance(part, str) and not part.strip() else part for name, part in value.items()}
    if alone is None or isinstance(value, list | tuple):
        raise ValueError(f"{said(value)} is given where {', '.join(names)} are expected")
    return {alone: value}


def _named(key: Any) -> str:
    return key if isinstance(key, str) else said(key)


def _there(value: Any, what: str) -> Any:
    if value is None:
        raise ValueError(f"needs {what}")
    return value


def _positive(value: Any) -> Decimal:
    found = decimal(_there(value, "a number"))
    within(float(found), 0, None)
    return found


def _fixed(unit: str, fixed: str | None) -> str:
    if fixed is not None and unit != fixed:
        raise wrong(f"{unit!r} is not the unit of this field: it is {fixed}", near=(fixed,))
    return unit


def qualifier(value: Any) -> str:
    """How exact a figure is."""
    code = value.strip().lower() if isinstance(value, str) else ""
    if code not in list(Qualifier):
        raise wrong(f"{said(value)} is not a qualifier", near=tuple(each.value for each in Qualifier))
    return code


def _degrees(parts: Mapping[str, Any], name: str, most: int) -> float:
    found = number(_there(parts.get(name), "both lat and lon"))
    within(found, -most, most)
    return found


def _between(value: Any, least: float, most: float | None, read: Callable[[Any], Any] = number) -> Any:
    found = read(_there(value, "a number"))
    within(found, least, most)
    return found


def _short(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(f"{said(value)} is given where a short text is expected")
    return value


def _matching(value: Any, pattern: str, what: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise ValueError(f"{said(value)} is not {what}")
    return value
