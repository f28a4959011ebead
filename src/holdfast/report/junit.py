"""JUnit: the verdict as XML that continuous integration servers read."""

from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from holdfast.gate import Finding, Verdict
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.untrusted import clean

__all__ = ["render_junit"]

Result = Literal["passed", "failure", "error", "skipped"]


def render_junit(verdict: Verdict) -> str:
    """One test suite for the comparison, with one test case for each finding."""
    rows = metric_rows(verdict)
    results: list[Result] = [_result(finding) for finding in verdict.findings]
    cases = [_finding(verdict, row, result) for row, result in zip(rows, results, strict=True)]
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
        f"<testsuites{_attributes({'name': 'holdfast', **totals})}>",
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


def _finding(verdict: Verdict, row: MetricRow, result: Result) -> str:
    name = {"classname": f"holdfast.{verdict.comparison.suite}", "name": row.metric, "time": "0"}
    numbers = {
        "state": row.state.text, "role": row.role, "direction": row.direction,
        "baseline": row.baseline, "candidate": row.candidate, "change": row.change,
        "interval": f"{row.interval} ({row.level})" if row.level else "",
        "margin": row.margin, "floor": row.floor, "p_worse": row.p_worse, "p_better": row.p_better,
        "evidence": row.evidence, "method": row.method, "plan": row.plan,
    }  # fmt: skip
    parts = [_properties({key: value for key, value in numbers.items() if value})]
    message = f"{row.state.text}: {row.why}"
    if result == "skipped":
        parts.append(f"<skipped{_attributes({'message': message})}/>")
    elif result != "passed":
        text = "\n".join(filter(None, (row.reason, row.evidence)))
        attributes = _attributes({"message": message, "type": row.state.text})
        parts.append(f"<{result}{attributes}>{_text(text)}</{result}>")
    return f"<testcase{_attributes(name)}>{''.join(parts)}</testcase>"


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
