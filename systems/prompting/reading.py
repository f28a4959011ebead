"""Reading: the object in a model's answer."""

import json
from typing import cast

from holdfast.digest import Json

__all__ = ["read_object"]


def read_object(text: str) -> dict[str, Json] | None:
    """The JSON object that a text is; None where it is none, or not wholly.

    Nothing is mended: a text around the object, or a key twice, makes it none. A whole number is
    one number however it is written.

    >>> read_object('{"litres": 2.0, "hive": "C4"}')
    {'litres': 2, 'hive': 'C4'}
    >>> read_object('Sure: {"litres": 2}') is None
    True
    """
    try:
        found = json.loads(
            text, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Json]", found) if isinstance(found, dict) else None


def _number(literal: str) -> float | int:
    value = float(literal)
    if value in (float("inf"), -float("inf")):
        raise ValueError(literal)
    return int(value) if value.is_integer() else value


def _refuse(literal: str) -> Json:
    raise ValueError(literal)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key occurs twice")
    return values
