"""Quarantine: flaky cases that are set aside for a while, with somebody who answers for them.

A quarantined case is run and shown, and left out of the paired test on both sides. It counts as
unpaired: more than 5 % of the cases in quarantine leave no verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from holdfast.errors import UsageError

__all__ = ["Quarantine", "quarantines_from", "still_set_aside"]

_FIELDS = ("owner", "until", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """One case that is set aside."""

    case: str
    """Id of the case."""
    owner: str
    """Who mends the case, or takes it out of the suite."""
    until: date
    """Last day on which it is set aside."""
    reason: str

    def holds(self, today: date) -> bool:
        """Whether the case is set aside on that day."""
        return today <= self.until


def quarantines_from(table: object, *, where: str) -> tuple[Quarantine, ...]:
    """The cases of a table `"case id" = {owner = ..., until = 2026-12-31, reason = ...}`.

    Raises:
        UsageError: a row lacks its owner, its last day or its reason, or says more.
    """
    if not isinstance(table, dict):
        raise UsageError(f"'quarantine' in {where} must be a table, got {table!r}")
    rows = cast("dict[str, object]", table)
    place = f"{where[:-1]}.quarantine]"
    return tuple(_quarantine(case, row, where=place) for case, row in rows.items())


def _quarantine(case: str, row: object, *, where: str) -> Quarantine:
    example = f'"{case}" = {{owner = "ana", until = 2026-12-31, reason = "the judge flips"}}'
    if not isinstance(row, dict) or set(cast("dict[str, object]", row)) != set(_FIELDS):
        raise UsageError(f"{where}: write who, until when and why: {example}; got {row!r}")
    found = cast("dict[str, object]", row)
    until, owner, reason = found["until"], found["owner"], found["reason"]
    if type(until) is not date:
        raise UsageError(
            f"{where}: `until` of {case!r} must be a date without quotes, such as 2026-12-31; "
            f"got {until!r}"
        )
    if not (isinstance(owner, str) and isinstance(reason, str) and owner and reason):
        raise UsageError(f"{where}: {case!r} needs an owner and a reason: {example}")
    return Quarantine(case=case, owner=owner, until=until, reason=reason)


def still_set_aside(
    quarantines: Sequence[Quarantine], *, cases: Sequence[str], today: date
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Ids of the cases that are set aside on a day, and sentences about each quarantine.

    One that has expired has no effect, and one of a case that is not there is a mistake: both are
    said.
    """
    known = set(cases)
    notes: list[str] = []
    held: list[Quarantine] = []
    for one in quarantines:
        if one.case not in known:
            notes.append(
                f"The quarantine of case {one.case!r} names no case of the suite; take it out of "
                "pyproject.toml."
            )
        elif not one.holds(today):
            notes.append(
                f"The quarantine of case {one.case!r} ended on {one.until} and has no effect: the "
                f"case counts again. {one.owner} was to mend it ({one.reason})."
            )
        else:
            held.append(one)
    notes += [
        f"Case {one.case!r} is in quarantine until {one.until} and left out of the test on both "
        f"sides (owner {one.owner}: {one.reason})."
        for one in held
    ]
    return frozenset(one.case for one in held), tuple(notes)
