"""Annotations are one escaped line each."""

import re

import pytest

from holdfast.report import render_github
from tests.report.builders import (
    inconclusive_verdict,
    make_delta,
    make_finding,
    make_verdict,
    passing_verdict,
)
from tests.report.hostile import TEXTS, everywhere

COMMAND = re.compile(r"::(error|warning|notice) title=[^\n\r,:]+::[^\n\r]*")


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_stays_inside_its_annotation(text: str) -> None:
    for line in render_github(everywhere(text)).splitlines():
        assert COMMAND.fullmatch(line)
        assert "##[" not in line
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)


def test_a_regression_is_an_error_for_the_verdict_and_the_metric() -> None:
    lines = render_github(make_verdict()).splitlines()
    assert lines[0].startswith("::error title=holdfast%3A Regression%2C answers::correct lost 6.0")
    assert lines[1].startswith("::error title=correct%3A regressed::")


def test_a_pass_is_a_notice() -> None:
    [line] = render_github(passing_verdict()).splitlines()
    assert line.startswith("::notice title=holdfast%3A Pass")


def test_doubt_that_does_not_block_is_a_warning_with_its_plan() -> None:
    lines = render_github(inconclusive_verdict()).splitlines()
    assert all(line.startswith("::warning ") for line in lines)
    assert "1,200 more cases" in lines[1]


def test_a_monitored_loss_is_a_warning_and_information_is_silent() -> None:
    monitor, info = (make_finding(role=role, margin=0.02) for role in ("monitor", "info"))
    lines = render_github(make_verdict((monitor, info), outcome="pass", exit_code=0)).splitlines()
    assert [line.split()[0] for line in lines] == ["::warning", "::notice"]


def test_more_than_ten_annotations_of_a_kind_are_counted() -> None:
    findings = tuple(make_finding(delta=make_delta()) for _ in range(30))
    lines = render_github(make_verdict(findings)).splitlines()
    assert len(lines) == 10
    assert lines[-1].endswith("22 more are in the report.")
