"""Tests of what a store keeps besides scores: prompts are kept, secrets are not."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case, Dataset
from holdfast.errors import RecordError
from holdfast.metric import Score, Trial
from holdfast.options import RunOptions
from holdfast.runner import rescore, run
from holdfast.storage.folder import read_run, read_texts, write_run, write_texts
from holdfast.store import accept
from holdfast.suite import Suite
from holdfast.system import Spec
from holdfast.testing import make_run

SECRETS = ("hunter22hunter22", "sk-abcdefghijklmnopqrstuv", "swordfish9")
PROMPT = f"Be kind.\nUse the key {SECRETS[1]}.\n"
QUIET = RunOptions(progress="none")


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A system whose settings hold secrets under their usual names."""

    api_key: str = SECRETS[0]

    @property
    def spec(self) -> Spec:
        url = f"https://me:{SECRETS[2]}@host/v1"
        params = {"api_key": self.api_key, "client": {"url": url}, "max_tokens": 64}
        return Spec(name="bot", params=params, texts={"support.md": PROMPT})

    def __call__(self, question: str) -> str:
        assert self.spec.params["api_key"] == self.api_key  # a live spec keeps what it was given
        return question


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A metric with a secret, and a prompt of its own."""

    better: str = "higher"
    bounds: tuple[float, float] = (0.0, 1.0)

    @property
    def spec(self) -> Spec:
        params = {"password": SECRETS[2]}
        return Spec(name="judge", params=params, texts={"rubric": "Score it."})

    def __call__(self, trial: Trial) -> Score:
        return Score(1.0)


def suite() -> Suite:
    cases = tuple(Case(id=f"c{n}", input=f"q{n}", expected=f"q{n}") for n in range(12))
    judge: Any = Judge()
    return Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(judge,))


def test_no_file_of_a_store_holds_a_secret(tmp_path: Path) -> None:
    made = run(suite(), Bot(), store=tmp_path, options=QUIET)
    accept(made, tmp_path)
    again = rescore(made, suite(), store=tmp_path, options=QUIET)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"manifest.json", "texts.json"} <= {file.name for file in files}
    for file in files:
        content = file.read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in content, file
    for one in (made, again):
        assert one.system.label == (
            'bot(api_key=[redacted], client={"url":"https://[redacted]@host/v1"}, max_tokens=64)'
        )
        assert one.metrics[0].label == "judge(password=[redacted])"
        assert sorted(one.texts.values()) == ["Be kind.\nUse the key [redacted].\n", "Score it."]


def test_a_stored_run_and_a_baseline_are_what_was_made(tmp_path: Path) -> None:
    made = run(suite(), Bot(), store=tmp_path, options=QUIET)
    stored = read_run(tmp_path / "runs" / made.id)
    assert stored == made
    assert stored.metrics[0].spec.digest == made.metrics[0].spec.digest
    assert read_run(accept(made, tmp_path)).texts == made.texts


def test_another_account_is_asked_anew_and_leaves_the_same_record(tmp_path: Path) -> None:
    first = run(suite(), Bot(), store=tmp_path, options=QUIET)
    other = run(suite(), Bot(api_key="hunter33hunter33"), store=tmp_path, options=QUIET)
    same = run(suite(), Bot(), store=tmp_path, options=QUIET)
    assert other.provenance.cache.hits == 0
    assert same.provenance.cache.hits == 12
    assert first.system == other.system
    assert first.system.digest == other.system.digest


def test_a_secret_in_an_older_record_is_not_read(tmp_path: Path) -> None:
    made = run(suite(), Bot(), store=tmp_path, options=QUIET)
    folder = tmp_path / "runs" / made.id
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace("[redacted]", SECRETS[0], 1))
    (folder / "texts.json").unlink()
    old = read_run(folder)
    assert SECRETS[0] not in repr(old)
    assert old == replace(made, texts={})


def test_a_record_of_an_earlier_version_has_no_texts_and_no_hardware(tmp_path: Path) -> None:
    made = run(suite(), Bot(), store=tmp_path, options=QUIET)
    folder = tmp_path / "runs" / made.id
    row = json.loads((folder / "manifest.json").read_text())
    later = ("os", "hardware", "sources", "metric_sources", "settings", "git_branch")
    for name in later:
        row["provenance"].pop(name, None)
    (folder / "manifest.json").write_text(json.dumps(row))
    (folder / "texts.json").unlink()
    old = read_run(folder)
    assert (old.texts, old.provenance.hardware, old.provenance.git_branch) == ({}, {}, None)
    again = tmp_path / "again"
    again.mkdir()
    write_run(old, again)
    assert not (again / "texts.json").exists()
    written = json.loads((again / "manifest.json").read_text())
    assert written["provenance"] == row["provenance"]


@given(texts=st.dictionaries(st.text(max_size=3), st.text(st.characters(codec=None))))
def test_texts_come_back_as_they_were(
    texts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run")
    write_texts(texts, folder)
    assert read_texts(folder) == texts
    write_texts({}, folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": 1}', '{"a": [1]}'])
def test_a_broken_file_is_named(content: str, tmp_path: Path) -> None:
    write_run(make_run({"a": [1.0]}), tmp_path)
    (tmp_path / "texts.json").write_text(content)
    with pytest.raises(RecordError, match=r"texts\.json"):
        read_run(tmp_path)


def test_a_key_in_the_message_of_an_error_is_left_out(tmp_path: Path) -> None:
    def refused(question: str) -> str:
        raise RuntimeError(f"401: incorrect API key {SECRETS[1]} for {question}")

    made = run(suite(), refused, store=tmp_path, options=RunOptions(progress="none", attempts=1))
    failure = made.trials[0].failure
    assert failure is not None
    assert "[redacted] for q0" in failure.error
    assert SECRETS[1].encode() not in (tmp_path / "runs" / made.id / "trials.jsonl").read_bytes()
