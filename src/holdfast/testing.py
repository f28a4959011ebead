"""Fakes and Hypothesis strategies: test your own suites, metrics and policies without a model."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from holdfast.dataset import digest_cases
from holdfast.digest import Json, canonical, digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.system import Answer, Response, Spec

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["METRICS", "ScriptedMetric", "ScriptedSystem", "make_run", "run_pairs", "runs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedSystem:
    """A system that says what it was told to say.

    >>> ScriptedSystem(answers={"1 + 1": "2"}, default="no idea")("2 + 2")
    'no idea'
    """

    answers: "Mapping[str, Answer | Exception]" = field(
        default_factory=dict[str, "Answer | Exception"]
    )
    """Answer by input; an input that is not text is looked up by its canonical JSON text.
    An exception is raised instead of returned."""
    default: "Answer | Exception | None" = None
    """Answer to every other input; None makes an unknown input an error."""
    spec: Spec = field(default_factory=lambda: Spec(name="scripted"))

    def __call__(self, input: Json, /) -> Answer:
        key = input if isinstance(input, str) else canonical(input)
        answer = self.answers.get(key, self.default)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            raise UsageError(f"the script holds no answer to {key!r}; add one, or give a default")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedMetric:
    """A metric that gives the scores that it was told to give."""

    scores: Mapping[str, float | Outcome] = field(default_factory=dict[str, "float | Outcome"])
    """Score or outcome by case id."""
    default: float | Outcome | None = None
    """What every other case gets; None makes it a failure of the metric."""
    name: str = "scripted"
    better: Better = "higher"
    bounds: tuple[float, float] | None = (0.0, 1.0)

    @property
    def spec(self) -> Spec:
        return Spec(name=self.name)

    def __call__(self, trial: Trial, /) -> Outcome:
        outcome = self.scores.get(trial.case.id, self.default)
        if outcome is None:
            return Failure(stage="metric", error=f"the script holds no score of {trial.case.id!r}")
        return _outcome(outcome)


METRICS = (
    MetricRecord(spec=Spec(name="correct"), better="higher", bounds=(0.0, 1.0)),
    MetricRecord(spec=Spec(name="recall", params={"k": 5}), better="higher", bounds=(0.0, 1.0)),
    MetricRecord(spec=Spec(name="error_rate"), better="lower", bounds=(0.0, 1.0)),
    MetricRecord(spec=Spec(name="latency"), better="lower", bounds=None),
)
"""Metrics that generated runs carry: yes or no, a share, a share where lower is better, seconds."""


def make_run(
    scores: Mapping[str, Sequence[float | Outcome]],
    *,
    id: str = "made",
    suite: str = "suite",
    system: str = "system",
    metric: MetricRecord = METRICS[0],
    clusters: Mapping[str, str] | None = None,
) -> Run:
    """A run of one metric, written down as scores by case id, one for each trial.

    >>> make_run({"a": [1.0, 0.0], "b": [1.0, 1.0]}).repeats
    2
    """
    cases = tuple(_case(name, cluster=(clusters or {}).get(name)) for name in scores)
    trials = tuple(
        _trial(name, repeat, scores={metric.label: _outcome(value)})
        for name, values in scores.items()
        for repeat, value in enumerate(values)
    )
    return Run(
        id=id,
        suite=suite,
        system=Spec(name=system),
        dataset="made",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=(metric,),
        cases=cases,
        trials=trials,
        repeats=max((len(values) for values in scores.values()), default=1),
    )


def _outcome(value: float | Outcome) -> Outcome:
    return value if isinstance(value, Score | Failure) else Score(float(value))


def _case(name: str, *, cluster: str | None = None, tags: tuple[str, ...] = ()) -> CaseRecord:
    content = {"input": name, "expected": None}
    return CaseRecord(id=name, digest=digest_json(content), input=name, cluster=cluster, tags=tags)


def _trial(
    name: str, repeat: int, *, scores: Mapping[str, Outcome], voice: str = ""
) -> TrialRecord:
    # The text follows from the scores, so that equal answers never have different scores.
    said = "; ".join(f"{label} {outcome}" for label, outcome in sorted(scores.items()))
    return TrialRecord(
        case_id=name, repeat=repeat, response=Response(text=voice + said), scores=scores
    )


def runs(
    *,
    cases: tuple[int, int] = (1, 30),
    repeats: tuple[int, int] = (1, 3),
    metrics: Sequence[MetricRecord] | None = None,
    failures: bool = True,
    clusters: bool = True,
) -> "SearchStrategy[Run]":
    """Hypothesis strategy of consistent runs; needs the package `hypothesis`.

    `cases` and `repeats` are smallest and largest numbers. Without `failures` every trial has
    every score. Metrics are one to three of `METRICS` unless given.
    """

    def build(draw: "DrawFn") -> Run:
        shape = _draw_cases(draw, cases, clusters=clusters), _draw_metrics(draw, metrics)
        return _draw_run(draw, shape, id="run", repeats=repeats, failures=failures)

    return _hypothesis().composite(build)()


def run_pairs(
    *,
    cases: tuple[int, int] = (1, 30),
    repeats: tuple[int, int] = (1, 3),
    metrics: Sequence[MetricRecord] | None = None,
    failures: bool = True,
    clusters: bool = True,
    edits: bool = False,
) -> "SearchStrategy[tuple[Run, Run]]":
    """Hypothesis strategy of (baseline, candidate) over one suite, with the same metrics.

    Half of the candidates repeat most answers of the baseline. With `edits`, the candidate's
    dataset may have lost, gained and changed a few cases.
    """
    strategies = _hypothesis()

    def build(draw: "DrawFn") -> tuple[Run, Run]:
        chosen = _draw_metrics(draw, metrics)
        before = _draw_cases(draw, cases, clusters=clusters)
        after = _draw_edits(draw, before) if edits else before
        old = _draw_run(draw, (before, chosen), id="baseline", repeats=repeats, failures=failures)
        new = _draw_run(draw, (after, chosen), id="candidate", repeats=repeats, failures=failures)
        return old, _draw_copies(draw, old, new=new) if draw(strategies.booleans()) else new

    return strategies.composite(build)()


def _hypothesis() -> Any:
    try:
        return importlib.import_module("hypothesis.strategies")
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "the strategies of holdfast.testing need: pip install hypothesis"
        ) from error


def _draw_metrics(draw: "DrawFn", given: Sequence[MetricRecord] | None) -> tuple[MetricRecord, ...]:
    if given is not None:
        return tuple(given)
    first: int = draw(_hypothesis().integers(0, len(METRICS) - 1))
    count: int = draw(_hypothesis().integers(1, 3))
    return (METRICS + METRICS)[first : first + count]


def _draw_cases(
    draw: "DrawFn", limits: tuple[int, int], *, clusters: bool
) -> tuple[CaseRecord, ...]:
    strategies = _hypothesis()
    count: int = draw(strategies.integers(*limits))
    groups: int = draw(strategies.integers(0, 6)) if clusters else 0
    return tuple(
        _case(
            f"case-{index}",
            cluster=f"cluster-{index % groups}" if groups else None,
            tags=("even",) if index % 2 == 0 else (),
        )
        for index in range(count)
    )


def _draw_edits(draw: "DrawFn", before: tuple[CaseRecord, ...]) -> tuple[CaseRecord, ...]:
    strategies = _hypothesis()
    removed: int = draw(strategies.integers(0, min(2, len(before) - 1)))
    edited: int = draw(strategies.integers(0, min(2, len(before) - removed)))
    kept = [
        replace(case, digest=digest_json(case.id + " edited")) if index < edited else case
        for index, case in enumerate(before[removed:])
    ]
    added = [_case(f"added-{index}") for index in range(draw(strategies.integers(0, 2)))]
    return tuple(draw(strategies.permutations(kept + added)))


def _draw_run(
    draw: "DrawFn",
    shape: tuple[tuple[CaseRecord, ...], tuple[MetricRecord, ...]],
    *,
    id: str,
    repeats: tuple[int, int],
    failures: bool,
) -> Run:
    records, metrics = shape
    strategies = _hypothesis()
    asked: int = draw(strategies.integers(*repeats))
    voice: str = draw(strategies.sampled_from(["", f"{id}: "]))
    marks = strategies.integers(-4 if failures else 0, 20)
    size = len(records) * asked * len(metrics)
    drawn: list[int] = draw(strategies.lists(marks, min_size=size, max_size=size))
    values = iter(drawn)
    trials = [
        _draw_trial(
            case.id, repeat, marks=[(metric, next(values)) for metric in metrics], voice=voice
        )
        for case in records
        for repeat in range(asked)
    ]
    finished = tuple(trial for trial in trials if trial is not None)
    return Run(
        id=id,
        suite="suite",
        system=Spec(name="generated", params={"arm": id}),
        dataset="generated",
        dataset_digest=digest_cases((case.id, case.digest) for case in records),
        metrics=metrics,
        cases=records,
        trials=finished,
        repeats=asked,
        complete=len(finished) == len(trials),
    )


def _draw_trial(
    name: str, repeat: int, *, marks: list[tuple[MetricRecord, int]], voice: str
) -> TrialRecord | None:
    """A trial from one mark for each metric; a negative first mark is a failure of the trial."""
    first = marks[0][1]
    if first == -4:
        return None
    if first < -1:
        failure = Failure(stage="system" if first == -2 else "infrastructure", error="no answer")
        return TrialRecord(case_id=name, repeat=repeat, response=None, failure=failure)
    scores = {metric.label: _score(metric, mark) for metric, mark in marks}
    return _trial(name, repeat, scores=scores, voice=voice)


def _score(metric: MetricRecord, mark: int) -> Outcome:
    if mark < 0:
        return Failure(stage="metric", error="the metric found nothing to score")
    if metric.label == "correct":
        return Score(float(mark % 2))
    low, high = metric.bounds or (0.0, 10.0)
    return Score(low + (high - low) * mark / 20)


def _draw_copies(draw: "DrawFn", old: Run, *, new: Run) -> Run:
    """The new run with most of its answers replaced by those of the old one."""
    strategies = _hypothesis()
    contents = {(case.id, case.digest) for case in old.cases}
    unchanged = {case.id for case in new.cases if (case.id, case.digest) in contents}
    answers = {(trial.case_id, trial.repeat): trial for trial in old.trials}
    every: int = draw(strategies.integers(2, 8))
    trials = tuple(
        answers.get((trial.case_id, trial.repeat), trial)
        if index % every and trial.case_id in unchanged
        else trial
        for index, trial in enumerate(new.trials)
    )
    return replace(new, trials=trials)
