"""SARIF 2.1.0: the verdict as results of a static analysis, for code scanning and editors."""

import json
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote

from holdfast.dataset import Source
from holdfast.digest import Json, digest_json
from holdfast.gate import Finding, Verdict
from holdfast.report.failing import CaseText, FailingCase, case_texts, failing_cases
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.untrusted import clean, one_line

__all__ = ["render_sarif"]

Level = Literal["error", "warning", "note"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_CASES = 4_000
"""GitHub keeps 5,000 results of a run."""

_RULES: dict[str, tuple[str, str]] = {
    "regressed": (
        "A metric got worse",
        "The candidate is worse than its baseline by more than chance explains.",
    ),
    "below_floor": ("A metric misses its floor", "The mean of the metric misses its floor."),
    "inconclusive": (
        "A metric is undecided",
        "A loss as large as the margin is neither shown nor ruled out.",
    ),
    "invalid": ("A metric cannot be compared", "The two runs do not measure the same."),
    "incomparable": ("The runs cannot be compared", "They do not answer the same question."),
    "newly-failing": (
        "A case fails newly",
        "The case passed a gated metric in the baseline and fails it in the candidate.",
    ),
    "newly-lost": (
        "A case has no score any more",
        "The baseline has a score of a gated metric, and the candidate has none.",
    ),
}
"""Name and description by the id of a rule."""
_ORDER = list(_RULES)


def render_sarif(verdict: Verdict) -> str:
    """One run of one tool: a result for each finding that asks for attention and failing case.

    A result of a case stands at its line in the data set. A result of a metric stands at the
    beginning of that file where it is known, because some readers drop results without a place.
    """
    failing = failing_cases(verdict)
    texts = case_texts(failing[:_CASES], verdict)
    pairs = (*(case.pair for case in failing), *verdict.comparison.cases)
    source = next((pair.case.source for pair in pairs if pair.case.source), None)
    where = None if source is None else Source(source.file, 1)
    results: list[Json] = [*_problems(verdict, where), *_findings(verdict, where)]
    results += [_case(*item, verdict) for item in zip(failing, texts, strict=False)]
    document: Json = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [_run(verdict, results, left=len(failing) - len(texts))],
    }
    return json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1) + "\n"


def _run(verdict: Verdict, results: list[Json], *, left: int) -> Json:
    comparison = verdict.comparison
    candidate = comparison.candidate
    name = f"{comparison.suite}/{candidate.system.name}"
    notes: list[Json] = [_notification("warning", text) for text in verdict.warnings]
    notes += [_notification("note", f"{left} more cases fail newly.")] if left else []
    return {
        "tool": {"driver": _driver(candidate.provenance.holdfast)},
        "automationDetails": {"id": f"holdfast/{quote(name, safe='/', errors='replace')}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                # The tool did its work, whatever it found.
                "executionSuccessful": True,
                "exitCode": verdict.exit_code,
                "exitCodeDescription": clean(verdict.sentence),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": results,
        "properties": {
            "outcome": verdict.outcome,
            "nextStep": clean(verdict.next_step),
            "baseline": clean(comparison.baseline.id),
            "candidate": clean(candidate.id),
        },
    }


def _driver(version: str) -> Json:
    rules: list[Json] = [
        {
            "id": f"holdfast/{rule}",
            "name": rule.title().replace("-", "").replace("_", ""),
            "shortDescription": {"text": name},
            "fullDescription": {"text": text},
            "defaultConfiguration": {"level": "error"},
        }
        for rule, (name, text) in _RULES.items()
    ]
    return {"name": "holdfast", "rules": rules} | ({"version": clean(version)} if version else {})


def _notification(level: Level, text: str) -> Json:
    return {"level": level, "message": {"text": clean(text)}}


def _problems(verdict: Verdict, where: Source | None) -> Iterable[Json]:
    for problem in verdict.problems:
        yield _result("incomparable", "error", problem, where=where, of=(verdict, problem))


def _findings(verdict: Verdict, where: Source | None) -> Iterable[Json]:
    for finding, row in zip(verdict.findings, metric_rows(verdict), strict=True):
        level = _level(finding)
        if level is not None:
            text = f"{row.metric}: {row.state.text}. {row.reason}"
            result = _result(finding.state, level, text, where=where, of=(verdict, finding.metric))
            yield {**result, "properties": _numbers(row)}


def _level(finding: Finding) -> Level | None:
    if finding.state not in _RULES:
        return None
    if finding.blocks:
        return "error"
    return "note" if finding.policy.role == "info" else "warning"


def _numbers(row: MetricRow) -> Json:
    return {
        "metric": row.metric,
        "role": row.role,
        "baseline": row.baseline,
        "candidate": row.candidate,
        "change": row.change,
        "interval": row.interval,
        "margin": row.margin or "none",
    }


def _case(case: FailingCase, text: CaseText, verdict: Verdict) -> Json:
    rule = "newly-lost" if case.state == "lost" else "newly-failing"
    said = f"{text.id}, {text.metric}: {text.moved}. {text.evidence} {text.why}".strip()
    result = _result(
        rule,
        "error" if case.blocks else "warning",
        said,
        where=case.pair.case.source,
        # One case is one result, whichever metric says worst of it today.
        of=(verdict, case.pair.case.id),
    )
    tags: list[Json] = list(dict.fromkeys(one_line(tag, 120) for tag in case.pair.case.tags))
    return {**result, "properties": {"case": text.id, "metric": text.metric, "tags": tags}}


def _result(
    rule: str, level: Level, text: str, *, where: Source | None, of: tuple[Verdict, str]
) -> dict[str, Json]:
    verdict, what = of
    comparison = verdict.comparison
    known: list[Json] = [comparison.suite, comparison.candidate.system.name, rule, what]
    result: dict[str, Json] = {
        "ruleId": f"holdfast/{rule}",
        "ruleIndex": _ORDER.index(rule),
        "level": level,
        "message": {"text": clean(text[:4_000])},
        # Lines move and scores change: the same trouble is told by its names.
        "partialFingerprints": {"holdfast/v1": digest_json(known)},
    }
    if where is not None:
        result["locations"] = [_location(where)]
    return result


def _location(source: Source) -> Json:
    path = quote(source.file.encode("utf-8", "replace"), safe="/")
    artifact: Json = {"uri": path, "uriBaseId": _ROOT}
    return {
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": max(1, source.line)},
        }
    }
