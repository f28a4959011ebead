"""Instruction: one verifiable demand on an answer, in the form of IFEval's data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Failure

__all__ = ["Instruction", "Relation", "read_instructions"]

Relation = Literal["less than", "at least"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What is demanded, by its id, such as `length_constraints:number_words`, and how much of it.

    The methods give an argument in its type, and raise UsageError where it is absent or another.
    """

    id: str
    arguments: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def text(self, name: str) -> str:
        value = self.arguments.get(name)
        if isinstance(value, str) and value.strip():
            return value
        raise self._wrong(name, "text")

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.arguments.get(name)
        if isinstance(value, list | tuple):
            words = tuple(word for word in value if isinstance(word, str))
            if words and len(words) == len(value):
                return words
        raise self._wrong(name, "a list of texts")

    def whole(self, name: str) -> int:
        value = self.arguments.get(name)
        # Published copies of the data hold whole numbers as 3.0, too.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self._wrong(name, "a whole number from 0")

    def holds(self, count: int, *, relation: str, limit: str) -> bool:
        """Whether a count stands in the demanded relation to the demanded number."""
        asked = self.arguments.get(relation)
        if asked == "less than":
            return count < self.whole(limit)
        if asked == "at least":
            return count >= self.whole(limit)
        raise self._wrong(relation, "'less than' or 'at least'")

    def _wrong(self, name: str, wanted: str) -> UsageError:
        return UsageError(
            f"the instruction {self.id!r} has {self.arguments.get(name)!r} as {name!r}; "
            f"give {wanted}"
        )


def read_instructions(case: Case) -> tuple[Instruction, ...] | Failure:
    """The instructions of a case: `expected["instructions"]`, else `expected`, in IFEval's form.

    That is a list of ids and, for each of them, a mapping of arguments; null is an absent one.

    >>> expected = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    >>> read_instructions(Case(id="a", input="Say hello.", expected=expected))[0].id
    'punctuation:no_comma'
    """
    expected = case.expected
    if isinstance(expected, Mapping) and isinstance(expected.get("instructions"), Mapping):
        expected = expected["instructions"]
    names = expected.get("instruction_id_list") if isinstance(expected, Mapping) else None
    given = expected.get("kwargs") if isinstance(expected, Mapping) else None
    if not isinstance(names, list | tuple) or not names:
        return _failure(
            case,
            'has no instructions; write them as "expected": {"instructions": '
            '{"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}}',
        )
    if not isinstance(given, list | tuple) or len(given) != len(names):
        return _failure(case, f"has {len(names)} instructions, and must have as many kwargs")
    found: list[Instruction] = []
    for name, arguments in zip(names, given, strict=True):
        if not isinstance(name, str) or not isinstance(arguments or {}, Mapping):
            return _failure(case, f"has no id and mapping in the instruction {name!r}")
        kept = {key: one for key, one in _items(arguments) if one is not None}
        found.append(Instruction(id=name, arguments=kept))
    return tuple(found)


def _items(arguments: Json) -> tuple[tuple[str, Json], ...]:
    return tuple(arguments.items()) if isinstance(arguments, Mapping) else ()


def _failure(case: Case, problem: str) -> Failure:
    return Failure(stage="metric", error=f"case {case.id!r} {problem}")
