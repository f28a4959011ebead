"""Fields: the values of a structured answer, counted and compared by their paths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from holdfast.digest import Json, canonical
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics.json_answer import TOO_DEEP, NotJson, expected_value, read_answer

__all__ = ["FieldCount", "FieldRules", "Lists", "count_fields"]

Lists = Literal["ordered", "unordered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRules:
    """How two structured answers are compared, value by value.

    A field is a value that holds no others: text, a number, true, false, null, an empty object or
    an empty list. Its path says where it stands, such as `lines[0].price`. Values are equal only
    within their type: 1, 1.0, "1" and true are four values.
    """

    lists: Lists = "ordered"
    """`ordered` compares the elements at the same position; `unordered` pairs the elements so
    that most fields are equal."""
    null_is_absent: bool = False
    """Take a name whose value is null for a name that is not there."""
    fenced: bool = False
    """Read text from its first Markdown fence, where it has one."""

    def __post_init__(self) -> None:
        if self.lists not in ("ordered", "unordered"):
            raise UsageError(f"lists must be 'ordered' or 'unordered', got {self.lists!r}")

    @property
    def params(self) -> dict[str, Json]:
        """Settings that differ from the default, for a spec."""
        params: dict[str, Json] = {}
        if self.lists != "ordered":
            params["lists"] = self.lists
        if self.null_is_absent:
            params["null_is_absent"] = True
        if self.fenced:
            params["fenced"] = True
        return params


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """Fields of the expected and of the given answer, and how many of them agree."""

    expected: int
    answered: int
    equal: int
    differing: tuple[str, ...]
    """What differs, in words, each with its path."""

    @property
    def remark(self) -> str:
        """The first differences, for the reason of a score."""
        shown = "; ".join(self.differing[:3])
        more = len(self.differing) - 3
        return f"{shown}; and {more} more" if more > 0 else shown


def count_fields(trial: Trial, rules: FieldRules) -> FieldCount | NotJson | Failure:
    """The fields of a trial's answer beside those that its case expects."""
    expected = expected_value(trial.case)
    if isinstance(expected, Failure):
        return expected
    answer = read_answer(trial, fenced=rules.fenced)
    if isinstance(answer, NotJson):
        return answer
    try:
        return _count(_shed(expected, rules), _shed(answer, rules), rules)
    except RecursionError:
        return TOO_DEEP


def _count(expected: Json, answer: Json, rules: FieldRules) -> FieldCount:
    return FieldCount(
        expected=_size(expected),
        answered=_size(answer),
        equal=_equal(expected, answer, rules),
        differing=tuple(_differing(expected, answer, rules, path="")),
    )


def _shed(value: Json, rules: FieldRules) -> Json:
    """The value without the names whose value is null, where the rules say so."""
    if not rules.null_is_absent:
        return value
    if isinstance(value, Mapping):
        return {name: _shed(one, rules) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_shed(one, rules) for one in value]
    return value


def _size(value: Json) -> int:
    if isinstance(value, Mapping) and value:
        return sum(map(_size, value.values()))
    if isinstance(value, list | tuple) and value:
        return sum(map(_size, value))
    return 1


def _equal(expected: Json, answer: Json, rules: FieldRules) -> int:
    """Number of fields of one that are equal to a field of the other at the same path."""
    if isinstance(expected, Mapping) and isinstance(answer, Mapping) and expected and answer:
        shared = expected.keys() & answer.keys()
        return sum(_equal(expected[name], answer[name], rules) for name in shared)
    if isinstance(expected, list | tuple) and isinstance(answer, list | tuple):
        if not expected or not answer:
            return int(len(expected) == len(answer))
        return sum(
            _equal(expected[one], answer[other], rules)
            for one, other in _paired(expected, answer, rules)
        )
    return int(_same(expected, answer))


def _same(expected: Json, answer: Json) -> bool:
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        return not expected and not answer
    # The type decides first: in Python 1 == 1.0 == True.
    return type(expected) is type(answer) and expected == answer


def _paired(
    expected: list[Json] | tuple[Json, ...],
    answer: list[Json] | tuple[Json, ...],
    rules: FieldRules,
) -> list[tuple[int, int]]:
    """Positions of the elements that are compared with one another."""
    if rules.lists == "ordered":
        return [(n, n) for n in range(min(len(expected), len(answer)))]
    from scipy.optimize import linear_sum_assignment

    gains = [[_equal(one, other, rules) for other in answer] for one in expected]
    rows, columns = linear_sum_assignment(gains, maximize=True)
    return sorted((int(row), int(column)) for row, column in zip(rows, columns, strict=True))


def _differing(expected: Json, answer: Json, rules: FieldRules, *, path: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        for name in expected:
            below = f"{path}.{name}" if path else name
            if name in answer:
                yield from _differing(expected[name], answer[name], rules, path=below)
            else:
                yield f"{below} is missing"
        yield from (
            f"{path}.{name} was not asked for" if path else f"{name} was not asked for"
            for name in answer
            if name not in expected
        )
    elif isinstance(expected, list | tuple) and isinstance(answer, list | tuple):
        pairs = _paired(expected, answer, rules) if expected and answer else []
        for one, other in pairs:
            yield from _differing(expected[one], answer[other], rules, path=f"{path}[{one}]")
        if len(expected) != len(answer):
            yield f"{path or 'the list'} has {len(answer)} elements, not {len(expected)}"
    elif not _same(expected, answer):
        yield f"{path or 'the answer'} is {_short(answer)}, not {_short(expected)}"


def _short(value: Json) -> str:
    try:
        text = canonical(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
