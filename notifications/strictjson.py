"""JSON from outside, read strictly: what two parsers could understand differently is refused."""

import json
import math
import re
from typing import Any

from notifications.errors import BadRequest

DEEPEST = 8  # levels of nesting; our own bodies need two
LONGEST_NUMBER = 20  # digits; more than any id has
# Without one of these no text in an object has NUL (raw, it is no JSON) or a lone surrogate.
SUSPECT = re.compile("\\\\u|[\ud800-\udfff]")


def read_object(body: bytes | str) -> dict[str, Any]:
    """The JSON object in `body` (UTF-8).

    Refused with `bad_json`: another type than an object, duplicate keys, NaN, Infinity and what
    becomes it (1e999), whole numbers of more than 20 digits, nesting below 8 levels, lone
    surrogates and NUL in any text (no database could store them).
    """
    try:
        text = body.decode() if isinstance(body, bytes) else body
        value = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(code="bad_json") from error
    if not isinstance(value, dict):
        raise BadRequest(code="bad_json")
    # A page may send sixty a second, and hardly any of them has to be looked through.
    if text.count("{") + text.count("[") > DEEPEST or SUSPECT.search(text):
        _inspect(value, 1)
    return value


def storable(text: str) -> bool:
    """Whether a database can store `text`: neither NUL nor a lone surrogate is in it."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("number too great")
    return number


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_whole, parse_float=_finite
)


def _inspect(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise BadRequest(code="bad_json")
    if isinstance(value, str) and not storable(value):
        raise BadRequest(code="bad_json")
    if isinstance(value, dict):
        for key, inner in value.items():
            _inspect(key, depth)
            _inspect(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _inspect(inner, depth + 1)
