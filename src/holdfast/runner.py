"""Runner: a suite put to a system becomes a run."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from holdfast.digest import canonical, digest_json
from holdfast.errors import UsageError
from holdfast.metric import Metric
from holdfast.options import Budget, RunOptions
from holdfast.record import Run, TrialRecord
from holdfast.running.beginning import begun, head_of
from holdfast.running.interleaving import interleave, schedule
from holdfast.running.making import Making, making
from holdfast.running.scoring import metric_key
from holdfast.running.subject import Subject
from holdfast.running.threads import run_to_end
from holdfast.sequential.driver import drive
from holdfast.sequential.referee import Referee, most_trials
from holdfast.storage.cache import SystemKey
from holdfast.store import new_id
from holdfast.suite import Suite
from holdfast.system import System

__all__ = ["Budget", "Referee", "RunOptions", "rescore", "run", "run_beside", "run_interleaved"]

_DEFAULT = RunOptions()


def run(
    suite: Suite,
    system: System,
    *,
    store: Path | None = None,
    options: RunOptions = _DEFAULT,
    referee: Referee | None = None,
) -> Run:
    """Run of the suite put to the system.

    With a store every finished trial is on disk at once, answers are kept for later runs, and the
    same call goes on with a run that was interrupted. Without one nothing is written.
    A spent budget ends the run early: it comes back with `complete=False`. With a referee the run
    is judged while it is made, and ends when its verdict is decided.

    Raises:
        DatasetError: the dataset holds no cases.
        StoreError: the disk refused.
    """
    head, subject = begun(suite, system, options=options)
    if referee is None:
        return _made(head, subject, metrics=suite.metrics, store=store, options=options)
    with _watched(
        head, subject, suite=suite, store=store, options=options, referee=referee
    ) as made:
        drive(made, referee, options=options)
    return made.run


def run_beside(
    suite: Suite,
    baseline: System,
    candidate: System,
    *,
    referee: Referee,
    store: Path | None = None,
    options: RunOptions = _DEFAULT,
) -> tuple[Run, Run]:
    """Runs of baseline and candidate, made case by case together until the verdict is decided.

    Raises:
        DatasetError: the dataset holds no cases.
        StoreError: the disk refused.
    """
    with ExitStack() as open_runs:
        made: list[Making] = []
        for system in (baseline, candidate):
            head, subject = begun(suite, system, options=options)
            one = _watched(
                head, subject, suite=suite, store=store, options=options, referee=referee
            )
            made.append(open_runs.enter_context(one))
        drive(made[1], referee, options=options, baseline=made[0])
    return made[0].run, made[1].run


def _watched(
    head: Run,
    subject: Subject,
    *,
    suite: Suite,
    store: Path | None,
    options: RunOptions,
    referee: Referee,
) -> AbstractContextManager[Making]:
    """An open run that is judged while it is made."""
    keyed = tuple((metric, metric_key(metric)) for metric in suite.metrics)
    most = most_trials(referee, repeats=head.repeats, options=options)
    identity = _identity(head, subject, keys=[key for _, key in keyed], options=options)
    # A run with another plan of looks would spend its alpha in another way.
    identity = identity and digest_json([identity, options.sequential, most])
    return making(head, subject, identity=identity, metrics=keyed, store=store, options=options)


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
    arms = [begun(suite, system, options=options) for system in (baseline, candidate)]
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
    head = head_of(suite, recorded.system, repeats=recorded.repeats, provenance=provenance)
    head = replace(head, sequence=recorded.sequence, texts={**recorded.texts, **head.texts})
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
