"""Values: whether an argument is one of the accepted values.

The rules are those of the Berkeley Function-Calling Leaderboard (Patil and others 2025), version 4,
for Python: its check of a call's abstract syntax tree, with its liberties (case, spaces and some
punctuation of text do not count) and its strictness (true is not 1, a list keeps its order).
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from holdfast.digest import Json
from holdfast.metrics.calling.signature import Kind, Parameter, kind_of

__all__ = ["OPTIONAL", "kind_error", "normal_text", "value_error"]

OPTIONAL = ""
"""Among the accepted values it says that the argument may be left out."""

_IGNORED = re.compile(r"[ ,./\-_*^]")


def normal_text(text: str) -> str:
    """Text as it is compared: without spaces and `,./-_*^`, in lower case, one kind of quote.

    >>> normal_text("April 1, 2024") == normal_text("april 1 2024")
    True
    """
    return _IGNORED.sub("", text).lower().replace("'", '"')


def kind_error(value: Json, parameter: Parameter) -> str:
    """Why the value is of another kind than the declared one; empty where it is not."""
    kind = kind_of(value)
    if parameter.kind is None or kind == parameter.kind:
        return ""
    if kind == "int" and parameter.kind == "float":
        return ""
    return f"is {_WORDS[kind]} and not {_WORDS[parameter.kind]}"


def value_error(value: Json, accepted: Sequence[Json], parameter: Parameter) -> str:
    """Why the value is not accepted; empty where it is.

    >>> value_error("oslo", ["Oslo"], Parameter(kind="str"))
    ''
    >>> value_error(5.5, [5], Parameter(kind="int"))
    'is a decimal number and not a whole number'
    """
    if parameter.kind is None:
        return _undeclared_error(value, accepted, parameter)
    first, wrong = _first_kind(accepted), kind_error(value, parameter)
    if wrong:
        # An accepted value of another kind stands for a variable's name, or for null.
        if kind_of(value) != first:
            return wrong
        return "" if value in accepted else _none_of(value, accepted)
    if parameter.items and not any(_items_fit(value, one, parameter) for one in accepted):
        return f"holds items of another kind than {_WORDS[parameter.items]}"
    if first not in (None, parameter.kind):
        return "" if value in accepted else _none_of(value, accepted)
    return "" if _is_among(value, accepted, parameter) else _none_of(value, accepted)


_WORDS: Mapping[Kind, str] = {
    "bool": "true or false",
    "dict": "an object",
    "float": "a decimal number",
    "int": "a whole number",
    "list": "a list",
    "none": "null",
    "str": "text",
}


def _first_kind(accepted: Sequence[Json]) -> Kind | None:
    return next((kind_of(one) for one in accepted if one != OPTIONAL), None)


def _undeclared_error(value: Json, accepted: Sequence[Json], parameter: Parameter) -> str:
    """Without a declared kind, that of any accepted value will do."""
    kinds = {kind_of(one) for one in accepted if one != OPTIONAL}
    fits = kind_of(value) in kinds or (kind_of(value) == "int" and "float" in kinds)
    if fits and _is_among(value, accepted, parameter):
        return ""
    return _none_of(value, accepted)


def _items_fit(value: Json, option: Json, parameter: Parameter) -> bool:
    """Whether all items are of the declared kind, or of that of the accepted list's first item."""
    if not _is_list(option) or not _is_list(value):
        return True
    kinds = {parameter.items, _first_kind(option)}
    if parameter.any_number and parameter.items == "float":
        kinds.add("int")
    return all(kind_of(item) in kinds for item in value)


def _is_among(value: Json, accepted: Sequence[Json], parameter: Parameter) -> bool:
    if isinstance(value, str):
        return normal_text(value) in [normal_text(one) for one in accepted if isinstance(one, str)]
    if isinstance(value, Mapping):
        return any(_same_object(value, one) for one in accepted if isinstance(one, Mapping))
    if _is_list(value):
        # "Optional" accepts the empty list as well.
        options: list[Json] = [[] if one == OPTIONAL else one for one in accepted]
        same = _same_objects if parameter.items == "dict" else _same_list
        return any(same(value, one) for one in options if _is_list(one))
    return value in accepted


def _same_list(value: Sequence[Json], option: Sequence[Json]) -> bool:
    return [_normal(item) for item in value] == [_normal(item) for item in option]


def _same_objects(value: Sequence[Json], option: Sequence[Json]) -> bool:
    return len(value) == len(option) and all(
        isinstance(one, Mapping) and isinstance(other, Mapping) and _same_object(one, other)
        for one, other in zip(value, option, strict=True)
    )


def _same_object(value: Mapping[str, Json], option: Mapping[str, Json]) -> bool:
    """Whether each key has one of its accepted values; a key may lack where that is accepted."""
    accepted = {key: one if _is_list(one) else [one] for key, one in option.items()}
    return all(
        key in accepted and _normal(item) in [_normal(one) for one in accepted[key]]
        for key, item in value.items()
    ) and all(key in value or OPTIONAL in options for key, options in accepted.items())


def _normal(value: Json) -> Json:
    return normal_text(value) if isinstance(value, str) else value


def _none_of(value: Json, accepted: Sequence[Json]) -> str:
    options = [one for one in accepted if one != OPTIONAL]
    return f"{value!r:.120} is none of {options!r:.200}"


def _is_list(value: Json) -> TypeGuard[list[Json] | tuple[Json, ...]]:
    return isinstance(value, list | tuple)
