"""Runs, compared and judged, can be told in every form."""

import json
import xml.etree.ElementTree as ET

from hypothesis import given, settings

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide, default_policies
from holdfast.policy import PROFILES
from holdfast.record import Run
from holdfast.report import (
    render_github,
    render_html,
    render_junit,
    render_markdown,
    render_terminal,
    verdict_as_json,
)
from holdfast.testing import make_run, run_pairs
from tests.report.pages import Page


def verdict_of(baseline: Run, candidate: Run, *, profile: str = "pr") -> Verdict:
    policies = default_policies(candidate.metrics)
    comparison = compare(baseline, candidate, policies=policies)
    return decide(comparison, policies, profile=PROFILES[profile])


@settings(max_examples=25)
@given(run_pairs())
def test_whatever_two_runs_hold_their_verdict_can_be_told(pair: tuple[Run, Run]) -> None:
    verdict = verdict_of(*pair)
    assert Page(render_html(verdict)).open == []
    assert len(render_markdown(verdict)) < 60_000
    assert ET.fromstring(render_junit(verdict)) is not None  # noqa: S314 - written here
    assert render_github(verdict).startswith("::")
    assert render_terminal(verdict).endswith("\n")
    assert json.dumps(verdict_as_json(verdict), allow_nan=False)


def test_a_broken_candidate_is_called_a_regression_in_every_form() -> None:
    baseline = make_run({f"c{n}": [1.0] for n in range(60)}, id="old")
    candidate = make_run({f"c{n}": [float(n >= 15)] for n in range(60)}, id="new")
    verdict = verdict_of(baseline, candidate)
    assert verdict.exit_code == 1
    assert "✕ Regression" in Page(render_html(verdict)).words
    assert "15 newly failing, 45 unchanged" in render_terminal(verdict)
    assert render_markdown(verdict).split("\n", 1)[1].startswith("### ✕ Regression")
    assert "<failure" in render_junit(verdict)


def test_a_run_beside_itself_passes_without_a_changed_case() -> None:
    run = make_run({f"c{n}": [1.0] for n in range(60)})
    text = Page(render_html(verdict_of(run, run))).words
    assert "✓ Pass" in text
    assert "0 cases changed in a judged metric; 60 cases stayed the same" in text
