"""Slices and the evidence of cases, in every form of the report."""

from dataclasses import replace

import pytest

from holdfast.gate import Verdict
from holdfast.report import render_html, render_markdown, render_terminal, verdict_as_json
from holdfast.report.slice_rows import case_evidence, slice_heading, slice_rows
from tests.report.builders import (
    ERRORS,
    make_delta,
    make_finding,
    make_pair,
    make_slice,
    make_trial,
    make_verdict,
)

FOUND = (make_slice(), make_slice("input of 3 to 9 characters", state="unconfirmed", p_value=0.4))


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\\", "")


def made(**more: object) -> Verdict:
    return make_verdict(slices=FOUND, **more)


@pytest.mark.parametrize("render", [render_terminal, render_markdown, render_html])
def test_every_form_lists_the_slices(render: object) -> None:
    text = plain(render(made()))  # type: ignore[operator]
    assert "26 slices searched" in text
    for word in ("lang:de", "−12.0 pt", "200", "+0.1 pt", "regressed", "unconfirmed", "p = .40"):
        assert word in text


@pytest.mark.parametrize("render", [render_terminal, render_markdown, render_html])
def test_without_slices_nothing_is_said_of_them(render: object) -> None:
    assert "lices" not in render(make_verdict())  # type: ignore[operator]


def test_the_document_holds_every_number_of_a_slice() -> None:
    first, second = verdict_as_json(made())["slices"]  # type: ignore[misc]
    assert first["name"] == "lang:de"
    assert (first["low"], first["estimate"], first["high"]) == (-0.17, -0.12, -0.072)
    assert (first["p_value"], first["p_contrast"], first["searched"]) == (0.0004, 0.0005, 26)
    assert second["state"] == "unconfirmed"


def test_a_slice_of_a_metric_where_lower_is_better_is_told_in_its_own_direction() -> None:
    finding = make_finding(delta=make_delta(ERRORS))
    [row] = slice_rows(make_verdict((finding,), slices=(make_slice(metric="error_rate"),)))
    assert plain(row.change) == "+12.0 pt"
    assert plain(row.interval) == "+7.2 to +17.0 pt"


def test_a_long_list_is_cut_and_says_so() -> None:
    verdict = make_verdict(slices=tuple(make_slice(f"t{number}") for number in range(20)))
    assert len(slice_rows(verdict)) == 12
    assert slice_heading(verdict) == "26 slices searched; 8 more in the JSON form"


def test_rows_say_what_a_slice_does() -> None:
    notes = [make_slice(blocks=True), make_slice(tolerated=True), make_slice()]
    assert [row.note for row in slice_rows(make_verdict(slices=tuple(notes)))] == [
        "blocks",
        "tolerated",
        "",
    ]


def test_repeated_trials_show_how_often_a_case_passed() -> None:
    before = tuple(make_trial(score=1.0, repeat=n) for n in range(5))
    after = tuple(make_trial(score=0.0, repeat=n) for n in range(3))
    pair = replace(make_pair("broken"), baseline=before, candidate=after)
    verdict = make_verdict(cases=(pair,))
    findings = {finding.metric: finding for finding in verdict.findings}
    assert case_evidence(pair, "correct", findings) == "5 of 5 → 0 of 3, p = .02"
    for render in (render_terminal, render_markdown, render_html):
        assert "5 of 5 → 0 of 3" in render(verdict)
    single = make_pair("broken")
    assert case_evidence(single, "correct", findings) == ""


def test_a_case_that_is_known_to_be_flaky_says_so() -> None:
    pair = replace(make_pair("broken"), flake_rate=0.2)
    verdict = make_verdict(cases=(pair,))
    for render in (render_terminal, render_markdown, render_html):
        assert "known to be flaky: 20 % of pairs of its earlier trials disagree" in render(verdict)
    assert verdict_as_json(verdict)["cases"][0]["flake_rate"] == 0.2  # type: ignore[index,call-overload]
