"""The Markdown report is short, and nothing in it comes to life."""

import html
import re
from dataclasses import replace

import markdown_it
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.comparison import Change
from holdfast.gate import Verdict
from holdfast.report import render_markdown
from holdfast.report.markdown import COMMENT, code_span, prose
from holdfast.report.sections import Section, fitted, size_of
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


# The only HTML is our own: a marker that nobody sees, and parts that open at a click.
OWN_HTML = re.compile(
    r"<!-- holdfast:[\w.-]+ -->\n?|<details><summary>[^<>\n]*</summary>\n?|</details>\n?"
)


def inline_tokens(text: str) -> list[tuple[str, str]]:
    """Type and content of everything inside the blocks of a Markdown text."""
    parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found: list[tuple[str, str]] = []
    for block in parser.parse(text):
        assert block.type not in ("fence", "code_block", "blockquote_open"), block
        assert block.type != "html_block" or OWN_HTML.fullmatch(block.content), block
        if block.type == "html_block":
            found.append(("text", html.unescape(block.content.replace("</", "<"))))
        found += [(child.type, child.content) for child in block.children or ()]
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert_wherever_it_stands(text: str) -> None:
    markdown = render_markdown(everywhere(text))
    assert size_of(markdown) <= COMMENT
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
    first, *lines = render_markdown(make_verdict()).splitlines()
    assert first.startswith("<!-- holdfast:")
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
    assert text.splitlines()[1].startswith("### ✓ Pass")
    assert "Next step" not in text


def test_a_plan_is_told() -> None:
    assert "1,200 more cases" in render_markdown(inconclusive_verdict())


def test_a_hundred_metrics_and_long_warnings_stay_below_the_limit() -> None:
    verdict = large_verdict(cases=100, metrics=100, words=3)
    text = render_markdown(make_verdict(verdict.findings, warnings=("w" * 9_000,) * 90))
    assert size_of(text) <= COMMENT
    assert text.count("\n| `metric") == 100
    assert re.search(r"\d+ more sentences in the report", text)


def test_the_marker_is_that_of_the_suite_and_system() -> None:
    first, second = (
        render_markdown(v).splitlines()[0] for v in (make_verdict(), passing_verdict())
    )
    assert first == second
    other = make_verdict()
    comparison = replace(other.comparison, suite="other")
    assert render_markdown(replace(other, comparison=comparison)).splitlines()[0] != first


def test_lower_scores_are_listed_where_nothing_fails_newly() -> None:
    pairs = (make_pair("worse", id="w1"), make_pair("worse", id="w2"))
    text = render_markdown(make_verdict(cases=pairs))
    assert text.count("- **worse**") == 2


def test_what_else_differs_is_behind_a_click() -> None:
    change = Change(what="system parameter k", baseline="5", candidate="8")
    text = render_markdown(make_verdict(changes=(change,)))
    assert "<details><summary>What else differs" in text
    assert "| `system parameter k` | `5` | `8` |" in text


def whole_rows(text: str) -> None:
    """Every table has its heading, and every row of it as many cells; every part is closed."""
    parts = re.findall(r"^<(/?)details>", text, re.MULTILINE)
    assert parts.count("") == parts.count("/")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = table.splitlines()
        assert re.fullmatch(r"[|: -]+", lines[1]), lines[:2]
        parser = markdown_it.MarkdownIt("commonmark").enable(["table"])
        tokens = [token.type for token in parser.parse(table)]
        assert tokens.count("tr_open") == len(lines) - 1
        assert tokens.count("td_open") == (len(lines) - 2) * tokens.count("th_open")


def big(text: str, *, cases: int, metrics: int) -> Verdict:
    """Many cases that fail newly in many gates, each of which says the text everywhere."""
    hostile = everywhere(text)
    verdict = large_verdict(cases=10, metrics=metrics, words=3)
    [pair] = hostile.comparison.cases
    names = [finding.metric for finding in verdict.findings]
    scores = dict.fromkeys(names, (1.0, 0.0))
    states = dict.fromkeys(names, "broken")
    pairs = tuple(
        replace(pair, case=replace(pair.case, id=f"{text}{n}"), scores=scores, states=states)
        for n in range(cases)
    )
    comparison = replace(hostile.comparison, cases=pairs, problems=())
    return replace(hostile, findings=verdict.findings, comparison=comparison, problems=())


def test_ten_thousand_hostile_cases_in_forty_metrics_stay_below_the_limit() -> None:
    verdict = big("|\\ ` <b>漢字 @x #1" * 40, cases=10_000, metrics=40)
    text = render_markdown(verdict)
    assert size_of(text) <= COMMENT
    whole_rows(text)
    assert text.count("\n| `metric") == 40
    assert re.search(r"[\d,]+ more cases in the report", text)
    assert {kind for kind, _ in inline_tokens(text)} <= INERT


@given(st.sampled_from(TEXTS), st.integers(300, 70_000), st.integers(1, 120), st.integers(1, 40))
@settings(max_examples=40)
def test_every_limit_is_kept_at_whole_rows(text: str, limit: int, cases: int, metrics: int) -> None:
    found = render_markdown(big(text, cases=cases, metrics=metrics), limit=limit)
    assert size_of(found) <= limit
    whole_rows(found)
    assert {kind for kind, _ in inline_tokens(found)} <= INERT


SECTIONS = st.builds(
    Section,
    opening=st.text("aé", max_size=40),
    rows=st.lists(st.text("bß", min_size=1, max_size=30), max_size=12).map(tuple),
    closing=st.sampled_from(["", "</x>"]),
    unlisted=st.integers(0, 3),
)


@given(st.lists(SECTIONS, max_size=5), st.integers(100, 2_000))
def test_sections_fill_the_room_and_no_more(sections: list[Section], room: int) -> None:
    text = fitted(sections, room)
    assert size_of(text) <= room
    lines = text.splitlines()
    known = {line for section in sections for line in (section.opening, *section.rows)}
    for line in lines:
        assert not line or line == "</x>" or line in known or line.endswith("in the report.")
    if room == 2_000 and all(size_of(s.opening) + 31 * 2 * len(s.rows) < 50 for s in sections):
        assert all(row in lines for section in sections for row in section.rows)
