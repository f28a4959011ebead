"""Beginning: a run before its first trial."""

import inspect
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from holdfast.dataset import Case, Source, digest_cases
from holdfast.digest import Json, digest_json
from holdfast.errors import DatasetError
from holdfast.identity.fingerprint import fingerprint
from holdfast.identity.provenance import observe, own_sources
from holdfast.identity.texts import texts_behind
from holdfast.metric import Metric
from holdfast.metrics.relevance import check_answerable
from holdfast.options import RunOptions
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run
from holdfast.running.placing import ShownPlaces
from holdfast.running.subject import Subject
from holdfast.storage.cache import SystemKey
from holdfast.storage.codec import plain
from holdfast.store import new_id
from holdfast.suite import Suite
from holdfast.system import Spec, System

__all__ = ["begun", "head_of", "records_of"]


def begun(suite: Suite, system: System, *, options: RunOptions) -> tuple[Run, Subject]:
    """The run before its first trial, and what it puts to the test."""
    identified = fingerprint(system)
    provenance = replace(
        observe(system, seed=options.seed),
        metric_sources=own_sources(suite.metrics),
        settings=_settings(options),
    )
    # Another version of a library may answer otherwise, though no line of the project changed.
    carried = digest_json([identified.state, provenance.packages])
    subject = Subject(
        system=system,
        key=SystemKey.of(identified.spec, identified.code, state=carried),
        obstacle=identified.obstacle,
        declared=identified.declared,
        seeded=_takes_seed(system),
    )
    head = head_of(suite, identified.spec, repeats=options.repeats, provenance=provenance)
    texts = texts_behind([(system, identified.spec)])
    return replace(head, texts={**head.texts, **texts}), subject


def _settings(options: RunOptions) -> dict[str, Json]:
    """What of the options can change seconds, failures or what is new evidence."""
    return {
        "concurrency": options.concurrency,
        "timeout": options.timeout,
        "attempts": options.attempts,
        "fresh": options.fresh,
    }


def head_of(suite: Suite, system: Spec, *, repeats: int | None, provenance: Provenance) -> Run:
    """The run before its first trial, with the texts behind its metrics."""
    shown = ShownPlaces.here()
    name = suite.dataset.name
    cases = tuple(_case_record(case, name, shown.of(case.source)) for case in suite.dataset)
    if not cases:
        raise DatasetError(
            f"dataset {suite.dataset.name!r} holds no cases: there is nothing to run, and a suite "
            "that measures nothing would pass"
        )
    return Run(
        id=new_id(datetime.fromisoformat(provenance.started)),
        suite=suite.name,
        system=system.recorded,
        dataset=suite.dataset.name,
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=records_of(suite.metrics),
        cases=cases,
        trials=(),
        repeats=repeats or suite.repeats,
        provenance=provenance,
        texts=texts_behind((metric, metric.spec) for metric in suite.metrics),
    )


def records_of(metrics: Iterable[Metric]) -> tuple[MetricRecord, ...]:
    """What a run keeps of its metrics."""
    return tuple(
        MetricRecord(
            spec=metric.spec.recorded,
            better=metric.better,
            bounds=metric.bounds,
            unit=getattr(metric, "unit", ""),
            aggregate=getattr(metric, "aggregate", None),
            judge=getattr(metric, "judge", False),
        )
        for metric in metrics
    )


def _case_record(case: Case, dataset: str, source: Source | None) -> CaseRecord:
    check_answerable(case)
    try:
        return CaseRecord(
            id=case.id,
            digest=case.digest,
            tags=tuple(case.tags),
            cluster=case.cluster,
            input=plain(case.input),
            expected=plain(case.expected),
            source=source,
        )
    except (TypeError, ValueError) as error:
        raise DatasetError(
            f"case {case.id!r} of dataset {dataset!r} is not JSON: {error}"
        ) from error


def _takes_seed(system: System) -> bool:
    try:
        parameter = inspect.signature(system).parameters.get("seed")
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.kind in (
        parameter.KEYWORD_ONLY,
        parameter.POSITIONAL_OR_KEYWORD,
    )
