"""The matrix shows the newest verdict of each gate, in a form that fits their number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.entry import IndexEntry, moment_of
from holdfast.report.matrix import last_session, latest, matrix_view, standing, word_of, worst_first
from tests.report.entries import METRIC, make_entry, regressed


def test_the_newest_verdict_of_a_gate_is_its_state() -> None:
    old, new = regressed(day=1), make_entry(day=2)
    assert latest([new, old]) == latest([old, new]) == [new]


def test_a_gate_that_a_session_judged_twice_is_as_bad_as_its_worst_verdict() -> None:
    session = "2026-01-05T04:00:00+00:00"
    bad, good = regressed(day=1, session=session), make_entry(day=2, session=session)
    later = make_entry(day=3)
    assert latest([bad, good]) == latest([good, bad]) == [bad]
    assert latest([bad, later, good]) == [later]


def test_times_of_different_offsets_are_compared_as_moments() -> None:
    early = make_entry(started="2026-01-01T12:00:00+09:00", run="early")
    late = make_entry(started="2026-01-01T04:00:00+00:00", run="late")
    assert latest([late, early]) == [late]


def test_a_clock_that_ran_ahead_does_not_hide_what_came_later() -> None:
    ahead = regressed(started="2099-01-01T00:00:00+00:00", seen="2026-01-05T00:00:00+00:00")
    now = make_entry(day=9, seen="2026-01-09T03:10:00+00:00")
    assert latest([ahead, now]) == [now]


def test_a_run_without_a_time_is_older_than_every_other() -> None:
    lost = regressed(started="yesterday")
    assert latest([make_entry(), lost]) == [make_entry()]
    assert latest([lost]) == [lost]


@given(st.text(max_size=40))
def test_no_time_breaks_the_order(text: str) -> None:
    assert moment_of(text) <= datetime.now(UTC) or text[:1].isdigit()


def test_the_first_and_last_moments_of_all_can_be_compared() -> None:
    for hours in (-14, 14):
        edge = datetime.min.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat()
        assert latest([make_entry(started=edge, seen=edge), make_entry(run="x")])[0].run == "x"


def test_few_systems_that_share_suites_are_a_grid_with_empty_cells() -> None:
    entries = latest([
        make_entry("a", "one"), make_entry("a", "two"), make_entry("b", "one"),
    ])  # fmt: skip
    view = matrix_view(entries)
    assert view.systems == ("one", "two")
    assert [[cell is not None for cell in row.cells] for row in view.rows] == [
        [True, True], [True, False],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entries",
    [
        [make_entry("a", "one")],
        [make_entry("a", f"m{n}") for n in range(40)],
        [make_entry(f"s{n}", f"m{n}") for n in range(6)],
    ],
    ids=["one gate", "many systems", "no overlap"],
)
def test_everything_else_is_a_list_without_empty_cells(entries: list[IndexEntry]) -> None:
    view = matrix_view(latest(entries))
    assert view.systems == ()
    assert sum(cell is not None for row in view.rows for cell in row.cells) == len(entries)


@given(st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("uvwxyz")), min_size=1))
def test_every_gate_stands_in_the_matrix_once(pairs: set[tuple[str, str]]) -> None:
    view = matrix_view(latest(make_entry(suite, system) for suite, system in pairs))
    found = [
        (row.suite, cell.system) for row in view.rows for cell in row.cells if cell is not None
    ]
    assert sorted(found) == sorted(pairs)


def test_a_cell_says_state_change_interval_and_time_and_leads_to_its_page() -> None:
    (row,) = matrix_view([regressed()]).rows
    (cell,) = row.cells
    assert cell is not None
    assert (cell.state.text, cell.state.glyph) == ("Regression", "✕")
    assert cell.main == "accuracy −6.0 pt"
    assert cell.interval == "90 % interval −10.1 to −2.0 pt"
    assert (cell.when, cell.href) == ("2026-01-01 03:00 UTC", "runs/triage-bot-1.html")
    assert cell.stale == ""


def test_a_verdict_without_a_change_says_why_instead() -> None:
    alone = make_entry(outcome="invalid", baseline="", metrics=(), sentence="Invalid: no baseline.")
    (cell,) = matrix_view([alone]).rows[0].cells
    assert cell is not None
    assert (cell.main, cell.interval, cell.said) == ("", "", "no baseline.")


def test_older_commits_and_sessions_are_said() -> None:
    entries = latest([
        make_entry("a", "one", 1, commit="aaaaaaaaaa", session="2026-01-01T04:00:00+00:00"),
        make_entry("a", "two", 2, commit="bbbbbbbbbb", session="2026-01-02T04:00:00+00:00"),
    ])  # fmt: skip
    old, new = matrix_view(entries).rows[0].cells
    assert old is not None
    assert new is not None
    assert old.stale == "Older: of commit aaaaaaa, not bbbbbbb and not in the last session"
    assert new.stale == ""


def test_verdicts_of_one_commit_without_sessions_are_not_called_older() -> None:
    entries = latest([make_entry("a", "one", 1, commit="a"), make_entry("a", "two", 3, commit="a")])
    assert [cell.stale for cell in matrix_view(entries).rows[0].cells if cell] == ["", ""]


def test_the_last_session_is_over_where_a_newer_run_has_no_session() -> None:
    first = make_entry("a", day=1, session="2026-01-01T04:00:00+00:00")
    last = make_entry("b", day=2, session="2026-01-02T04:00:00+00:00")
    assert last_session([first, last]) == [last]
    assert last_session([first, last, make_entry("c", day=5)]) == []
    assert last_session([make_entry()]) == []


def test_among_regressions_the_one_that_lost_most_margins_is_named_first() -> None:
    tokens = replace(METRIC, metric="stars", margin_size=0.5, changes=(-1.4, -1.0, -0.6))
    little = regressed("a", metrics=(tokens,))
    unknown = regressed("b", metrics=(replace(METRIC, margin_size=None),))
    much = regressed("c")
    assert worst_first([little, unknown, much]) == [much, little, unknown]
    shown = latest([replace(little, suite="s"), replace(much, suite="s", name="z", system="z")])
    assert [entry.gate[1] for entry in shown] == ["z", "bot"]


def test_one_sentence_says_how_everything_stands_worst_first() -> None:
    found = standing([
        make_entry("a"),
        make_entry("b", outcome="inconclusive", passed=True),
        make_entry("c", outcome="invalid", passed=False),
        regressed("d"),
        regressed("e"),
    ])  # fmt: skip
    assert found.sentence == (
        "2 of 5 gates regressed: d × bot (accuracy −6.0 pt); e × bot (accuracy −6.0 pt)."
    )
    assert found.tally == "Of the others, 1 is invalid, 1 is inconclusive (not blocking), 1 passes."
    assert found.state.text == "Regression"


def test_one_sentence_for_many_and_for_few() -> None:
    assert standing([make_entry()]).sentence == "The only gate passes."
    assert standing([make_entry("a"), make_entry("b")]).sentence == "All 2 gates pass."
    assert standing([]).sentence == "No gate has a verdict yet"
    many = standing([regressed(f"s{n}") for n in range(6)])
    assert many.sentence.startswith("6 of 6 gates regressed: ")
    assert many.sentence.endswith("; and 3 more.")


OUTCOMES = st.sampled_from(("pass", "regression", "inconclusive", "invalid"))


@given(st.lists(OUTCOMES, min_size=1, max_size=8))
def test_nothing_calls_itself_a_pass_while_a_gate_does_not(outcomes: list[str]) -> None:
    entries = [
        make_entry(f"s{n}", outcome=outcome, passed=outcome == "pass")
        for n, outcome in enumerate(outcomes)
    ]
    found = standing(entries)
    assert (found.state.text == "Pass") == (set(outcomes) == {"pass"})
    if "regression" in outcomes:
        assert found.sentence.startswith(f"{outcomes.count('regression')} of {len(outcomes)} gate")


def test_doubt_that_does_not_block_and_accepted_runs_have_words_of_their_own() -> None:
    lenient = make_entry(outcome="inconclusive", passed=True)
    assert word_of(lenient).text == "Inconclusive, not blocking"
    assert word_of(replace(lenient, passed=False)).text == "Inconclusive"
    assert word_of(replace(lenient, accepted=True)).text == "Accepted as baseline"


def test_a_system_beside_another_is_a_gate_of_its_own() -> None:
    beside = make_entry(system="bot(t=1)", name="bot", beside="bot(t=0)")
    assert [entry.gate for entry in latest([make_entry(), beside])] == [
        ("triage", "bot", ""), ("triage", "bot(t=1)", "bot(t=0)"),
    ]  # fmt: skip


def test_an_entry_survives_being_written_and_read() -> None:
    entry = regressed(session="2026-01-01T04:00:00+00:00", seen="2026-01-01T04:00:00+00:00")
    assert IndexEntry.from_json(entry.as_json()) == entry


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "fine"}, {"href": "https://evil.example"}, {"suite": 3}, {"counts": [1]},
        {"counts": {"passed": "<b>"}}, {"session": None},
    ],
)  # fmt: skip
def test_a_row_that_is_no_entry_is_none(change: dict[str, object]) -> None:
    assert IndexEntry.from_json({**make_entry().as_json(), **change}) is None
    assert IndexEntry.from_json("row") is None


@pytest.mark.parametrize(
    "change",
    [
        {"levels": [1, 2]}, {"levels": "abc"}, {"changes": [0, "x", 1]}, {"state": "fine"},
        {"word": 1}, {"before": "0.5"}, {"margin_size": float("nan")},
    ],
)  # fmt: skip
def test_a_metric_that_is_none_is_left_out(change: dict[str, object]) -> None:
    from dataclasses import asdict

    row = {**make_entry().as_json(), "metrics": [{**asdict(METRIC), **change}, "metric"]}
    found = IndexEntry.from_json(row)
    assert found is not None
    assert found.metrics == ()
