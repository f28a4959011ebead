"""Preferences: which run people like better, and how far they agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.errors import UsageError
from holdfast.reviewing.judgement import Judgement, standing
from holdfast.stats.agreement import two_raters
from holdfast.stats.interval import Interval
from holdfast.stats.krippendorff import krippendorff_alpha
from holdfast.stats.proportion import clopper_pearson
from holdfast.stats.sign_test import sign_test

__all__ = ["Concord", "Preferences", "Tally", "preferences"]

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each answer was preferred."""

    wins: int
    """The candidate's answer is better."""
    losses: int
    ties: int
    """Neither is, equal answers and two bad ones included."""
    both_bad: int
    identical: int
    """Ties that nobody was asked about, because both answers are the same."""

    @property
    def share(self) -> Interval | None:
        """Share of wins among the decided, with exact bounds (Clopper-Pearson, 95 %)."""
        decided = self.wins + self.losses
        if not decided:
            return None
        low, high = clopper_pearson(self.wins, decided, alpha=0.025)
        return Interval(low=low, estimate=self.wins / decided, high=high)

    @property
    def p_worse(self) -> float:
        """One-sided sign test of 'the baseline is preferred'."""
        return sign_test(self.wins, self.losses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concord:
    """How far people agree who saw the same pairs."""

    reviewers: tuple[str, ...]
    pairs: int
    """Pairs that at least two of them judged."""
    same: int
    """Pairs that all who judged them judged alike."""
    kappa: Interval | None
    """Cohen's, of two reviewers."""
    alpha: Interval | None
    """Krippendorff's; None where all judgements are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What people said of the pairs of two runs."""

    baseline: str
    """Id of the run."""
    candidate: str
    cases: Tally
    """One count for each pair: what most of those who judged it say."""
    by_reviewer: tuple[tuple[str, Tally], ...]
    skipped: int
    first: Tally
    """The same choices by place: a win is the answer shown first."""
    concord: Concord | None
    """None where nobody judged what another judged."""
    seconds: float | None
    """Mean time of a choice."""
    random: bool
    """The cases were drawn, and not chosen by anything."""
    revealed: int
    """Choices made after a look at what was expected."""


def preferences(judgements: Iterable[Judgement]) -> tuple[Preferences, ...]:
    """What people said of pairs, for each two runs that were compared.

    Raises:
        UsageError: no pair was judged.
    """
    groups: dict[tuple[str, str], list[Judgement]] = {}
    for one in standing(judgements).values():
        if one.kind == "pair":
            runs = {shown.arm: shown.run for shown in one.shown}
            groups.setdefault((runs["baseline"], runs["candidate"]), []).append(one)
    if not groups:
        raise UsageError("no pair of answers was judged; `holdfast review` asks about pairs")
    return tuple(_of_runs(*runs, said) for runs, said in groups.items())


def _of_runs(baseline: str, candidate: str, said: list[Judgement]) -> Preferences:
    skipped = sum(one.choice == "skip" for one in said)
    kept = [one for one in said if one.choice != "skip"]
    asked = [one for one in kept if not one.identical]
    times = [one.seconds for one in asked if one.seconds is not None]
    by_reviewer = {
        one.reviewer: [other for other in kept if other.reviewer == one.reviewer] for one in kept
    }
    by_pair = _by_pair(kept)
    return Preferences(
        baseline=baseline,
        candidate=candidate,
        cases=_tally([_majority(group) for group in by_pair], by_pair),
        by_reviewer=tuple(
            (name, _tally([one.worth for one in rows], [[one] for one in rows]))
            for name, rows in sorted(by_reviewer.items())
        ),
        skipped=skipped,
        first=_tally([_first(one) for one in asked], [[one] for one in asked]),
        concord=_concord(asked),
        seconds=sum(times) / len(times) if times else None,
        random=all(one.sampling.random for one in said),
        revealed=sum(one.revealed for one in asked),
    )


def _by_pair(said: Iterable[Judgement]) -> list[list[Judgement]]:
    groups: dict[tuple[object, ...], list[Judgement]] = {}
    for one in said:
        groups.setdefault(one.key[3:], []).append(one)
    return list(groups.values())


def _majority(group: Sequence[Judgement]) -> float:
    return float(np.sign(sum(one.worth for one in group)))


def _first(one: Judgement) -> float:
    """1 where the answer shown first is preferred, −1 for the second."""
    return one.worth if one.shown[0].arm == "candidate" else -one.worth


def _tally(worths: Sequence[float], groups: Sequence[Sequence[Judgement]]) -> Tally:
    return Tally(
        wins=sum(worth > 0 for worth in worths),
        losses=sum(worth < 0 for worth in worths),
        ties=sum(worth == 0 for worth in worths),
        both_bad=sum(all(one.choice == "both_bad" for one in group) for group in groups),
        identical=sum(all(one.identical for one in group) for group in groups),
    )


def _concord(asked: Sequence[Judgement]) -> Concord | None:
    shared = [group for group in _by_pair(asked) if len(group) >= _FEWEST]
    if not shared:
        return None
    names = sorted({one.reviewer for group in shared for one in group})
    ratings = np.full((len(shared), len(names)), np.nan)
    for row, group in enumerate(shared):
        for one in group:
            ratings[row, names.index(one.reviewer)] = one.worth
    return Concord(
        reviewers=tuple(names),
        pairs=len(shared),
        same=sum(len({one.worth for one in group}) == 1 for group in shared),
        kappa=two_raters(ratings[:, 0], ratings[:, 1]).kappa if len(names) == _FEWEST else None,
        alpha=_alpha(ratings),
    )


def _alpha(ratings: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Interval | None:
    if np.unique(ratings[~np.isnan(ratings)]).size < _FEWEST:
        return None
    return krippendorff_alpha(ratings, level="nominal")
