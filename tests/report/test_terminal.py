"""The terminal report fits, aligns, and says what a failing test must say."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report import render_terminal
from holdfast.system import Spec
from tests.report.builders import (
    CORRECT,
    RECALL,
    inconclusive_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_slice,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere


def cells(line: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in line
    )


def test_the_first_lines_are_the_verdict_and_the_next_step() -> None:
    first, second = render_terminal(make_verdict()).splitlines()[:2]
    assert first.startswith("REGRESSION: correct lost 6.0")
    assert second.startswith("Next step: Look at the broken cases")


def test_each_metric_is_one_aligned_line() -> None:
    findings = (
        make_finding(),
        make_finding("improved", delta=make_delta(RECALL, low=0.001, high=0.1)),
    )
    lines = render_terminal(make_verdict(findings)).splitlines()
    rows = [line for line in lines if line.startswith(("  regressed", "  improved"))]
    assert len(rows) == 2
    assert rows[0].index("84.0") == rows[1].index("84.0")
    assert "−10.1 to −2.0" in rows[0]


def test_the_plot_shows_margin_zero_and_interval_where_there_is_room() -> None:
    verdict = make_verdict((make_finding(delta=make_delta(high=-0.01)),))
    wide, narrow = (render_terminal(verdict, width=width) for width in (130, 70))
    assert re.search(r"\[-+o-*:-*\] *\|", wide)
    assert re.search(r"worse +better", wide)
    assert not re.search(r"o-*[:\]]", narrow)


STATES = (
    "broken", "worse", "fixed", "better", "flaky", "lost", "edited", "added", "removed",
    "quarantined",
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("name", ["correct", "忠実度" * 9, "a-long-name-of-a-metric(k=10)" * 2])
def test_no_line_is_wider_than_the_terminal(width: int, name: str) -> None:
    metric = replace(CORRECT, spec=Spec(name=name))
    finding = make_finding(delta=make_delta(metric))
    cases = [
        replace(
            make_pair(state, id=f"case-{name}-{n}", input="漢字 " * 90),
            scores={name: (0.5, 0.1)},
            states={name: state},
        )
        for n, state in enumerate(STATES * 3)
    ]
    found = make_slice(f"topic:{name}", metric=finding.metric)
    verdict = make_verdict((finding,), cases=tuple(cases), slices=(found,) * 14)
    for line in render_terminal(verdict, width=width).splitlines():
        assert cells(line) <= width, line


def test_the_scores_of_a_case_are_read_on_a_narrow_terminal() -> None:
    pair = make_pair(id="an-identifier-of-some-length")
    verdict = make_verdict(cases=(replace(pair, states={"correct": "broken"}),))
    assert "100.0\xa0% → 0.0\xa0%" in render_terminal(verdict, width=60)


def cells_without_color(text: str) -> list[int]:
    return [cells(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in text.splitlines()]


def test_color_changes_no_width() -> None:
    verdict = make_verdict(cases=(make_pair(),), slices=(make_slice(),))
    plain, colored = (render_terminal(verdict, width=70, color=color) for color in (False, True))
    assert "\x1b[" in colored
    assert cells_without_color(colored) == cells_without_color(plain)


def test_the_five_worst_cases_say_what_was_asked_and_why_it_failed() -> None:
    pairs = tuple(make_pair(id=f"case-{n}", why="says 90 degrees") for n in range(8))
    text = render_terminal(make_verdict(cases=pairs)).replace("\xa0", " ")
    assert text.count("  newly failing  case-") == 5
    assert "correct 100.0 % → 0.0 %" in text
    assert "What is the boiling point of water?" in text
    assert "says 90 degrees" in text
    assert "8 newly failing, 0 unchanged" in text


def test_warnings_and_problems_are_printed() -> None:
    text = render_terminal(make_verdict(warnings=("careful",), problems=("no such baseline",)))
    assert "Warning: careful" in text
    assert "Not comparable: no such baseline" in text


def test_a_pass_is_short() -> None:
    assert len(render_terminal(passing_verdict()).splitlines()) <= 4


def test_doubt_that_does_not_block_says_so_and_tells_the_plan() -> None:
    text = render_terminal(inconclusive_verdict())
    assert text.startswith("INCONCLUSIVE, NOT BLOCKING: ")
    assert "1,200 more cases" in text


def test_color_marks_states_and_changes_nothing_else() -> None:
    verdict = make_verdict(cases=(make_pair(),))
    plain, colored = render_terminal(verdict), render_terminal(verdict, color=True)
    assert "\x1b[" not in plain
    assert "\x1b[1;31mregressed\x1b[0m" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("color", [False, True])
def test_untrusted_text_cannot_steer_the_terminal_or_the_log(text: str, *, color: bool) -> None:
    output = render_terminal(everywhere(text), color=color)
    for line in output.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    bare = re.sub("\x1b\\[[0-9;]*m", "", output) if color else output
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", bare
    )


@given(st.text(max_size=60), st.integers(40, 160))
def test_any_text_can_be_printed(text: str, width: int) -> None:
    verdict = make_verdict(sentence=text, cases=(make_pair(id=text or "c", input=text),))
    assert render_terminal(verdict, width=width).encode()
