"""JUnit: the verdict as XML that continuous integration servers read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.failing import FailingCase, case_texts, failing_cases
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.untrusted import clean

__all__ = ["render_junit"]

_CASES = 20
"""Failing cases that the text of one failure names."""

Result = Literal["passed", "failure", "error", "skipped"]


def render_junit(verdict: Verdict) -> str:
    """One test suite for the comparison, with one test case for each finding.

    A metric that regressed is a failure, however many cases are behind it; its text names the
    worst of them. The form is that of the schema that Jenkins keeps (junit-10.xsd).
    """
    rows = metric_rows(verdict)
    results: list[Result] = [_result(finding) for finding in verdict.findings]
    failing = _failing(verdict)
    cases = [
        _finding(verdict, row, result, failing.get(finding.metric, ()))
        for finding, row, result in zip(verdict.findings, rows, results, strict=True)
    ]
    if verdict.outcome == "invalid":
        results.append("error")
        cases.append(_incomparable(verdict))
    totals = {
        "tests": str(len(results)),
        "failures": str(results.count("failure")),
        "errors": str(results.count("error")),
        "skipped": str(results.count("skipped")),
        "time": f"{max(0.0, verdict.comparison.candidate.provenance.seconds):.3f}",
    }
    suite = {"name": f"holdfast.{verdict.comparison.suite}", **totals, **_timestamp(verdict)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes({'name': 'holdfast', **_outermost(totals)})}>",
        f"<testsuite{_attributes(suite)}>",
        _properties(_suite_properties(verdict)),
        *cases,
        _element("system-out", "\n".join((verdict.sentence, verdict.next_step, *verdict.warnings))),
        "</testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _result(finding: Finding) -> Result:
    match finding.state:
        case "regressed" | "below_floor":
            return "failure" if finding.blocks or finding.policy.role == "gate" else "skipped"
        case "invalid":
            return "error" if finding.policy.role == "gate" else "skipped"
        case "inconclusive":
            return "failure" if finding.blocks else "skipped"
        case "improved" | "within_margin":
            return "passed"
        case "not_judged":
            return "skipped"


def _outermost(totals: Mapping[str, str]) -> Mapping[str, str]:
    """The totals without the one that the schema knows of suites alone."""
    return {name: value for name, value in totals.items() if name != "skipped"}


def _failing(verdict: Verdict) -> Mapping[str, Sequence[str]]:
    """The worst newly failing cases of each gate, in words."""
    by_metric: dict[str, list[FailingCase]] = {}
    for case in failing_cases(verdict):
        by_metric.setdefault(case.metric, []).append(case)
    return {metric: tuple(_listed(cases, verdict)) for metric, cases in by_metric.items()}


def _listed(cases: list[FailingCase], verdict: Verdict) -> Iterator[str]:
    shown = tuple(cases[:_CASES])
    for case, text in zip(shown, case_texts(shown, verdict), strict=True):
        source = case.pair.case.source
        at = f" ({source})" if source is not None else ""
        yield f"{text.word.text}: {text.id}{at}: {text.moved}"
    if len(cases) > _CASES:
        yield f"{numbers.plural(len(cases) - _CASES, 'more case')} in the report"


def _finding(verdict: Verdict, row: MetricRow, result: Result, cases: Sequence[str]) -> str:
    name = {"classname": f"holdfast.{verdict.comparison.suite}", "name": row.metric, "time": "0"}
    told = {
        "state": row.state.text, "role": row.role, "direction": row.direction,
        "baseline": row.baseline, "candidate": row.candidate, "change": row.change,
        "interval": _interval(row),
        "margin": row.margin, "floor": row.floor, "p_worse": row.p_worse, "p_better": row.p_better,
        "evidence": row.evidence, "method": row.method, "plan": row.plan,
    }  # fmt: skip
    parts: list[str] = []
    message = f"{row.state.text}: {row.why}"
    if result == "skipped":
        parts.append(f"<skipped{_attributes({'message': message})}/>")
    elif result != "passed":
        text = "\n".join(filter(None, (row.reason, row.evidence, *cases)))
        attributes = _attributes({"message": message, "type": row.state.text})
        parts.append(f"<{result}{attributes}>{_text(text)}</{result}>")
    lines = (f"{key}: {value}" for key, value in told.items() if value)
    parts.append(_element("system-out", "\n".join(lines)))
    return f"<testcase{_attributes(name)}>{''.join(parts)}</testcase>"


def _interval(row: MetricRow) -> str:
    if not row.level or not any(character.isdigit() for character in row.interval):
        return row.interval if row.level else ""
    return f"{row.interval} ({row.level})"


def _incomparable(verdict: Verdict) -> str:
    name = {"classname": f"holdfast.{verdict.comparison.suite}", "name": "comparable", "time": "0"}
    problems = "\n".join(verdict.problems) or verdict.sentence
    attributes = _attributes({"message": verdict.sentence, "type": "invalid"})
    return f"<testcase{_attributes(name)}><error{attributes}>{_text(problems)}</error></testcase>"


def _suite_properties(verdict: Verdict) -> Mapping[str, str]:
    comparison = verdict.comparison
    return {
        "outcome": verdict.outcome,
        "exit_code": str(verdict.exit_code),
        "profile": verdict.profile,
        "dataset": comparison.dataset,
        "baseline": f"{comparison.baseline.system.label} ({comparison.baseline.id})",
        "candidate": f"{comparison.candidate.system.label} ({comparison.candidate.id})",
        **{f"candidate.{name}": str(count) for name, count in comparison.candidate.tally.items()},
    }


def _timestamp(verdict: Verdict) -> Mapping[str, str]:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(verdict.comparison.candidate.provenance.started)
    except ValueError:
        return {}
    # The schema knows no offset and no fractions of a second.
    return {"timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S")}


def _properties(properties: Mapping[str, str]) -> str:
    inner = "".join(
        f"<property{_attributes({'name': name, 'value': value})}/>"
        for name, value in properties.items()
    )
    return f"<properties>{inner}</properties>"


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(_attribute(name, value) for name, value in attributes.items())


def _attribute(name: str, value: str) -> str:
    return f" {name}={quoteattr(clean(value))}"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    return escape(clean(text))
