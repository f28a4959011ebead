"""Judged: the verdict of a judge as a score, or as a preference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.judges.preference import Choice
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.sample import Sample, read_sample
from holdfast.running.settlement import settled
from holdfast.system import Response, Spec

__all__ = ["Grader", "Judged", "JudgedPairs", "PairGrader"]

_CHOICES = ("first", "second", "tie")


class Grader(Protocol):
    """A judge of single answers, a system like any other.

    It is given what it asks for by name, of `question`, `answer`, `passages` (a list of texts) and
    `reference`, and gives `{"reason": ..., "score": ...}` as its structured answer. It raises where
    it has no verdict.
    """

    @property
    def spec(self) -> Spec:
        """Identity: model, prompt and scale."""
        ...

    @property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest score."""
        ...

    @property
    def asks(self) -> frozenset[str]:
        """Names of what it must be given."""
        ...

    def __call__(self, given: Mapping[str, Json], /, *, seed: int) -> Response: ...


class PairGrader(Protocol):
    """A judge of pairs: of `question`, `first`, `second` and `reference` it asks for what it wants.

    It gives `{"reason": ..., "choice": "first"}`, or `second`, or `tie`.
    """

    @property
    def spec(self) -> Spec: ...

    @property
    def asks(self) -> frozenset[str]: ...

    def __call__(self, given: Mapping[str, Json], /, *, seed: int) -> Response: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The score that a judge gives an answer; higher is better.

    It gates only after `holdfast judge check` has admitted it. A verdict that is missing, refused,
    cut or outside the scale is a failure, and with repeats one of them fails all: which of its
    verdicts a judge keeps to itself must not matter.
    """

    name: str
    """Label of the metric, such as `faithfulness`."""
    by: Grader
    repeats: int = 1
    """How often it is asked about each answer, each time with another seed; the score is the mean.
    Worth it only for a judge with a temperature above 0."""
    read: Callable[[Trial], Sample] = read_sample
    """How a trial is read."""

    def __post_init__(self) -> None:
        _check_repeats(self.repeats)

    @property
    def spec(self) -> Spec:
        return _spec(self.name, self.by.spec, repeats=self.repeats)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return self.by.scale

    @property
    def judge(self) -> bool:
        """It may err as people do, and must be admitted."""
        return True

    def __call__(self, trial: Trial, /) -> Outcome:
        given = _given(self.by.asks, self.read(trial))
        lacking = sorted(self.by.asks - set(given))
        if lacking:
            error = f"case {trial.case.id!r} has no {lacking[0]}, which the judge asks for"
            return Failure(stage="metric", error=error)
        return settled(self, partial(self._score, given))

    def _score(self, given: Mapping[str, Json]) -> Score | Failure:
        verdicts: list[tuple[float, str]] = []
        for seed in range(self.repeats):
            answer = self.by(given, seed=seed)
            found = _field(answer, "score")
            if isinstance(found, bool) or not isinstance(found, int | float):
                return Failure(stage="metric", error=_no_verdict(answer))
            low, high = self.bounds
            if not low <= found <= high:
                error = f"the judge gave {found}, outside its scale from {low:g} to {high:g}"
                return Failure(stage="metric", error=error)
            verdicts.append((float(found), str(_field(answer, "reason") or "")))
        if self.repeats == 1:
            return Score(*verdicts[0])
        said = ", ".join(f"{score:g}" for score, _ in verdicts)
        mean = sum(score for score, _ in verdicts) / len(verdicts)
        return Score(mean, f"mean of {said}; {verdicts[0][1]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """A judge of pairs for `prefer`, which asks it in both orders."""

    by: PairGrader
    repeats: int = 1
    """How often it is asked about each order; what more than half of its verdicts say counts, and
    else it is a tie."""

    def __post_init__(self) -> None:
        _check_repeats(self.repeats)

    @property
    def spec(self) -> Spec:
        return _spec("preference", self.by.spec, repeats=self.repeats)

    def __call__(self, case: Case, first: Response, second: Response) -> Choice:
        sample = read_sample(Trial(case=case, repeat=0, response=first, seconds=0.0))
        other = read_sample(Trial(case=case, repeat=0, response=second, seconds=0.0))
        given: dict[str, Json] = {
            **_given(self.by.asks, sample),
            "first": sample.answer,
            "second": other.answer,
        }
        lacking = sorted(self.by.asks - set(given))
        if lacking:
            raise UsageError(f"case {case.id!r} has no {lacking[0]}, which the judge asks for")
        votes: list[Choice] = [self._vote(given, seed) for seed in range(self.repeats)]
        for choice in votes:
            if 2 * votes.count(choice) > self.repeats:
                return choice
        return "tie"

    def _vote(self, given: Mapping[str, Json], seed: int) -> Choice:
        answer = self.by(given, seed=seed)
        found = _field(answer, "choice")
        if found not in _CHOICES:
            raise ValueError(_no_verdict(answer))
        return found


def _check_repeats(repeats: int) -> None:
    if repeats < 1:
        raise UsageError(f"a judge is asked at least once, got repeats={repeats}")


def _spec(name: str, judge: Spec, *, repeats: int) -> Spec:
    """The spec of a metric whose label stays when its judge is another one."""
    return Spec(
        name=name,
        params={"repeats": repeats} if repeats > 1 else {},
        artifacts={**judge.artifacts, "judge": judge.digest},
        texts={**judge.texts, "judge.txt": judge.label},
    )


def _given(asks: frozenset[str], sample: Sample) -> dict[str, Json]:
    known: dict[str, Json] = {"question": sample.question, "answer": sample.answer}
    if sample.retrieved is not None:
        known["passages"] = list(sample.retrieved)
    if sample.reference is not None:
        known["reference"] = sample.reference
    return {name: value for name, value in known.items() if name in asks}


def _field(answer: Response, name: str) -> Json:
    return answer.data.get(name) if isinstance(answer.data, Mapping) else None


def _no_verdict(answer: Response) -> str:
    return f"the judge gave no verdict: {answer.text or answer.data!r:.200}"
