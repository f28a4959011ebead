"""Relevance judgments: which passages answer a case, as its dataset says."""

import math
from collections.abc import Mapping
from typing import TypeGuard

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.errors import DatasetError
from holdfast.metric import Failure

__all__ = ["check_answerable", "is_answerable", "read_grades"]


def read_grades(case: Case) -> Mapping[str, float] | Failure:
    """Grade of each judged passage of a case, by passage id.

    The judgments are `expected["passages"]`, or `expected` itself where it holds nothing else:
    a mapping from passage id to grade, or a list of ids, which all have grade 1. A grade of zero
    or less says that the passage was judged and does not help. An empty mapping says that no
    passage answers the case; that differs from a case without judgments, which is a failure.

    >>> read_grades(Case(id="a", input="Who?", expected={"passages": {"p1": 2, "p2": 0}}))
    {'p1': 2.0, 'p2': 0.0}
    >>> read_grades(Case(id="a", input="Who?", expected=["p1"]))
    {'p1': 1.0}

    Raises:
        DatasetError: the case contradicts itself, see `check_answerable`.
    """
    check_answerable(case)
    judged = _find(case.expected)
    if judged is None:
        return _failure(
            case,
            "has no relevance judgments; write them as "
            '"expected": {"passages": {"<passage id>": <grade>}}',
        )
    grades: dict[str, float] = {}
    for identity, grade in judged.items():
        if not isinstance(grade, (int, float)) or not math.isfinite(grade):
            return _failure(case, f"gives passage {identity!r} the grade {grade!r}; give a number")
        grades[identity] = float(grade)
    return grades


def check_answerable(case: Case) -> None:
    """Refuse a case that says that it has no answer, and that a passage answers it.

    `"answer": null` says that nothing answers the question. A passage with a grade above zero says
    the opposite; one that is merely on the same matter has the grade 0 there.

    Raises:
        DatasetError: the answer is null, and a passage has a grade above zero.
    """
    expected = case.expected
    if not isinstance(expected, Mapping) or "answer" not in expected:
        return
    judged = None if expected["answer"] is not None else _find(expected)
    grades = judged.items() if judged else ()
    helping = [name for name, grade in grades if isinstance(grade, (int, float)) and grade > 0]
    if helping:
        raise DatasetError(
            f"case {case.id!r}{f' ({case.source})' if case.source else ''} contradicts itself: its "
            f"answer is null, so that nothing answers it, and the passage {helping[0]!r} has the "
            f"grade {judged[helping[0]] if judged else ''}; write the answer or leave it out, or "
            "give the passages of an unanswerable case the grade 0"
        )


def is_answerable(case: Case) -> bool:
    """True where a judged passage has a grade above zero.

    Made for `holdfast.readers.Filtered`, which splits a dataset into the cases that retrieval
    metrics can score and those that only `Abstention` can.

    >>> is_answerable(Case(id="a", input="Who?", expected={"passages": {}}))
    False
    """
    grades = read_grades(case)
    return not isinstance(grades, Failure) and any(grade > 0 for grade in grades.values())


def _find(expected: Json) -> Mapping[str, Json] | None:
    judged, nested = expected, False
    if isinstance(expected, Mapping):
        inner = expected.get("passages")
        if isinstance(inner, (Mapping, list, tuple)):
            judged, nested = inner, True
    if isinstance(judged, Mapping):
        return judged if nested or all(map(_is_number, judged.values())) else None
    return dict.fromkeys(judged, 1) if _is_list_of_text(judged) else None


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float))


def _is_list_of_text(value: Json) -> TypeGuard[list[str] | tuple[str, ...]]:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _failure(case: Case, problem: str) -> Failure:
    return Failure(stage="metric", error=f"case {case.id!r} {problem}")
