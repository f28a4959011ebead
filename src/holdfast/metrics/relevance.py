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
    """Refuse a case that is answerable by its answer or its passages, and not by the other.

    `"answer": null` says that nothing answers the question. A passage with a grade above zero says
    the opposite; one that is merely on the same matter has the grade 0 there. An answer without one
    such passage contradicts `"passages": {}` in the same way: declining would be right for
    `Abstention` and wrong for `ReferenceRecall`. A case that leaves its passages out says nothing
    of them.

    Raises:
        DatasetError: the answer is null, and a passage has a grade above zero; or there is an
            answer, and none of the passages has.
    """
    expected = case.expected
    if not isinstance(expected, Mapping) or "answer" not in expected:
        return
    judged = _find(expected) if "passages" in expected else None
    if judged is None:
        return
    named = f"case {case.id!r}{f' ({case.source})' if case.source else ''} contradicts itself"
    helping = [name for name, one in judged.items() if isinstance(one, (int, float)) and one > 0]
    if helping and expected["answer"] is None:
        raise DatasetError(
            f"{named}: its answer is null, so that nothing answers it, and the passage "
            f"{helping[0]!r} has the grade {judged[helping[0]]}; write the answer or leave it out, "
            "or give the passages of an unanswerable case the grade 0"
        )
    useless = not helping and all(map(_is_number, judged.values()))
    if useless and expected["answer"] not in (None, "", []):
        raise DatasetError(
            f"{named}: it has the answer {expected['answer']!r:.60}, and by its passages nothing "
            'answers it; write "answer": null where it must be declined, give the passages that '
            "answer it a grade above 0, or leave the passages out where nobody judged them"
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
