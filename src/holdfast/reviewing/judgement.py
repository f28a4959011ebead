"""Judgement: what one person said of one answer or of two, as a line of a file of labels."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from holdfast.digest import Json
from holdfast.errors import DatasetError

__all__ = [
    "FORMAT",
    "NEITHER",
    "PREFERENCE",
    "Arm",
    "Choice",
    "Judgement",
    "Kind",
    "Sampling",
    "Shown",
    "is_judgement",
    "judgement_from",
    "judgement_row",
    "standing",
]

FORMAT = 1
"""Version of the lines; see docs/reference/labels.md."""

PREFERENCE = "preference"
"""Label of the metric: 1 where the candidate is preferred, 0 the baseline, 0.5 neither."""

Arm = Literal["baseline", "candidate"]
Kind = Literal["pair", "answer"]
"""Two answers beside each other, or one answer on the scale of a metric."""
Choice = Literal["baseline", "candidate", "tie", "both_bad", "label", "skip", "undo"]

NEITHER = ("tie", "both_bad")
"""Choices that prefer no answer."""
_PAIR = ("baseline", "candidate", *NEITHER, "skip", "undo")
_ANSWER = ("label", "skip", "undo")
_MOST_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer that the person saw."""

    arm: Arm
    run: str
    """Id of the run that holds it."""
    output: str
    """Digest of the answer."""
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the case came to be looked at."""

    plan: str
    """Digest of what was drawn from and how: lines of one plan go on where the last one ended."""
    seed: int
    frame: int
    """Cases that could have been drawn."""
    drawn: int
    """Cases that were drawn from them, without a look at scores."""
    place: int
    """Place of the case in the drawn order, from 0."""
    filter: tuple[str, ...] = ()
    """What the cases were chosen by; the sample is random only where this is empty."""

    @property
    def random(self) -> bool:
        """Every case answered in both runs could have been drawn, each as likely."""
        return not self.filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one person said, once."""

    kind: Kind
    case_id: str
    case_digest: str
    metric: str
    """Label of the metric that judges the same thing; empty where none does."""
    shown: tuple[Shown, ...]
    """Of a pair: A, then B. Of one answer: the answer, twice where both runs gave it."""
    choice: Choice
    reviewer: str
    time: str
    """ISO 8601 time with offset."""
    sampling: Sampling
    label: float | None = None
    """On the scale of the metric, where the choice is `label`."""
    seconds: float | None = None
    """From the first sight of the answers to the choice; None where nobody was asked."""
    revealed: bool = False
    """The person had looked at what was expected."""
    identical: bool = False
    """Both answers are the same: a tie that nobody was asked about."""
    note: str = ""
    where: str = field(default="", compare=False)
    """File and line, where it was read from one."""

    @property
    def key(self) -> tuple[object, ...]:
        """What a later judgement replaces: the same person about the same answers."""
        answers = tuple(sorted((one.run, one.output) for one in self.shown))
        return (self.reviewer, self.kind, self.metric, self.case_id, answers)

    @property
    def worth(self) -> float:
        """1 where the candidate is preferred, −1 for the baseline, else 0."""
        return {"candidate": 1.0, "baseline": -1.0}.get(self.choice, 0.0)


def standing(judgements: Iterable[Judgement]) -> dict[tuple[object, ...], Judgement]:
    """The judgements that hold: of each person about the same answers the last, unless undone."""
    found: dict[tuple[object, ...], Judgement] = {}
    for one in judgements:
        found.pop(one.key, None)
        if one.choice != "undo":
            found[one.key] = one
    return found


def is_judgement(values: Mapping[str, Json]) -> bool:
    """Whether an object is a line of a review, and no label of another form."""
    return "kind" in values and "shown" in values


def judgement_row(one: Judgement) -> dict[str, Json]:
    """A judgement as the object of one line."""
    row: dict[str, Json] = {
        "format": FORMAT,
        "kind": one.kind,
        "case_id": one.case_id,
        "case_digest": one.case_digest,
        "metric": one.metric,
        "shown": [
            {"arm": a.arm, "run": a.run, "output": a.output, "repeat": a.repeat} for a in one.shown
        ],
        "choice": one.choice,
        "label": one.label,
        "reviewer": one.reviewer,
        "time": one.time,
        "seconds": one.seconds,
        "revealed": one.revealed,
        "identical": one.identical,
        "note": one.note,
    }
    drawn = one.sampling
    row["sampling"] = {
        "plan": drawn.plan,
        "seed": drawn.seed,
        "frame": drawn.frame,
        "drawn": drawn.drawn,
        "place": drawn.place,
        "filter": list(drawn.filter),
        "random": drawn.random,
    }
    return row


def judgement_from(values: Mapping[str, Json], *, where: str) -> Judgement:
    """The judgement that `judgement_row` wrote.

    Raises:
        DatasetError: the object is no such line, or one of a newer form.
    """
    row = cast("Mapping[str, Any]", values)
    version = row.get("format")
    if not isinstance(version, int) or version > FORMAT:
        raise DatasetError(
            f"{where}: a line of a review in format {version!r}, and this holdfast reads formats "
            f"up to {FORMAT}; a newer holdfast wrote it, or it was edited"
        )
    try:
        found = _read(row, where)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DatasetError(f"{where}: no line of a review: {error!r}") from error
    _check(found)
    _check_origin(found)
    if row["sampling"].get("random", found.sampling.random) is not found.sampling.random:
        raise DatasetError(
            f"{where}: its cases were drawn by {found.sampling.filter}, and it says that random is "
            f"{row['sampling']['random']!r}; the line was edited"
        )
    return found


def _read(row: Mapping[str, Any], where: str) -> Judgement:
    sampling = row["sampling"]
    drawn = Sampling(
        plan=str(sampling["plan"]),
        seed=int(sampling["seed"]),
        frame=int(sampling["frame"]),
        drawn=int(sampling["drawn"]),
        place=int(sampling["place"]),
        filter=tuple(str(one) for one in sampling["filter"]),
    )
    shown = tuple(
        Shown(arm=one["arm"], run=str(one["run"]), output=str(one["output"]), repeat=one["repeat"])
        for one in row["shown"]
    )
    return Judgement(
        kind=row["kind"],
        case_id=str(row["case_id"]),
        case_digest=str(row["case_digest"]),
        metric=str(row["metric"]),
        shown=shown,
        choice=row["choice"],
        reviewer=str(row["reviewer"]),
        time=str(row["time"]),
        sampling=drawn,
        label=None if row["label"] is None else float(row["label"]),
        seconds=row["seconds"],
        revealed=bool(row["revealed"]),
        identical=bool(row["identical"]),
        note=str(row["note"]),
        where=where,
    )


def _check(one: Judgement) -> None:
    known = {"pair": _PAIR, "answer": _ANSWER}.get(one.kind, ())
    arms = [shown.arm for shown in one.shown]
    problem = ""
    if one.choice not in known:
        problem = f"the choice {one.choice!r} of a {one.kind!r} is none of {', '.join(known)}"
    elif not arms or len(arms) > _MOST_SHOWN or not set(arms) <= set(get_args(Arm)):
        problem = f"the answers shown are of {arms}, and they are of baseline, candidate or both"
    elif len(set(arms)) < len(arms) or (one.kind == "pair" and len(arms) < _MOST_SHOWN):
        problem = f"the answers shown are of {arms}; a pair is one of each run"
    elif (one.choice == "label") != (one.label is not None):
        problem = f"the choice is {one.choice!r} and the label {one.label!r}"
    elif one.label is not None and not math.isfinite(one.label):
        problem = f"the label is {one.label!r}, and a label is a finite number"
    if problem:
        raise DatasetError(f"{one.where}: {problem}; the line was edited")


def _check_origin(one: Judgement) -> None:
    if not all(shown.run and shown.output for shown in one.shown):
        raise DatasetError(
            f"{one.where}: an answer shown is without its run or its digest; the line was edited"
        )
    if not one.reviewer or not one.reviewer.isprintable():
        raise DatasetError(
            f"{one.where}: the reviewer is {one.reviewer!r:.100}, and has a printable name; the "
            "line was edited"
        )
