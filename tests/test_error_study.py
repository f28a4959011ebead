"""The study of error rates runs, draws the same samples again, and sees what it should see."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def study_on_the_path() -> Iterator[None]:
    """The study is a folder of scripts, which import one another by name."""
    before = set(sys.modules)
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("error_study", "environments", "error_rates"):
            del sys.modules[name]


def test_draws_have_the_means_and_the_disagreement_that_the_page_states() -> None:
    from error_study.draws import FlakyCases

    generator = np.random.default_rng(1)
    same = FlakyCases(cases=20_000).draw(generator)
    assert same.baseline.mean() == pytest.approx(0.85, abs=0.01)
    assert (same.baseline != same.candidate).mean() == pytest.approx(0.085, abs=0.01)
    lost = FlakyCases(cases=20_000, trials=(2, 3), drop=0.1).draw(generator)
    assert lost.candidate.mean() == pytest.approx(0.75, abs=0.01)
    assert lost.candidate.shape == (1, 20_000, 3)
    offset = FlakyCases(cases=20_000, swapped=0.03).draw(generator)
    assert offset.candidate.mean() == pytest.approx(0.85, abs=0.01)


def test_correlated_metrics_keep_their_means_and_move_together() -> None:
    from error_study.draws import FlakyCases

    setting = FlakyCases(cases=20_000, metrics=3, correlation=0.9, drop=0.1, shifted=1)
    sample = setting.draw(np.random.default_rng(2))
    assert sample.baseline.mean(axis=(1, 2)) == pytest.approx([0.85] * 3, abs=0.01)
    assert sample.candidate.mean(axis=(1, 2)) == pytest.approx([0.75, 0.85, 0.85], abs=0.01)
    changes = (sample.candidate - sample.baseline)[:, :, 0]
    assert np.corrcoef(changes)[1, 2] > 0.6


@pytest.mark.parametrize("kind", ["ordinal", "ndcg", "collapse", "lucky few"])
def test_bounded_scores_stay_in_their_range_and_lose_what_they_should(kind: str) -> None:
    from error_study.bounded_draws import RANGES, BoundedScores

    low, high = RANGES[kind]
    drop = 0.0 if kind == "lucky few" else 0.04
    sample = BoundedScores(kind=kind, cases=40_000, drop=drop).draw(np.random.default_rng(3))
    for arm in (sample.baseline, sample.candidate):
        assert low <= arm.min() and arm.max() <= high
    loss = (sample.baseline.mean() - sample.candidate.mean()) / (high - low)
    assert loss == pytest.approx(drop, abs=0.005)


def test_amounts_grow_as_they_should_and_an_even_loss_takes_from_every_case() -> None:
    from error_study.bounded_draws import Amounts
    from error_study.draws import FlakyCases

    dearer = Amounts(cases=60_000, rise=0.2).draw(np.random.default_rng(7))
    assert dearer.candidate.sum() / dearer.baseline.sum() == pytest.approx(1.2, abs=0.02)
    even = FlakyCases(cases=40_000, drop=0.05, even=True).draw(np.random.default_rng(8))
    assert even.baseline.mean() - even.candidate.mean() == pytest.approx(0.05, abs=0.006)


def test_the_true_loss_of_an_aggregate_is_that_of_its_definition() -> None:
    from error_study.draws import FlakyCases
    from error_study.sections.estimands import AGGREGATES, true_loss

    for aggregate, trials in AGGREGATES:
        setting = FlakyCases(cases=40_000, trials=(trials, trials), drop=0.05)
        sample = setting.draw(np.random.default_rng(9))
        before, after = (
            np.mean([aggregate.value(row.tolist()) for row in arm[0]])
            for arm in (sample.baseline, sample.candidate)
        )
        assert before - after == pytest.approx(true_loss(aggregate, 0.05), abs=0.006)


def test_a_category_loses_its_points_and_no_other_one_does() -> None:
    from error_study.tagged_draws import FUNCTION_CALLING, TaggedCases

    assert sum(FUNCTION_CALLING.values()) == 4241
    setting = TaggedCases(sizes=(("kept", 20_000), ("lost", 20_000)), worse="lost", loss=0.12)
    sample = setting.draw(np.random.default_rng(4))
    change = (sample.candidate - sample.baseline)[0, :, 0]
    assert change[:20_000].mean() == pytest.approx(0.0, abs=0.01)
    assert change[20_000:].mean() == pytest.approx(-0.12, abs=0.01)
    assert (change[:20_000] != 0).mean() == pytest.approx(0.065, abs=0.01)


def test_samples_depend_on_the_seed_and_the_setting_alone() -> None:
    from error_study.cells import GateCell
    from error_study.draws import FlakyCases
    from error_study.peer_cells import PeerCell
    from error_study.simulation import Task

    setting = FlakyCases(cases=40)
    ours = Task(cell=GateCell(setting=setting), seed=1, chunk=0)
    theirs = Task(cell=PeerCell(setting=setting, peer="statgate"), seed=1, chunk=0)
    drawn = [setting.draw(task.generator()).baseline for task in (ours, theirs)]
    assert np.array_equal(*drawn)
    other = Task(cell=GateCell(setting=setting), seed=1, chunk=1)
    assert not np.array_equal(drawn[0], setting.draw(other.generator()).baseline)


def test_the_gate_is_silent_where_nothing_changed_and_speaks_where_much_did() -> None:
    from error_study.cells import GateCell
    from error_study.draws import FlakyCases

    def measure(drop: float) -> Counter[str]:
        cell = GateCell(setting=FlakyCases(cases=100, drop=drop))
        return cell.measure(np.random.default_rng(5), 100)

    same, worse = measure(0.0), measure(0.1)
    # Wide bounds: 5 and 80 of 100 are expected, with standard deviations of 2 and 4.
    assert same["blocked"] <= 14
    assert 60 <= worse["blocked"] <= 97
    assert same["mean lower"] >= 25
    assert measure(0.1) == worse


def test_finished_tasks_are_kept_and_not_simulated_again(tmp_path: Path) -> None:
    from error_study.cells import GateCell
    from error_study.draws import FlakyCases
    from error_study.simulation import Store, simulate, tasks_of

    cell = GateCell(setting=FlakyCases(cases=30))
    tasks = tasks_of([cell, cell], runs=100, seed=1)
    store = Store(path=tmp_path / "results.jsonl")
    for task in tasks:
        store.add(task, Counter({"blocked": 7}), 0.1)
    with store.path.open("a", encoding="utf-8") as file:
        file.write('{"task": "cut o')
    rates = simulate(tasks, store, processes=1)[cell]
    assert (rates.runs, rates.percent("blocked")) == (100, pytest.approx(14.0))


def test_a_broken_promise_is_marked_and_fails() -> None:
    from error_rates import verdict
    from error_study.checks import MARK, Checklist
    from error_study.simulation import Rates

    checks = Checklist()
    kept = Rates(runs=1000, counts=Counter({"blocked": 60}))
    broken = Rates(runs=1000, counts=Counter({"blocked": 90}))
    assert MARK not in checks.at_most("blocked: fair", kept, "blocked")
    assert verdict(checks.kept) == 0
    assert MARK in checks.at_most("blocked: unfair", broken, "blocked")
    assert MARK in checks.at_least("found: weak", kept, "blocked", known=20.0, known_runs=4000)
    assert verdict(checks.kept) == 1
    assert verdict([]) == 1


def test_the_whole_page_is_written_from_rates() -> None:
    from error_rates import CHAPTERS, chosen
    from error_study.checks import Checklist
    from error_study.document import document
    from error_study.simulation import Rates

    checks, sections = Checklist(), []
    for chapter in chosen([chapter.key for chapter in CHAPTERS if chapter.key != "peers"]):
        found = {cell: Rates(runs=1000) for cell in chapter.cells()}
        sections.append(chapter.write(found, checks))
    page = document(sections, checks.kept, runs=1000, seed=1, version="0")
    assert page.count("\n## ") >= len(sections) + 3
    assert len(checks.kept) > 100


def test_operating_curves_are_well_formed_pictures() -> None:
    from xml.etree import ElementTree as ET

    from error_study.pictures import Curve, operating_curves

    curve = Curve(name="a < b", drops=(0.0, 0.1), percents=(5.0, 80.0))
    picture = operating_curves("n = 100", [curve] * 8, nominal=5.0)
    root = ET.fromstring(picture)  # noqa: S314 - the picture was drawn one line above
    lines = [node for node in root.iter() if node.tag.endswith("polyline")]
    assert len(lines) == 8
    assert lines[0].get("points", "").count(",") == 2


@pytest.mark.parametrize("peer", ["statgate", "evalsig", "deltagate", "evalproof"])
def test_peers_judge_the_samples_of_their_file(peer: str) -> None:
    from environments import PINS
    from error_study.draws import FlakyCases
    from error_study.peer_cells import PeerCell, built, dismiss

    if not built(peer):
        pytest.skip(f"{PINS[peer]} is not installed: `nox -s error_rates` builds its environment")
    cell = PeerCell(setting=FlakyCases(cases=60, drop=0.6), peer=peer)
    try:
        counts = cell.measure(np.random.default_rng(6), 3)
    finally:
        dismiss()
    assert json.loads(json.dumps(counts)) == {"blocked": 3, "cleared": 0}
