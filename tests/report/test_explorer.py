"""Every case of a comparison is in the page, or counted as left out."""

import re
from dataclasses import replace

import pytest

from holdfast.report import explorer as module
from holdfast.report import render_html
from tests.report.builders import (
    ERRORS,
    LATENCY,
    RECALL,
    large_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
    rag_pair,
)
from tests.report.hostile import TEXTS, everywhere
from tests.report.pages import Page
from tests.report.unpacking import bodies_of, rows_of, texts_in


def test_every_case_has_a_row_and_what_it_opens() -> None:
    html = render_html(large_verdict(cases=700, words=60))
    rows, bodies = rows_of(html), bodies_of(html)
    assert sorted(rows["ids"]) == sorted(f"case-{n}" for n in range(700))
    assert sorted(bodies) == list(range(700))
    assert all(len(column["change"]) == 700 for column in rows["metrics"])
    for row in (0, 69, 70, 699):
        assert rows["teasers"][row][:60] in "\n".join(texts_in(bodies[row]))
    assert "can be opened here" not in html


def test_rows_stand_in_the_order_of_importance() -> None:
    pairs = (make_pair("same", id="s"), make_pair("fixed", id="f"), make_pair("broken", id="b"))
    rows = rows_of(render_html(make_verdict(cases=pairs)))
    assert rows["ids"] == ["b", "f", "s"]
    assert [rows["words"][state][0] for state in rows["states"]] == [
        "newly failing",
        "newly passing",
        "same",
    ]


def test_a_column_is_written_as_the_metric_counts_and_sorted_so_that_less_is_worse() -> None:
    pair = replace(
        make_pair(),
        scores={"correct": (0.5, 1.0), "error_rate": (0.0, 0.25), "latency": (2.0, 1.0)},
        states={"correct": "fixed", "error_rate": "worse", "latency": "same"},
    )
    findings = (
        make_finding(),
        make_finding(delta=make_delta(ERRORS)),
        make_finding(delta=make_delta(LATENCY, scale="ratio")),
        make_finding(delta=make_delta(RECALL)),
    )
    columns = rows_of(render_html(make_verdict(findings, cases=(pair,))))["metrics"]
    said = {column["name"]: column["texts"][column["change"][0]] for column in columns}
    keys = {column["name"]: column["key"][0] for column in columns}
    assert said == {
        "correct": "+50.0\xa0pt",
        "error_rate": "+25.0\xa0pt",
        "latency": "−50.0\xa0%",
        "recall(k=5)": "no score",
    }
    assert keys == {"correct": 0.5, "error_rate": -0.25, "latency": 0.5, "recall(k=5)": None}


def test_a_share_of_nothing_is_not_written() -> None:
    pair = replace(make_pair(), scores={"latency": (0.0, 1.0)}, states={"latency": "same"})
    finding = make_finding(delta=make_delta(LATENCY, scale="ratio"))
    [column] = rows_of(render_html(make_verdict((finding,), cases=(pair,))))["metrics"]
    assert column["texts"][column["change"][0]] == "from zero"


def test_an_opened_case_shows_tools_passages_and_what_was_not_found() -> None:
    pair = rag_pair()
    pair = replace(pair, case=replace(pair.case, expected={"passages": {"p1": 1, "p9": 2}}))
    html = render_html(make_verdict(cases=(pair,)))
    said = texts_in(bodies_of(html)[0])
    assert said[said.index("p1") :][:3] == ["p1", "0.91", "He did."]
    assert "p9" in said
    assert said[said.index("query") :][:2] == ["query", "who"]
    assert "2 found" in said
    assert "p1 expected 0.91 He did." in Page(html).words
    assert "Expected and not retrieved: p9" in Page(html).words
    assert '<ul class="tree"><li><span class="key"><bdi>query</bdi></span> <bdi>who</bdi>' in html
    assert "<del>He</del> did." in html
    assert "<del>" not in "".join(said), "the script marks words when the case is opened"


def test_cases_that_have_no_room_keep_their_row_and_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    monkeypatch.setattr(module, "_BLOCK", 20_000)
    html = render_html(large_verdict(cases=300, words=100))
    rows, bodies = rows_of(html), bodies_of(html)
    assert len(rows["ids"]) == 300
    opened = len(bodies)
    assert 0 < opened < 30
    assert set(bodies) <= set(range(30)), "those that changed come first"
    assert f"{opened} cases can be opened here, those that changed first" in Page(html).words
    assert f"Of the other {300 - opened} the table holds" in Page(html).words
    assert "holdfast export run-2 cases.parquet --against run-1 --texts writes" in Page(html).words
    beside = render_html(large_verdict(cases=300, words=100), beside="all.cases.parquet")
    assert "all.cases.parquet beside this file holds every case" in Page(beside).words


def test_rows_that_have_no_room_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_SIZE", 5_000)
    html = render_html(large_verdict(cases=2_000, words=5))
    rows = rows_of(html)
    kept = len(rows["ids"])
    assert 200 <= kept < 2_000
    assert rows["total"] == 2_000
    assert f"The table holds the {kept:,} most important of 2,000 cases" in Page(html).words


def test_the_command_names_the_run_for_a_shell() -> None:
    verdict = make_verdict(cases=(make_pair(),))
    run = replace(verdict.comparison.candidate, id="a; rm -rf ~")
    verdict = replace(verdict, comparison=replace(verdict.comparison, candidate=run))
    assert rows_of(render_html(verdict))["command"] == "holdfast show 'a; rm -rf ~' --case "


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert_in_what_is_packed(text: str) -> None:
    html = render_html(everywhere(text))
    rows, bodies = rows_of(html), bodies_of(html)
    hidden = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]"
    for said in (*texts_in(bodies[0]), *rows["ids"], *rows["teasers"], *rows["tag_names"]):
        assert not re.search(hidden, said)


def test_the_same_verdict_gives_the_same_page() -> None:
    verdict = large_verdict(cases=40, words=9)
    assert render_html(verdict) == render_html(verdict)
