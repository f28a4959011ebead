"""Runner: a suite put to a system becomes a run."""

import inspect
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from holdfast.dataset import Case, digest_cases
from holdfast.digest import canonical, digest_json
from holdfast.errors import DatasetError, UsageError
from holdfast.identity.fingerprint import fingerprint
from holdfast.identity.provenance import observe
from holdfast.metric import Metric
from holdfast.options import Budget, RunOptions
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.running.interleaving import interleave, schedule
from holdfast.running.making import Making, making
from holdfast.running.scoring import metric_key
from holdfast.running.subject import Subject
from holdfast.running.threads import run_to_end
from holdfast.storage.cache import SystemKey
from holdfast.storage.codec import plain
from holdfast.store import new_id
from holdfast.suite import Suite
from holdfast.system import Spec, System

__all__ = ["Budget", "RunOptions", "rescore", "run", "run_interleaved"]

_DEFAULT = RunOptions()


def run(
    suite: Suite, system: System, *, store: Path | None = None, options: RunOptions = _DEFAULT
) -> Run:
    """Run of the suite put to the system.

    With a store every finished trial is on disk at once, answers are kept for later runs, and the
    same call goes on with a run that was interrupted. Without one nothing is written.
    A spent budget ends the run early: it comes back with `complete=False`.

    Raises:
        DatasetError: the dataset holds no cases.
        StoreError: the disk refused.
    """
    head, subject = _begun(suite, system, options=options)
    return _made(head, subject, metrics=suite.metrics, store=store, options=options)


def run_interleaved(
    suite: Suite,
    baseline: System,
    candidate: System,
    *,
    store: Path | None = None,
    options: RunOptions = _DEFAULT,
) -> tuple[Run, Run]:
    """Runs of baseline and candidate, made in one session that asks them in turns.

    Only such runs are compared by their seconds. They are made in blocks of about ten requests per
    arm, at least 20 and one before them in which the systems warm up; cases are repeated where
    there are too few for that. Every answer is a new one: the cache has no new time to tell. A
    budget holds for each arm, and what ends one ends both. An interrupted session starts anew.

    Raises:
        DatasetError: the dataset holds no cases.
        StoreError: the disk refused.
    """
    options = replace(options, fresh=True)
    arms = [_begun(suite, system, options=options) for system in (baseline, candidate)]
    plan = schedule(
        arms[0][0].cases,
        repeats=arms[0][0].repeats,
        concurrency=options.concurrency,
        seed=options.seed,
    )
    name = new_id(datetime.fromisoformat(arms[0][0].provenance.started))
    keyed = tuple((metric, metric_key(metric)) for metric in suite.metrics)
    with ExitStack() as open_runs:
        made: list[Making] = []
        for head, subject in arms:
            beginning = replace(
                head,
                repeats=plan.repeats,
                provenance=replace(head.provenance, interleaved=name),
            )
            # Without an identity nobody goes on with the run in another hour of the day.
            one = making(
                beginning, subject, identity="", metrics=keyed, store=store, options=options
            )
            made.append(open_runs.enter_context(one))
        run_to_end(interleave((made[0].session, made[1].session), plan.blocks))
    return made[0].run, made[1].run


def _begun(suite: Suite, system: System, *, options: RunOptions) -> tuple[Run, Subject]:
    """The run before its first trial, and what it puts to the test."""
    identified = fingerprint(system)
    provenance = observe(system, seed=options.seed)
    # Another version of a library may answer otherwise, though no line of the project changed.
    carried = digest_json([identified.state, provenance.packages])
    subject = Subject(
        system=system,
        key=SystemKey.of(identified.spec, identified.code, state=carried),
        obstacle=identified.obstacle,
        declared=identified.declared,
        seeded=_takes_seed(system),
    )
    head = _head(suite, identified.spec, repeats=options.repeats, provenance=provenance)
    return head, subject


def rescore(
    recorded: Run, suite: Suite, *, store: Path | None = None, options: RunOptions = _DEFAULT
) -> Run:
    """Run with the recorded answers, scored again by the metrics of the suite.

    No system is called. The cases are those of the suite: one whose expected answer was corrected
    is scored by the corrected one, and one whose input changed has no answer.

    Raises:
        UsageError: the recorded run answers no case of the suite.
    """
    provenance = replace(
        recorded.provenance,
        started=datetime.now().astimezone().isoformat(timespec="milliseconds"),
        seconds=0.0,
        origin=f"scored again from {recorded.id}",
    )
    head = _head(suite, recorded.system, repeats=recorded.repeats, provenance=provenance)
    head = replace(head, sequence=recorded.sequence)
    answers = _answers(recorded, head)
    subject = Subject(
        system=None,
        key=SystemKey.of(recorded.system, ""),
        obstacle=None,
        declared=True,
        seeded=False,
        answers=answers,
    )
    return _made(head, subject, metrics=suite.metrics, store=store, options=options)


def _answers(recorded: Run, head: Run) -> dict[tuple[str, int], TrialRecord]:
    inputs = {case.id: canonical(case.input) for case in recorded.cases}
    same = {case.id for case in head.cases if inputs.get(case.id) == canonical(case.input)}
    answers = {(t.case_id, t.repeat): t for t in recorded.trials if t.case_id in same}
    if not answers:
        raise UsageError(
            f"run {recorded.id!r} of dataset {recorded.dataset!r} answers no case of suite "
            f"{head.suite!r} (dataset {head.dataset!r}); give the suite that it was made with"
        )
    return answers


def _head(suite: Suite, system: Spec, *, repeats: int | None, provenance: Provenance) -> Run:
    """The run before its first trial."""
    cases = tuple(_case_record(case, suite.dataset.name) for case in suite.dataset)
    if not cases:
        raise DatasetError(
            f"dataset {suite.dataset.name!r} holds no cases: there is nothing to run, and a suite "
            "that measures nothing would pass"
        )
    return Run(
        id=new_id(datetime.fromisoformat(provenance.started)),
        suite=suite.name,
        system=system,
        dataset=suite.dataset.name,
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=tuple(
            MetricRecord(
                spec=metric.spec,
                better=metric.better,
                bounds=metric.bounds,
                unit=getattr(metric, "unit", ""),
                judge=getattr(metric, "judge", False),
            )
            for metric in suite.metrics
        ),
        cases=cases,
        trials=(),
        repeats=repeats or suite.repeats,
        provenance=provenance,
    )


def _case_record(case: Case, dataset: str) -> CaseRecord:
    try:
        return CaseRecord(
            id=case.id,
            digest=case.digest,
            tags=tuple(case.tags),
            cluster=case.cluster,
            input=plain(case.input),
            expected=plain(case.expected),
        )
    except (TypeError, ValueError) as error:
        raise DatasetError(
            f"case {case.id!r} of dataset {dataset!r} is not JSON: {error}"
        ) from error


def _made(
    head: Run,
    subject: Subject,
    *,
    metrics: tuple[Metric, ...],
    store: Path | None,
    options: RunOptions,
) -> Run:
    keyed = tuple((metric, metric_key(metric)) for metric in metrics)
    identity = _identity(head, subject, keys=[key for _, key in keyed], options=options)
    with making(
        head, subject, identity=identity, metrics=keyed, store=store, options=options
    ) as made:
        made.make(made.session.pending())
    return made.run


def _identity(head: Run, subject: Subject, *, keys: list[str], options: RunOptions) -> str:
    """Digest of everything that makes two runs the same; empty where that cannot be told."""
    if subject.obstacle is not None:
        return ""
    return digest_json(
        {
            "suite": head.suite,
            "system": subject.key.digest,
            "dataset": [head.dataset, head.dataset_digest],
            "metrics": keys,
            "repeats": head.repeats,
            "seed": options.seed,
            "timeout": options.timeout,
            "fresh": options.fresh,
            "origin": head.provenance.origin,
        }
    )


def _takes_seed(system: System) -> bool:
    try:
        parameter = inspect.signature(system).parameters.get("seed")
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.kind in (
        parameter.KEYWORD_ONLY,
        parameter.POSITIONAL_OR_KEYWORD,
    )
