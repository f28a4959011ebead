"""The report says what changed between the runs, and what nobody recorded."""

import json
from dataclasses import replace
from typing import Any

import pytest

from holdfast.comparing.differences import ChangeKind
from holdfast.comparison import Change, Comparison, RunInfo
from holdfast.gate import Verdict
from holdfast.judging.standing import JudgeStanding
from holdfast.record import Provenance, Receipt
from holdfast.report import render_html, render_terminal, verdict_as_json
from holdfast.report.alterations import attribution, changed_sentence, unrecorded
from holdfast.report.origin import commands, origin_view
from holdfast.report.provenance import cache_note, change_groups
from holdfast.stats.interval import Interval
from holdfast.system import Spec
from tests.report.builders import CORRECT, make_verdict
from tests.report.pages import Page

COMMIT = {"baseline": "4f1d2c7f" * 5, "candidate": "9be07aa1" * 5}
KNOWN = {
    "os": "Debian",
    "hardware": {"processor": "A"},
    "sources": {"bot.py": "1"},
    "settings": {"concurrency": 8},
}


def change(kind: ChangeKind, name: str, old: str, new: str, **more: Any) -> Change:
    what = more.pop("what", f"{kind} {name}")
    return Change(what=what, name=name, baseline=old, candidate=new, kind=kind, **more)


PROMPT = change(
    "prompt", "support.md", "d1", "d2", texts=("Be kind.\nBe brief.\n", "Be kind.\nBe clear.\n")
)
TEMPERATURE = change("parameter", "temperature", "0", "0.7")
TORCH = change("package", "torch", "2.7", "2.8")
COMMITS = change("code", "git commit", COMMIT["baseline"], COMMIT["candidate"], what="git commit")
FILE = change("code", "bot.py", "1" * 32, "2" * 32, what="source file bot.py")


def verdict_of(*changes: Change, **more: Any) -> Verdict:
    verdict = make_verdict(changes=changes)
    comparison = verdict.comparison
    runs = {
        arm: replace(run, metrics=(CORRECT,), **_facts(run, arm, more.pop(arm, {})))
        for arm, run in (("baseline", comparison.baseline), ("candidate", comparison.candidate))
    }
    judges = more.pop("judges", ())
    return replace(verdict, comparison=replace(comparison, **runs, **more), judges=judges)


def _facts(run: RunInfo, arm: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"provenance": replace(run.provenance, git_commit=COMMIT[arm], **(KNOWN | facts))}


def alone() -> Verdict:
    verdict = verdict_of()
    comparison = verdict.comparison
    nobody = replace(comparison.candidate, id="none", tally={})
    return replace(verdict, comparison=replace(comparison, baseline=nobody))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((), "Nothing recorded differs besides the answers."),
        ((TEMPERATURE,), "1 thing changed besides the answers: temperature 0 → 0.7."),
        (
            (TORCH, TEMPERATURE, PROMPT),
            "3 things changed besides the answers: prompt support.md, temperature 0 → 0.7, "
            "torch 2.7 → 2.8.",
        ),
        (
            (
                change("package", "rich", "(none)", "14.0"),
                change("package", "attrs", "1", "(none)"),
            ),
            "2 things changed besides the answers: rich 14.0 added, attrs removed.",
        ),
        (
            tuple(change("package", f"p{n}", "1", "2") for n in range(9)),
            "1 thing changed besides the answers: 9 dependencies.",
        ),
        (
            tuple(change("parameter", f"k{n}", "1", "2") for n in range(7)),
            "7 things changed besides the answers: k0 1 → 2, k1 1 → 2, k2 1 → 2, k3 1 → 2, "
            "k4 1 → 2, and 2 more.",
        ),
        (
            (
                change("hardware", "accelerator", "L4", "H200"),
                change("hardware", "driver", "550", "570"),
            ),
            "1 thing changed besides the answers: hardware (accelerator, driver).",
        ),
        ((COMMITS,), "Nothing recorded differs besides the answers."),
        ((COMMITS, FILE), "1 thing changed besides the answers: code of the system (1 file)."),
    ],
)
def test_one_sentence_says_what_changed(changes: tuple[Change, ...], sentence: str) -> None:
    assert changed_sentence(verdict_of(*changes)) == sentence


def test_a_commit_counts_only_where_nobody_knows_the_files() -> None:
    verdict = verdict_of(COMMITS, baseline={"sources": {}})
    assert "commit 4f1d2c7… → 9be07aa…" in changed_sentence(verdict)
    dirty = change("code", "uncommitted changes", "false", "true", what="uncommitted changes")
    assert "uncommitted changes" in changed_sentence(verdict_of(dirty, baseline={"sources": {}}))


def test_edited_cases_are_counted_and_lead_to_the_table() -> None:
    digest = change("dataset", "dataset digest", "a", "b", what="dataset digest")
    verdict = verdict_of(digest, edited=("q<1>",), added=tuple(f"n{n}" for n in range(7)))
    assert "data set (1 edited, 7 added)" in changed_sentence(verdict)
    page = Page(render_html(verdict))
    links = [link["href"] for link in page.named("a")]
    assert "#state=edited" in links
    assert "#state=added" in links
    assert "7 cases added n0, n1, n2, n3, n4 and 2 more" in page.words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((), ""),
        ((PROMPT,), ""),
        ((PROMPT, change("setting", "seed", "0", "1")), ""),
        ((PROMPT, TORCH), "Each of them can alter answers"),
        ((PROMPT, TORCH, change("setting", "seed", "0", "1")), "2 of them can alter answers"),
        (
            (PROMPT, change("code", "grade.py", "1", "2", what="metric source file grade.py")),
            "",
        ),
    ],
)
def test_nothing_is_blamed_where_several_things_can_be(
    changes: tuple[Change, ...], said: str
) -> None:
    found = attribution(verdict_of(*changes))
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_what_nobody_recorded_is_said() -> None:
    full = unrecorded(verdict_of())
    assert len(full) == 1
    assert full[0].startswith("Never recorded: environment variables")
    old = unrecorded(verdict_of(baseline={"hardware": {}, "os": "", "sources": {}}))
    assert old[0] == "Not recorded of the baseline: source files, hardware, operating system."
    nothing = {"hardware": {}, "os": "", "sources": {}, "settings": {}}
    both = unrecorded(verdict_of(baseline=nothing, candidate=nothing | {"git_dirty": True}))
    assert both[:2] == (
        "Not recorded of the baseline and the candidate: source files, hardware, operating "
        "system, settings of the run.",
        "The candidate had uncommitted changes: the code may differ from the commit's.",
    )
    assert not any(
        "uncommitted" in line for line in unrecorded(verdict_of(candidate={"git_dirty": True}))
    )


def test_a_secret_that_was_left_out_is_admitted() -> None:
    verdict = verdict_of()
    spec = Spec(name="bot", params={"api_key": "hunter22"})
    run = replace(verdict.comparison.candidate, system=spec)
    verdict = replace(verdict, comparison=replace(verdict.comparison, candidate=run))
    assert "a change of one is not seen" in unrecorded(verdict)[0]
    html = render_html(verdict)
    assert "[redacted]" in html
    assert "hunter22" not in html + json.dumps(verdict_as_json(verdict)["origin"])


def test_a_prompt_is_shown_line_by_line_without_scripts() -> None:
    html = render_html(verdict_of(PROMPT))
    assert "1 line removed, 1 added" in Page(html).words
    assert "Be <del>brief</del>." in html
    assert "Be <ins>clear</ins>." in html
    unknown = replace(PROMPT, texts=(None, "Be clear."))
    words = Page(render_html(verdict_of(unknown))).words
    assert "support.md Its text is not recorded in the baseline" in words
    new = replace(PROMPT, baseline="(none)", texts=("", "Be clear."))
    assert "support.md New. 0 lines removed, 1 added" in Page(render_html(verdict_of(new))).words


def test_every_kind_of_change_has_its_group_and_unchanged_packages_are_folded() -> None:
    kinds: tuple[ChangeKind, ...] = (
        "prompt", "system", "parameter", "artifact", "dataset", "metric", "package", "code",
        "hardware", "platform", "setting", "other",
    )  # fmt: skip
    verdict = verdict_of(*(change(kind, f"n{kind}", "1", "2") for kind in kinds))
    groups = change_groups(verdict)
    assert [group.title for group in groups] == [
        "Prompts", "Model and system", "Data set", "Metrics and judges", "Dependencies", "Code",
        "Hardware and platform", "Settings of the run", "Other",
    ]  # fmt: skip
    assert sum(len(group.rows) for group in groups) == len(kinds)
    [dependencies] = [group for group in groups if group.same_says]
    assert dependencies.same_says == "2 dependencies are the same"


def test_the_command_that_shows_the_code_is_given_only_for_real_commits() -> None:
    [code] = change_groups(verdict_of(COMMITS))
    assert code.command == f"git diff {COMMIT['baseline']}..{COMMIT['candidate']}"
    assert code.notes == ("The files that the system is made of are the same in both runs.",)
    hostile = verdict_of(COMMITS)
    run = replace(
        hostile.comparison.baseline,
        provenance=replace(hostile.comparison.baseline.provenance, git_commit="$(rm -rf ~)"),
    )
    hostile = replace(hostile, comparison=replace(hostile.comparison, baseline=run))
    assert [group.command for group in change_groups(hostile)] == [""]


def test_a_flood_of_changes_is_cut_and_counted() -> None:
    many = verdict_of(*(change("package", f"p{n}", "1", "2") for n in range(500)))
    [group] = change_groups(many)
    assert len(group.rows) == 40
    assert group.notes == ("460 more changes in the JSON form.",)
    assert len(verdict_as_json(many)["changes"]) == 500  # type: ignore[arg-type]


def test_answers_from_the_cache_are_counted_and_called_no_evidence() -> None:
    verdict = verdict_of(
        baseline={"cache": Receipt(misses=300, reasons={"new input": 300})},
        candidate={"cache": Receipt(hits=120, misses=180, reasons={"b": 30, "a": 150})},
    )
    words = Page(render_html(verdict)).words
    assert "Baseline 0 of 300 (0\xa0%) 300 new input: 300".replace("\xa0", " ") in words
    assert "Candidate 120 of 300 (40 %) 180 a: 150 b: 30" in words
    assert "It is no new evidence." in words
    none = verdict_of(baseline={"cache": Receipt()}, candidate={"cache": Receipt()})
    assert cache_note(none) == ""


def test_what_people_think_of_a_judge_is_shown_with_its_bounds() -> None:
    judges = (
        JudgeStanding(
            metric="faithful",
            state="admitted",
            date="2026-11-02T10:00:00+00:00",
            labels=212,
            balanced=Interval(low=0.81, estimate=0.88, high=0.93),
            kappa=Interval(low=0.634, estimate=0.74, high=0.83),
            corrected=40,
        ),
        JudgeStanding(metric="tone", state="unchecked", why="nobody has checked it; label."),
    )
    verdict = verdict_of(judges=judges)
    words = Page(render_html(verdict)).words
    assert "88.0 % (81.0 % to 93.0 %) 0.74 (0.63 to 0.83) 212 2026-11-02" in words
    assert "✓ admitted Labels of 40 cases corrected its change" in words
    assert "? never checked beside people Nobody has checked it; label." in words
    [first, second] = verdict_as_json(verdict)["origin"]["judges"]  # type: ignore[index,call-overload]
    assert first["balanced_accuracy"] == {"low": 0.81, "estimate": 0.88, "high": 0.93}  # type: ignore[index]
    assert second["kappa"] is None  # type: ignore[index]


def test_a_run_without_a_baseline_is_shown_alone() -> None:
    verdict = alone()
    view = origin_view(verdict)
    assert view.title == "What the run was made with"
    assert (view.groups, len(view.runs), len(view.caches)) == ((), 1, 1)
    assert changed_sentence(verdict) == "There is no baseline, so nothing was compared."
    assert commands(verdict) == (f"git checkout {COMMIT['candidate']}", "holdfast show run-2")
    words = Page(render_html(verdict)).words
    assert "What the run was made with" in words
    assert "besides the answers" not in words + render_terminal(verdict)
    assert verdict_as_json(verdict)["origin"]["attribution"] == ""  # type: ignore[index,call-overload]


def test_the_whole_prompt_of_a_run_is_behind_a_click() -> None:
    verdict = alone()
    run = replace(verdict.comparison.candidate, texts={"9f2c1a": "Be kind.\n" * 1_000})
    verdict = replace(verdict, comparison=replace(verdict.comparison, candidate=run))
    [prompt] = origin_view(verdict).runs[0].prompts
    assert (prompt.name, len(prompt.text)) == ("prompt", 4_000)
    assert prompt.note.startswith("5,000 of 9,000 characters are not shown")
    assert "Text of prompt Be kind." in Page(render_html(verdict)).words


def test_uncommitted_changes_are_named_where_the_commit_is_checked_out() -> None:
    [line, *_] = commands(verdict_of(candidate={"git_dirty": True}))
    assert line.endswith("  # and uncommitted changes, which no record holds")


def test_the_terminal_and_json_say_the_same_as_the_page() -> None:
    verdict = verdict_of(PROMPT, TEMPERATURE)
    sentence = changed_sentence(verdict)
    assert sentence in Page(render_html(verdict)).words
    assert sentence in " ".join(render_terminal(verdict, width=200).split("\n"))
    document = verdict_as_json(verdict)
    assert document["origin"]["sentence"] == sentence  # type: ignore[index,call-overload]
    prompt, temperature = document["changes"]  # type: ignore[misc]
    assert prompt["diff"].splitlines()[-2:] == ["-Be brief.", "+Be clear."]  # type: ignore[index,union-attr,call-overload]
    assert temperature["diff"] is None  # type: ignore[index,call-overload]
    made = document["candidate"]["made_with"]  # type: ignore[index,call-overload]
    assert made["hardware"] == {"processor": "A"}  # type: ignore[index,call-overload]


def test_a_comparison_and_a_provenance_of_nothing_can_be_shown() -> None:
    verdict = make_verdict()
    empty = {
        arm: replace(getattr(verdict.comparison, arm), provenance=Provenance())
        for arm in ("baseline", "candidate")
    }
    comparison: Comparison = replace(verdict.comparison, **empty)
    words = Page(render_html(replace(verdict, comparison=comparison))).words
    assert "Nothing recorded differs besides the answers." in words
    assert "Not recorded of the baseline and the candidate: dependencies, commit," in words
