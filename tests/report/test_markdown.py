"""The Markdown report is short, and nothing in it comes to life."""

import re

import markdown_it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report import render_markdown
from holdfast.report.markdown import code_span, prose
from tests.report.builders import (
    ERRORS,
    inconclusive_verdict,
    large_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere

INERT = {"text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close"}


def inline_tokens(text: str) -> list[tuple[str, str]]:
    """Type and content of everything inside the blocks of a Markdown text."""
    parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found: list[tuple[str, str]] = []
    for block in parser.parse(text):
        assert block.type not in ("html_block", "fence", "code_block", "blockquote_open"), block
        found += [(child.type, child.content) for child in block.children or ()]
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert_wherever_it_stands(text: str) -> None:
    markdown = render_markdown(everywhere(text))
    assert len(markdown) < 60_000
    tokens = inline_tokens(markdown)
    assert {kind for kind, _ in tokens} <= INERT
    prose_only = "".join(content for kind, content in tokens if kind == "text")
    assert not re.search(r"@\w|(?<!&)#\d|://|www\.\w|\bGH-\d", prose_only)


@given(st.text(max_size=80) | st.text(alphabet="`|\\ a", max_size=30))
def test_a_code_span_holds_its_text_and_nothing_else(text: str) -> None:
    line = " ".join(text.split())
    [(kind, content)] = inline_tokens(f"{code_span(line)}") or [("", "")]
    if line.strip() and "\x00" not in line:
        assert kind == "code_inline"
        assert content.strip() == line.replace("|", "¦").strip()


@given(st.text(alphabet="`|\\ a<>[]()!*_", max_size=30))
def test_a_cell_of_a_table_stays_one_cell(text: str) -> None:
    line = " ".join(text.split())
    table = f"| a | b |\n| - | - |\n| {code_span(line)} | {prose(line)} |"
    parser = markdown_it.MarkdownIt("commonmark").enable(["table"])
    cells = [token for token in parser.parse(table) if token.type == "td_open"]
    assert len(cells) == 2


def test_the_verdict_comes_first() -> None:
    lines = render_markdown(make_verdict()).splitlines()
    assert lines[0] == "### ✕ Regression: `answers`"
    assert lines[2].startswith("**correct lost 6.0")
    assert lines[4].startswith("Next step: Look at the broken cases")


def test_the_table_tells_state_change_interval_and_margin() -> None:
    delta = make_delta(ERRORS, low=-0.08, estimate=-0.05, high=-0.02, baseline=0.1)
    text = render_markdown(make_verdict((make_finding(delta=delta),))).replace("\xa0", " ")
    assert (
        "| `error_rate`, lower is better | **✕ regressed** | 10.0 % | 15.0 % | +5.0 pt "
        "| +2.0 to +8.0 pt | 2.0 pt |"
    ) in text


def test_five_cases_are_listed_with_their_scores_and_reason() -> None:
    pairs = tuple(make_pair(id=f"c{n}", why="wrong number") for n in range(9))
    text = render_markdown(make_verdict(cases=pairs)).replace("\xa0", " ")
    assert text.count("**newly failing**") == 5
    assert "- **newly failing** `c0`, `correct`: 100.0 % → 0.0 %" in text
    assert "Why: `wrong number`" in text
    assert "9 newly failing; 0 unchanged." in text


def test_a_pass_lists_no_cases_and_asks_for_nothing() -> None:
    text = render_markdown(passing_verdict())
    assert text.startswith("### ✓ Pass")
    assert "Next step" not in text


def test_a_plan_is_told() -> None:
    assert "1,200 more cases" in render_markdown(inconclusive_verdict())


def test_a_hundred_metrics_and_long_warnings_stay_below_the_limit() -> None:
    verdict = large_verdict(cases=100, metrics=100, words=3)
    text = render_markdown(make_verdict(verdict.findings, warnings=("w" * 9_000,) * 90))
    assert len(text) < 60_000
    assert "40 more metrics" in text
