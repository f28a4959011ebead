"""Dataset defects: leaks, duplicates, contradictions and tags that carry no verdict."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from holdfast.checking.defect import Defect
from holdfast.checking.reference import as_answer
from holdfast.dataset import Case
from holdfast.digest import Json, canonical, digest_json
from holdfast.judging.numbers import plural

__all__ = ["dataset_defects"]

_WORDS, _CHARACTERS = 4, 12
_FEWEST_TAGGED = 20
_SHOWN = 3
_SPLIT = re.compile(r"[\W_]+")


def dataset_defects(cases: Sequence[Case]) -> tuple[Defect, ...]:
    """What is wrong with the cases themselves, whatever measures them."""
    return (*_leaks(cases), *_duplicates(cases), *_small_tags(cases))


def _leaks(cases: Sequence[Case]) -> Iterator[Defect]:
    leaking = [case.id for case in cases if _leaks_into_input(case)]
    if leaking:
        yield Defect(
            kind="leak",
            sentence=(
                f"The expected text stands in the input of {_share(leaking, cases)}: a system "
                f"that copies its input is right there ({_listed(leaking)}). Remove it from the "
                "input; where quoting the input is the task, allow this."
            ),
            size=len(leaking) / len(cases),
            cases=tuple(leaking[:_SHOWN]),
        )


def _leaks_into_input(case: Case) -> bool:
    told = f" {_normal(' '.join(_texts(case.input)))} "
    return any(
        f" {_normal(text)} " in told for text in _texts(as_answer(case.expected)) if _tells(text)
    )


def _tells(text: str) -> bool:
    """Whether a text is long enough to be no accident, and no mere id."""
    words = _normal(text).split()
    single = len(text.split()) == 1
    is_id = single and re.search(r"[\d_\-./:#]", text) is not None
    return not is_id and (len(words) >= _WORDS or len(" ".join(words)) >= _CHARACTERS)


def _texts(value: Json) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _normal(text: str) -> str:
    return _SPLIT.sub(" ", text.casefold()).strip()


def _duplicates(cases: Sequence[Case]) -> Iterator[Defect]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(digest_json(case.input), []).append(case)
    repeated = [group for group in groups.values() if len(group) > 1]
    conflicts = [group for group in repeated if len({canonical(c.expected) for c in group}) > 1]
    if conflicts:
        names = [" and ".join(case.id for case in group[:2]) for group in conflicts]
        yield Defect(
            kind="conflict",
            sentence=(
                f"{plural(len(conflicts), 'input')} "
                f"{'is' if len(conflicts) == 1 else 'are'} asked more than once with another "
                f"expected answer ({_listed(names)}): no system can be right on all of them."
            ),
            size=len(conflicts) / len(cases),
            cases=tuple(case.id for group in conflicts for case in group)[:_SHOWN],
        )
    loose = [group for group in repeated if group not in conflicts and _is_loose(group)]
    if loose:
        names = [" and ".join(case.id for case in group[:2]) for group in loose]
        yield Defect(
            kind="duplicate",
            sentence=(
                f"{plural(len(loose), 'input')} {'is' if len(loose) == 1 else 'are'} asked more "
                f"than once ({_listed(names)}): such cases are one piece of evidence; remove them "
                "or put them into one cluster."
            ),
            blocks=False,
            size=len(loose) / len(cases),
            cases=tuple(case.id for group in loose for case in group)[:_SHOWN],
        )


def _is_loose(group: Iterable[Case]) -> bool:
    clusters = {case.cluster for case in group}
    return len(clusters) > 1 or None in clusters


def _small_tags(cases: Sequence[Case]) -> Iterator[Defect]:
    counts: dict[str, int] = {}
    for case in cases:
        for tag in set(case.tags):
            counts[tag] = counts.get(tag, 0) + 1
    small = sorted((count, tag) for tag, count in counts.items() if count < _FEWEST_TAGGED)
    if small:
        names = [f"{tag} {count}" for count, tag in small]
        yield Defect(
            kind="small_tag",
            sentence=(
                f"{plural(len(small), 'tag')} {'has' if len(small) == 1 else 'have'} fewer than "
                f"{_FEWEST_TAGGED} cases ({_listed(names)}): no slice of so few gets a verdict."
            ),
            blocks=False,
            size=len(small),
        )


def _share(some: Sequence[object], of: Sequence[object]) -> str:
    return f"{len(some)} of {plural(len(of), 'case')}"


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
