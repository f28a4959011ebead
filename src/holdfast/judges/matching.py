"""Matching: which recorded answer each label is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.errors import RecordError
from holdfast.judges.labels import Label, Labels
from holdfast.judges.sheet import mark_of
from holdfast.judging.numbers import share
from holdfast.record import MetricRecord, TrialRecord

__all__ = ["Matched", "Rated", "match", "trials_by_case"]

_TOLERATED = 0.05
"""Share of labels that may be of no answer before nothing is computed from the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One answer with what people said of it."""

    arm: str
    """Which run: `baseline` or `candidate`."""
    trial: TrialRecord
    ratings: Mapping[str, float]
    """Label by rater."""

    @property
    def mean(self) -> float:
        """Mean over the raters."""
        return sum(self.ratings.values()) / len(self.ratings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The labelled answers of one or two runs."""

    rated: tuple[Rated, ...]
    strays: tuple[str, ...]
    """Why a label is of no answer here, one sentence for each."""


Trials = Mapping[str, Sequence[TrialRecord]]


def trials_by_case(trials: Iterable[TrialRecord]) -> dict[str, list[TrialRecord]]:
    """Trials of a run by case, in the order of their repeats."""
    found: dict[str, list[TrialRecord]] = {}
    for trial in sorted(trials, key=lambda trial: trial.repeat):
        found.setdefault(trial.case_id, []).append(trial)
    return found


def match(
    labels: Labels, arms: Mapping[str, Trials], *, names: Mapping[str, str], metric: MetricRecord
) -> Matched:
    """The answers that the labels of one metric are about.

    Args:
        labels: of any number of raters and metrics.
        arms: trials by case, by `baseline` or `candidate`.
        names: which arm a run id is.
        metric: the judge; labels must lie within its bounds.

    Raises:
        RecordError: no label is of an answer here, more than 5 % are of none, or labels are on
            another scale.
    """
    own = [row for row in labels.rows if row.metric in ("", metric.label, metric.spec.name)]
    own = _of_these_runs(own, arms, names)
    if not own:
        raise RecordError(f"{labels.source} holds no label of {metric.label!r} (column 'metric')")
    _check_scale(own, metric)
    strays: list[str] = []
    found: dict[tuple[str, str, int], dict[str, float]] = {}
    trials: dict[tuple[str, str, int], TrialRecord] = {}
    for row in own:
        answers = _find(row, arms, names=names)
        if isinstance(answers, str):
            strays.append(f"{row.where}: {answers}")
            continue
        for arm, trial in answers:
            key = (arm, trial.case_id, trial.repeat)
            trials[key] = trial
            found.setdefault(key, {})[row.rater] = row.value
    if len(strays) > _TOLERATED * len(own):
        raise RecordError(
            f"{labels.source}: {len(strays)} of {len(own)} labels do not match the run, and at "
            f"most {share(_TOLERATED, decimals=0)} may; {strays[0]}"
        )
    rated = (
        Rated(arm=key[0], trial=trials[key], ratings=ratings) for key, ratings in found.items()
    )
    return Matched(rated=tuple(rated), strays=tuple(strays))


def _of_these_runs(
    rows: list[Label], arms: Mapping[str, Trials], names: Mapping[str, str]
) -> list[Label]:
    """Labels without those that a review gave to answers of other runs.

    Where the runs at hand were not reviewed under their ids, such as runs that were scored again,
    the arms of the review stand for them.
    """
    known = {names[row.run] for row in rows if row.arm and row.run in names}
    if known == set(arms):
        return [
            row
            for row in rows
            if not row.arm or (row.run in names and (not row.beside or row.beside in names))
        ]
    return [row for row in rows if not row.arm or row.arm in arms]


def _find(
    row: Label, arms: Mapping[str, Trials], *, names: Mapping[str, str]
) -> list[tuple[str, TrialRecord]] | str:
    """The answers that a label is about, or why there is none.

    A label that names an answer and no run is about that answer in every run: who labels need not
    know which system said it. Where a sheet says from which of these runs it drew the answer, it is
    about those: an answer that another run gave in one of several trials was not drawn there.
    """
    if not row.run and row.output:
        marks = row.drawn.split()
        named = {arm for run, arm in names.items() if mark_of(run, row.case_id) in marks}
        found = {
            arm: _answer(row, trials, arm=arm)
            for arm, trials in arms.items()
            if not named or arm in named
        }
        there = [(arm, trial) for arm, trial in found.items() if not isinstance(trial, str)]
        return there or str(found.get("candidate") or found.get("baseline"))
    arm = row.run if row.run in arms else names.get(row.run, row.arm)
    arm = arm or ("candidate" if not row.run else "")
    if not arm:
        return f"there is no run {row.run!r} here; write baseline, candidate or a run's id"
    trial = _answer(row, arms.get(arm, {}), arm=arm)
    return trial if isinstance(trial, str) else [(arm, trial)]


def _answer(row: Label, trials: Trials, *, arm: str) -> TrialRecord | str:
    """The trial of one run that a label is about, or why there is none."""
    given = trials.get(row.case_id, ())
    if not given:
        return f"the {arm} run has no case {row.case_id!r}"
    answered = [trial for trial in given if trial.response is not None]
    # Scores that were imported without answers are one trial for each row.
    known = answered or list(given)
    if row.repeat is not None:
        known = [trial for trial in known if trial.repeat == row.repeat]
    if row.output:
        known = [trial for trial in known if trial.output_digest == row.output]
        if not known:
            return f"case {row.case_id!r} was answered otherwise than when it was labelled"
    if not known:
        return f"case {row.case_id!r} has no answer in trial {row.repeat}"
    if len({trial.output_digest for trial in known}) > 1 or (len(known) > 1 and not answered):
        return (
            f"case {row.case_id!r} has {len(known)} different answers; say which one in a column "
            "'output' (its digest) or 'repeat'"
        )
    return known[0]


def _check_scale(rows: Sequence[Label], metric: MetricRecord) -> None:
    if metric.bounds is None:
        return
    low, high = metric.bounds
    for row in rows:
        if not low <= row.value <= high:
            raise RecordError(
                f"{row.where}: the label {row.value:g} lies outside the range of {metric.label}, "
                f"{low:g} to {high:g}; labels are on the scale of the metric"
            )
