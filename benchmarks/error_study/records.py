"""Records: simulated outcomes as the runs that the public API compares."""

from functools import lru_cache

from error_study.draws import Outcomes, Setting

from holdfast.dataset import Case, digest_cases
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.system import Spec

_SCORES = (Score(0.0), Score(1.0))


def policies(setting: Setting, *, margin: float) -> tuple[Policy, ...]:
    """A gate with that margin on every metric."""
    return tuple(Policy(metric=label, margin=margin) for label in _labels(setting.metrics))


def record(outcomes: Outcomes, setting: Setting, *, name: str) -> Run:
    """The outcomes as a finished run."""
    cases, digest = _cases(setting.cases, setting.cluster if setting.declared else 1)
    labels = _labels(setting.metrics)
    trials = tuple(
        _trial(case.id, repeat, labels, tuple(outcomes[:, index, repeat].tolist()))
        for index, case in enumerate(cases)
        for repeat in range(outcomes.shape[2])
    )
    return Run(
        id=name,
        suite="simulated",
        system=Spec(name="simulated"),
        dataset="simulated",
        dataset_digest=digest,
        metrics=tuple(
            MetricRecord(spec=Spec(name=label), better="higher", bounds=(0.0, 1.0))
            for label in labels
        ),
        cases=cases,
        trials=trials,
        repeats=outcomes.shape[2],
    )


@lru_cache
def _labels(metrics: int) -> tuple[str, ...]:
    return tuple(f"metric-{index}" for index in range(metrics))


@lru_cache
def _cases(number: int, cluster: int) -> tuple[tuple[CaseRecord, ...], str]:
    cases = tuple(
        CaseRecord(
            id=f"case-{index:04d}",
            digest=Case(id="any", input=index).digest,
            cluster=None if cluster == 1 else f"document-{index // cluster}",
            input=index,
        )
        for index in range(number)
    )
    return cases, digest_cases((case.id, case.digest) for case in cases)


# A frozen record may be part of any number of runs.
@lru_cache(maxsize=200_000)
def _trial(case: str, repeat: int, labels: tuple[str, ...], passed: tuple[int, ...]) -> TrialRecord:
    scores = {label: _SCORES[value] for label, value in zip(labels, passed, strict=True)}
    return TrialRecord(case_id=case, repeat=repeat, response=None, scores=scores)
