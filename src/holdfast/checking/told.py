"""Told: the check of a suite as text and as JSON."""

import math
import textwrap
from collections.abc import Iterator, Sequence

from holdfast.checking.defect import Defect
from holdfast.checking.discrimination import FaultResult, MetricResult
from holdfast.checking.faults import FAULTS
from holdfast.checking.suite_check import SuiteCheck
from holdfast.digest import Json
from holdfast.judging.numbers import plural, score_scale
from holdfast.record import MetricRecord
from holdfast.report.untrusted import no_command, one_line

__all__ = ["check_as_json", "check_as_text"]

_SHOWN = 30


def check_as_text(check: SuiteCheck, *, width: int = 100) -> str:
    """A table of metrics and faults, then the defects, worst first."""
    exam = check.exam
    cases = plural(len(exam.cases), "case")
    blocking = sum(defect.blocks for defect in check.defects)
    state = "proven" if check.proven else f"not proven, {plural(blocking, 'defect')}"
    lines = [f"suite {one_line(check.suite, 200)}: {state} ({cases})", ""]
    lines += _table(exam.metrics)
    if exam.left_out:
        names = one_line(", ".join(exam.left_out), 500)
        lines += ["", f"left out, because they measure what an answer took: {names}"]
    if check.defects:
        lines.append("")
    for defect in check.defects[:_SHOWN]:
        mark = "✕" if defect.blocks else "·"
        text = f"{mark} {defect.kind}: {one_line(defect.sentence, 1_000)}"
        lines += textwrap.wrap(text, max(width, 40), subsequent_indent="  ")
    if len(check.defects) > _SHOWN:
        lines.append(f"{len(check.defects) - _SHOWN} more are in the JSON form.")
    return "\n".join(no_command(line) for line in lines) + "\n"


def _table(results: Sequence[MetricResult]) -> Iterator[str]:
    """One row for each metric: its mean on right answers, and the wrong ones that it tells."""
    rows: list[tuple[str, ...]] = [("metric", "right answers", *FAULTS)]
    for result in results:
        cells = [_cell(fault) for fault in result.faults]
        mean = "no score" if math.isnan(result.mean) else _score(result, result.mean)
        rows.append((one_line(result.label, 40), mean, *cells))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = [cell.rjust(size) for cell, size in zip(row[1:], widths[1:], strict=True)]
        yield f"  {row[0].ljust(widths[0])}  {'  '.join(padded)}"
    yield "  (wrong answers told from right ones, of the cases where the metric reads a difference)"


def _cell(fault: FaultResult) -> str:
    return f"{fault.told} of {fault.cases}" if fault.cases else "none"


def _score(result: MetricResult, value: float) -> str:
    metric = result.metric
    record = MetricRecord(spec=metric.spec, better=metric.better, bounds=metric.bounds)
    return score_scale(record).score(value)


def check_as_json(check: SuiteCheck) -> Json:
    """The same for programs: `proven`, `metrics` with their `faults`, `defects` worst first."""
    exam = check.exam
    return {
        "suite": check.suite,
        "proven": check.proven,
        "cases": len(exam.cases),
        "without_reference": list(exam.without_reference),
        "planted": {fault: exam.planted[fault] for fault in FAULTS},
        "left_out": list(exam.left_out),
        "metrics": [_metric(result) for result in exam.metrics],
        "defects": [_defect(defect) for defect in check.defects],
    }


def _metric(result: MetricResult) -> Json:
    return {
        "metric": result.label,
        "reads": list(result.reads),
        "reference_mean": _number(result.mean),
        "reference_low": list(result.low),
        "reference_unscored": list(result.unscored),
        "faults": {
            fault.fault: {
                "cases": fault.cases,
                "told": fault.told,
                "preferred": fault.preferred,
                "skipped": fault.skipped,
                "unscored": fault.unscored,
                "auroc": _number(fault.auroc),
                "mean": _number(fault.mean),
                "drop": _number(fault.drop),
                "examples": list(fault.examples),
            }
            for fault in result.faults
        },
    }


def _defect(defect: Defect) -> Json:
    return {
        "kind": defect.kind,
        "blocks": defect.blocks,
        "metric": defect.metric,
        "sentence": defect.sentence,
        "cases": list(defect.cases),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
