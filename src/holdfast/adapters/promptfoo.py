"""promptfoo: the results of an evaluation as a run that can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast.adapters.promptfoo_file import Choice, PromptfooFile, Row, read_promptfoo
from holdfast.adapters.promptfoo_result import Identity, case_of, failure_of, response_of, scores_of
from holdfast.dataset import Case, digest_cases
from holdfast.digest import Json, digest_bytes
from holdfast.errors import DatasetError
from holdfast.identity.texts import texts_behind
from holdfast.metric import Failure, Outcome, Score, Trial
from holdfast.metrics import Cost, Latency, TotalTokens
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.system import Spec

__all__ = ["Evaluation", "import_promptfoo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A file of results, and what of it becomes a run."""

    path: Path
    choice: Choice = field(default_factory=Choice)
    identity: Identity = "auto"
    """What names a case: `auto` takes `metadata.id`, else `vars.id`, else the description, else the
    digest of its variables; the position of a test never does."""


def import_promptfoo(source: Evaluation, *, suite: str, system: str | Spec) -> Run:
    """A run of what promptfoo recorded: one case for each test, one trial for each result.

    Metrics are `passed` (1 where every assertion held), `score` (promptfoo's weighted score), each
    named metric of an assertion, and `cost`, `total_tokens` and `latency` where they were recorded.
    The system is named, with provider and prompt as its settings, or described by a spec.
    A provider's error is a failure of the trial: of the infrastructure where it names a limit, a
    time-out or a broken connection, else of the system.

    Raises:
        DatasetError: the file cannot be read, or two of its tests share an id.
        UsageError: the provider or the prompt must be chosen, or is unknown.
    """
    file = read_promptfoo(source.path, source.choice)
    grouped = _grouped(file, source.identity)
    made = [
        _trial(row, case, repeat)
        for case, rows in grouped.values()
        for repeat, row in enumerate(rows)
    ]
    names = _recorded(made)
    trials = tuple(_with_all_scores(trial, names) for trial in made)
    cases = tuple(case for case, _ in grouped.values())
    spec = _spec(file, system) if isinstance(system, str) else system
    return Run(
        id=f"{source.path.stem}-{_digest(source, suite, spec)}",
        suite=suite,
        system=spec.recorded,
        dataset=suite,
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=_metrics(trials, names),
        cases=cases,
        trials=trials,
        repeats=max(len(rows) for _, rows in grouped.values()),
        provenance=Provenance(
            started=file.timestamp,
            packages={"promptfoo": file.version} if file.version else {},
            origin=f"imported from {source.path.name}",
        ),
        texts=texts_behind([(None, spec)]),
    )


def _digest(source: Evaluation, suite: str, system: Spec) -> str:
    chosen = f"{suite}\0{system.digest}\0{source.choice}\0{source.identity}"
    return digest_bytes(chosen.encode() + source.path.read_bytes())[:8]


def _spec(file: PromptfooFile, system: str) -> Spec:
    """What was measured; a prompt that is named by its own text stands in the texts alone."""
    params: dict[str, Json] = {"provider": file.provider}
    named = file.prompt.strip()
    if file.template.strip() and named.endswith(file.template.strip()):
        named = named.partition(": ")[0] if ": " in named else ""
    if named:
        params["prompt"] = named[:80]
    texts = {"prompt": file.template} if file.template else {}
    return Spec(name=system, params=params, texts=texts)


def _grouped(file: PromptfooFile, identity: Identity) -> dict[str, tuple[CaseRecord, list[Row]]]:
    """Case and results by id of the case, in the order of the tests.

    Raises:
        DatasetError: two tests share an id.
    """
    grouped: dict[str, tuple[CaseRecord, list[Row]]] = {}
    for number, row in enumerate(file.rows, start=1):
        case = case_of(row, identity=identity, where=f"{file.path}, result {number}")
        known, rows = grouped.setdefault(case.id, (case, []))
        if known.digest != case.digest:
            raise DatasetError(
                f"{file.path}: two different tests are named {case.id!r}; give each a name of its "
                "own in its metadata, as in `metadata: {id: ...}`"
            )
        rows.append(row)
    counts = {len(rows) for _, rows in grouped.values()}
    most = file.repeats if file.repeats is not None else min(counts)
    for name, (_, rows) in grouped.items():
        if len(rows) > most:
            raise DatasetError(
                f"{file.path}: the test {name!r} has {len(rows)} results, and {most} were asked "
                "for; leave out tests that occur twice, or name each in its metadata"
            )
    return grouped


def _trial(row: Row, case: CaseRecord, repeat: int) -> TrialRecord:
    """One result as a trial; resources are scored where anything was recorded of them."""
    seconds = _seconds(row)
    failure = failure_of(row)
    if failure is not None:
        return TrialRecord(
            case_id=case.id, repeat=repeat, response=None, failure=failure, seconds=seconds
        )
    response = response_of(row)
    scores = scores_of(row)
    trial = Trial(
        case=Case(id=case.id, input=case.input),
        repeat=repeat,
        response=response,
        seconds=seconds,
    )
    for meter in (Cost(), TotalTokens()):
        scores[meter.spec.name] = meter(trial)
    cached = row["response"].get("cached") is True
    # What came from promptfoo's cache took no time that says anything of the system.
    if not cached:
        scores["latency"] = Latency()(trial)
    return TrialRecord(
        case_id=case.id,
        repeat=repeat,
        response=response,
        scores=scores,
        seconds=seconds,
        cached=cached,
    )


def _recorded(trials: Sequence[TrialRecord]) -> tuple[str, ...]:
    """Names of what was scored; resources only where any trial has used some."""
    names = dict.fromkeys(name for trial in trials for name in trial.scores)
    outcomes = {name: [trial.scores.get(name) for trial in trials] for name in names}
    return tuple(
        name
        for name, found in outcomes.items()
        if name not in _METERS or any(isinstance(one, Score) and one.value for one in found)
    ) or ("passed",)


def _seconds(row: Row) -> float:
    milliseconds = row.get("latencyMs")
    if isinstance(milliseconds, int | float) and milliseconds > 0:
        return float(milliseconds) / 1000
    return 0.0


def _with_all_scores(trial: TrialRecord, names: Sequence[str]) -> TrialRecord:
    """The trial with just these metrics, and a failure for each that it has no score of."""
    if trial.failure is not None:
        return trial
    scores: dict[str, Outcome] = {}
    for name in names:
        absent = Failure(stage="metric", error=f"promptfoo recorded no {name!r} of this result")
        scores[name] = trial.scores.get(name, absent)
    return replace(trial, scores=scores)


def _metrics(trials: Sequence[TrialRecord], names: Sequence[str]) -> tuple[MetricRecord, ...]:
    return tuple(_METERS.get(name) or _named(name, trials) for name in names)


def _named(name: str, trials: Sequence[TrialRecord]) -> MetricRecord:
    """A metric of promptfoo: higher is better, from 0 to 1 unless a score lies outside."""
    outcomes = [trial.outcome(name) for trial in trials]
    values = [one.value for one in outcomes if isinstance(one, Score)]
    bounds = (0.0, 1.0) if all(0 <= value <= 1 for value in values) else None
    return MetricRecord(spec=Spec(name=name), better="higher", bounds=bounds)


def _meter(metric: Cost | TotalTokens | Latency) -> MetricRecord:
    return MetricRecord(
        spec=metric.spec, better=metric.better, bounds=metric.bounds, unit=metric.unit
    )


_METERS = {metric.spec.name: _meter(metric) for metric in (Cost(), TotalTokens(), Latency())}
