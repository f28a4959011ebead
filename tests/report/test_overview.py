"""Several verdicts share one text, the worst first, and all of it is inert."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.report import render_markdown
from holdfast.report.overview import Summary, render_overview, summary_of
from holdfast.report.sections import size_of
from holdfast.system import Spec
from tests.report.builders import inconclusive_verdict, make_pair, make_verdict, passing_verdict
from tests.report.hostile import TEXTS, everywhere
from tests.report.test_markdown import INERT, big, inline_tokens, whole_rows


def test_the_worst_verdict_comes_first_and_passes_are_behind_a_click() -> None:
    verdicts = (passing_verdict(), inconclusive_verdict(blocks=True), make_verdict())
    text = render_overview([summary_of(verdict) for verdict in verdicts])
    assert text.startswith("### holdfast: 2 of 3 verdicts block")
    places = [text.index(word) for word in ("✕ Regression", "? Inconclusive", "✓ Pass")]
    assert places == sorted(places)
    assert "<details><summary>✓ Pass: answers × prompt-v2(temperature=0)</summary>" in text
    assert "<details><summary>✕" not in text


def test_two_systems_of_a_suite_are_told_apart_by_their_headings() -> None:
    verdict = make_verdict()
    candidate = replace(verdict.comparison.candidate, system=Spec(name="other"))
    second = replace(verdict, comparison=replace(verdict.comparison, candidate=candidate))
    text = render_overview([summary_of(verdict), summary_of(second)])
    assert "#### ✕ Regression: `answers × prompt-v2 beside prompt-v1`" in text
    assert "#### ✕ Regression: `answers × other beside prompt-v1`" in text


def test_one_verdict_alone_needs_no_overview() -> None:
    verdict = make_verdict()
    assert render_overview([summary_of(verdict)]) == render_markdown(verdict)
    first, rest = render_overview([summary_of(verdict)], key="build").split("\n", 1)
    assert first == "<!-- holdfast:build -->"
    assert rest == render_markdown(verdict).split("\n", 1)[1]


def test_a_gate_that_could_not_judge_is_named() -> None:
    failed = Summary(name="s", word="! error", sentence="no data", exit_code=4, sections=())
    text = render_overview([summary_of(passing_verdict()), failed])
    assert text.index("! error") < text.index("✓ Pass")


def test_a_summary_survives_as_plain_values() -> None:
    summary = summary_of(make_verdict(cases=(make_pair(),)))
    row = asdict(summary)
    row["sections"] = [{**part, "rows": list(part["rows"])} for part in row["sections"]]
    assert Summary.from_row(row) == summary


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5), st.integers(2_000, 90_000))
@settings(max_examples=12)
def test_hostile_verdicts_stay_inert_and_below_every_limit(texts: list[str], limit: int) -> None:
    summaries = [
        summary_of(replace(everywhere(text), exit_code=n % 4)) for n, text in enumerate(texts)
    ]
    text = render_overview(summaries, limit=limit, key="build")
    assert size_of(text) <= limit
    whole_rows(text)
    assert {kind for kind, _ in inline_tokens(text)} <= INERT


@pytest.mark.parametrize("limit", [65_000, 1_000_000])
def test_many_large_verdicts_share_the_room(limit: int) -> None:
    one = summary_of(big("long " * 60, cases=300, metrics=40))
    text = render_overview([one] * 30, limit=limit)
    assert size_of(text) <= limit
    assert text.count("#### ✕ Regression") == 30
    whole_rows(text)
