"""A case is placed where everybody with the repository finds it, and nowhere else."""

import json
from pathlib import Path

import pytest

from holdfast import Suite, run
from holdfast.dataset import Case, Dataset, Source
from holdfast.metrics import ExactMatch
from holdfast.readers import read_csv, read_jsonl
from holdfast.running.placing import ShownPlaces
from holdfast.store import accept, baseline, read_run, run_path


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, with a folder in it that is the working directory."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "evals").mkdir()
    monkeypatch.chdir(root / "evals")
    return root


def written(path: Path, *, before: int = 0) -> Dataset:
    rows = [json.dumps({"id": f"c{n}", "input": n, "expected": str(n)}) for n in range(3)]
    path.write_text("\n" * before + "\n".join(rows) + "\n")
    return read_jsonl(path, name="numbers")


def recorded(data: Dataset, store: Path) -> list[str]:
    suite = Suite(name="s", dataset=data, metrics=(ExactMatch(),))
    return [str(case.source) for case in run(suite, str, store=store).cases]


def test_places_are_relative_to_the_repository_wherever_one_stands(repository, tmp_path):
    data = written(repository / "data.jsonl", before=4)
    assert recorded(data, tmp_path / "store") == [f"data.jsonl:{n}" for n in (5, 6, 7)]


def test_a_file_outside_of_the_repository_has_no_place(repository, tmp_path):
    assert recorded(written(tmp_path / "elsewhere.jsonl"), tmp_path / "store") == ["None"] * 3


def test_cases_written_in_python_have_no_place(repository, tmp_path):
    cases = [Case(id=str(n), input=n, expected=str(n)) for n in range(3)]
    assert recorded(Dataset(name="d", cases=cases), tmp_path / "store") == ["None"] * 3


def test_without_a_repository_places_are_relative_to_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ShownPlaces.here().of(Source(str(tmp_path / "a" / "b.csv"), 3)) == Source("a/b.csv", 3)


def test_a_link_to_the_repository_is_the_repository(repository, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(repository)
    found = ShownPlaces.here().of(Source(str(link / "evals" / "c.jsonl"), 1))
    assert found == Source("evals/c.jsonl", 1)


def test_a_record_of_csv_is_placed_where_it_begins(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text('id,input\na,"two\nlines"\n\nb,one\nc,"x\ny\nz"\nd,last\n')
    assert [case.source.line for case in read_csv(path)] == [2, 5, 6, 9]


def test_a_moved_case_is_the_same_case(repository, tmp_path):
    first, store = written(repository / "data.jsonl"), tmp_path / "store"
    suite = Suite(name="s", dataset=first, metrics=(ExactMatch(),))
    old = run(suite, str, store=store)
    accept(old, store)
    files = {path.name: path.read_bytes() for path in store.glob("baselines/s/*/*.jsonl")}
    written(repository / "data.jsonl", before=7)
    moved = run(suite, str, store=store)
    assert moved.cases == old.cases
    assert moved.dataset_digest == old.dataset_digest
    assert [case.source.line for case in moved.cases] == [8, 9, 10]
    accept(moved, store)
    assert {path.name: path.read_bytes() for path in store.glob("baselines/s/*/*.jsonl")} == files


def test_runs_keep_places_and_baselines_do_not(repository, tmp_path):
    store = tmp_path / "store"
    suite = Suite(name="s", dataset=written(repository / "d.jsonl"), metrics=(ExactMatch(),))
    made = run(suite, str, store=store)
    kept = read_run(run_path(made.id, store))
    assert [str(case.source) for case in kept.cases] == ["d.jsonl:1", "d.jsonl:2", "d.jsonl:3"]
    accept(made, store)
    accepted = baseline("s", made.system.name, root=store)
    assert accepted is not None
    assert {case.source for case in accepted.cases} == {None}
