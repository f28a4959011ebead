"""The HTML report is one safe, complete, readable file."""

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

import holdfast.report
from holdfast.comparison import Change
from holdfast.gate import Verdict
from holdfast.metric import Failure
from holdfast.report import render_html
from holdfast.system import Response
from tests.report.builders import (
    ERRORS,
    LATENCY,
    inconclusive_verdict,
    large_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_trial,
    make_verdict,
    passing_verdict,
    rag_pair,
)
from tests.report.hostile import TEXTS, everywhere
from tests.report.pages import Page

TEMPLATES = Path(holdfast.report.__file__).parent / "templates"
ALLOWED_TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "div",
        "p",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "strong",
        "b",
        "main",
        "section",
        "ul",
        "ol",
        "li",
        "bdi",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "del",
        "ins",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "br",
        "form",
        "label",
        "input",
        "select",
        "option",
        "output",
        "footer",
        "script",
        "svg",
        "rect",
        "line",
        "circle",
        "polygon",
        "path",
        "g",
        "tspan",
        "figure",
        "figcaption",
        "text",
        "desc",
        "dialog",
        "button",
        "kbd",
        "caption",
    ]
)


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert_wherever_it_stands(text: str) -> None:
    html = render_html(everywhere(text))
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= ALLOWED_TAGS
    assert [script.get("type") for script in page.named("script")] == [*["text/plain"] * 2, None]
    assert page.open == []
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "style" not in attributes
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", html
    )


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    html = render_html(make_verdict(cases=(make_pair(),)))
    page = Page(html)
    policy = next(
        meta["content"] or "" for meta in page.named("meta") if meta.get("http-equiv") is not None
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        content = html.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not any("src" in attributes or "srcset" in attributes for _, attributes in page.tags)
    assert "url(" not in html
    assert "@import" not in html


def test_the_verdict_comes_first_in_words_and_glyph() -> None:
    page = Page(render_html(make_verdict()))
    text = page.words
    assert text.index("✕ Regression") < text.index("correct lost 6.0 pt") < text.index("Next step")
    assert text.index("Next step") < text.index("What was compared") < text.index("Metrics")
    assert text.index("Metrics") < text.index("Cases 0 cases changed") < text.index("What changed")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (passing_verdict(), "✓ Pass"),
        (inconclusive_verdict(), "? Inconclusive, not blocking"),
        (inconclusive_verdict(blocks=True), "? Inconclusive"),
        (make_verdict((), outcome="invalid", exit_code=3, problems=("other cases",)), "! Invalid"),
    ],
)
def test_every_outcome_has_its_word(verdict: Verdict, words: str) -> None:
    text = Page(render_html(verdict)).words
    assert words in text


def test_problems_and_warnings_are_read_before_the_numbers() -> None:
    verdict = make_verdict(outcome="invalid", problems=("PROBLEM",), warnings=("WARNING",))
    text = Page(render_html(verdict)).words
    assert text.index("PROBLEM") < text.index("WARNING") < text.index("What was compared")


def test_each_plot_has_a_text_alternative() -> None:
    html = render_html(make_verdict((make_finding(), make_finding(delta=make_delta(LATENCY)))))
    plots = [svg for svg in Page(html).named("svg") if svg.get("role") == "img"]
    assert len(plots) == 1
    for plot in plots:
        title, description = (plot["aria-labelledby"] or "").split()
        assert f'<title id="{title}">' in html
        assert f'<desc id="{description}">' in html
    said = "correct: regressed, change −6.0 pt, 90 % interval −10.1 to −2.0 pt, margin 2.0 pt"
    assert said in Page(html).words


def test_a_metric_where_lower_is_better_shows_its_own_numbers_and_the_sense_in_words() -> None:
    delta = make_delta(ERRORS, low=-0.08, estimate=-0.05, high=-0.02, baseline=0.1)
    text = Page(render_html(make_verdict((make_finding(delta=delta),)))).words
    assert "10.0 % 15.0 % +5.0 pt worse" in text
    assert "+2.0 to +8.0 pt" in text
    assert "lower is better" in text


def test_the_five_counts_of_each_arm_are_shown() -> None:
    text = Page(render_html(make_verdict())).words
    assert text.count("252 passed 48 failed 0 errored 0 skipped 0 unscored") == 2


def test_a_plan_is_told_where_the_evidence_does_not_decide() -> None:
    text = Page(render_html(inconclusive_verdict())).words
    assert "About 1,200 more cases or 5 trials per case in both arms" in text
    assert "resolves a margin of 4.3" in text


def test_a_case_shows_question_answers_reasons_passages_and_tools() -> None:
    html = render_html(make_verdict(cases=(rag_pair(),)))
    text = Page(html).words
    assert "Input" in text
    assert '"question": "Who?"' in text
    assert "<del>He</del> did." in html
    assert "<ins>She</ins> did." in html
    assert "Tool calls search query who → 2 found" in text
    assert "p1 expected 0.91" in text
    assert "p2 expected" not in text
    assert "100.0 %: because" in text


def test_a_failed_trial_shows_its_stage_and_error() -> None:
    failure = Failure(stage="infrastructure", error="429 Too Many Requests")
    lost = make_trial(response=None, failure=failure, scores={})
    pair = replace(make_pair("lost"), candidate=(lost,), scores={"correct": (1.0, None)})
    text = Page(render_html(make_verdict(cases=(pair,)))).words
    assert "infrastructure failure: 429 Too Many Requests" in text
    assert "no score" in text


def test_scores_without_answers_say_that_no_answer_was_recorded() -> None:
    pair = make_pair()
    bare = replace(pair.candidate[0], response=None)
    empty = replace(pair.baseline[0], response=Response())
    text = Page(
        render_html(make_verdict(cases=(replace(pair, baseline=(empty,), candidate=(bare,)),)))
    ).words
    assert "the answer has no text" in text
    assert "the answer was not recorded" in text


def test_only_some_trials_of_many_are_shown_and_the_rest_are_counted() -> None:
    pair = make_pair()
    trials = tuple(make_trial("x", repeat=n, score=float(n != 17)) for n in range(20))
    page = Page(render_html(make_verdict(cases=(replace(pair, candidate=trials),))))
    opened = [tag for tag in page.named("details") if tag.get("class") == "trial"]
    assert (len(opened), sum("open" in tag for tag in opened)) == (10, 3)
    assert "Trial 18" in page.words
    assert "10 more trials not shown" in page.words


def test_what_is_cut_is_counted() -> None:
    pair = make_pair(outputs=("x" * 5_000, "y " * 3_000))
    text = Page(render_html(make_verdict(cases=(pair,)))).words
    assert "1,000 of 5,000 characters are not shown" in text
    assert "2,000 of 6,000 characters are not shown" in text


def test_cases_beyond_the_limit_are_counted_and_no_state_is_crowded_out() -> None:
    pairs = [make_pair("broken", id=f"b{n}") for n in range(300)]
    pairs += [make_pair("fixed", id=f"f{n}") for n in range(5)] + [make_pair("same", id="s")]
    html = render_html(make_verdict(cases=tuple(pairs)))
    page = Page(html)
    shown = [attributes["data-state"] for attributes in page.named("li") if "data-id" in attributes]
    assert (shown.count("broken"), shown.count("fixed"), len(shown)) == (45, 5, 50)
    assert "50 of 305 changed cases are listed here" in page.text
    assert "305 cases changed in a judged metric; 1 case stayed the same" in page.text


def test_a_page_of_enormous_answers_stays_below_five_megabytes() -> None:
    pairs = [make_pair(id=f"c{n}", outputs=("<" * 9_000, "&" * 9_000)) for n in range(250)]
    html = render_html(make_verdict(cases=tuple(pairs)))
    assert len(html.encode()) < 5_000_000
    assert "changed cases are listed here" in html


def test_ten_thousand_cases_and_five_metrics_stay_below_five_megabytes() -> None:
    html = render_html(large_verdict(words=20))
    assert len(html.encode()) < 5_000_000
    assert len(Page(html).named("details")) >= 50


def test_what_differs_besides_the_answers_comes_before_the_full_provenance() -> None:
    changes = (Change(what="system parameter k", baseline="5", candidate="10"),)
    text = Page(render_html(make_verdict(changes=changes))).words
    assert text.index("system parameter k 5 10") < text.index("290 hits, 10 misses")
    assert "git checkout 4f1d2c7" in text
    assert "holdfast compare run-1 run-2 --profile pr" in text


def test_run_ids_are_quoted_for_the_shell() -> None:
    verdict = make_verdict()
    run = replace(verdict.comparison.baseline, id="a; rm -rf ~")
    verdict = replace(verdict, comparison=replace(verdict.comparison, baseline=run))
    assert "holdfast compare 'a; rm -rf ~' run-2" in Page(render_html(verdict)).text


def test_templates_hold_no_arithmetic_and_no_way_around_escaping() -> None:
    for template in TEMPLATES.glob("*.j2"):
        source = template.read_text()
        for expression in re.findall(r"{[{%](.*?)[}%]}", source, flags=re.DOTALL):
            code = re.sub(r'"[^"]*"', "", expression)
            assert not re.search(r"[+*/%~<>]|\s-\s|\||\bround\b|\bset\b.*\d", code), expression
        assert "autoescape" not in source


def test_only_the_script_adds_the_table() -> None:
    html = render_html(make_verdict(cases=(make_pair(),)))
    assert '<div id="explorer" hidden>' in html
    assert "innerHTML" not in html


def test_headings_descend_without_gaps_and_ids_are_unique() -> None:
    page = Page(render_html(make_verdict(cases=(rag_pair(), make_pair()))))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
