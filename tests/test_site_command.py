"""`holdfast report` from the outside: what it writes, keeps and survives."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli import main
from holdfast.commands import write_site
from holdfast.commands.page_key import PageKeys
from holdfast.commands.rulebook import write_policies
from holdfast.commands.site import add_to_index, index_page, now, page_at, session_page
from holdfast.commands.site_list import SiteList, read_list, write_list, write_page
from holdfast.commands.write_site import verdict_of
from holdfast.config import load_config
from holdfast.errors import StoreError
from holdfast.policy import Policy
from holdfast.store import accept, run_path
from holdfast.system import Spec
from tests.history.days import keep, level, make_day
from tests.report.entries import make_entry
from tests.report.pages import Page

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with three runs of one system, the first of them accepted."""
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    runs = [make_day(day, level(0.9 - 0.3 * (day == 2))) for day in range(3)]
    keep(tmp_path / "reports", *runs)
    accept(runs[0], tmp_path / "reports")
    return tmp_path / "reports"


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls `holdfast report --json` and gives its answer."""

    def call(*more: str, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert main(arguments=["report", "--json", *more]) == code
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return call


def test_the_second_call_writes_no_page_again(store: Path, report: Call) -> None:
    first = report()
    assert (first["written"], first["kept"], first["skipped"]) == (3, 0, [])
    times = {file: file.stat().st_mtime_ns for file in (store / "html").rglob("*.html")}
    second = report()
    assert (second["written"], second["kept"]) == (0, 3)
    after = {file: file.stat().st_mtime_ns for file in (store / "html").rglob("*.html")}
    changed = {file.name for file in after if after[file] != times.get(file)}
    assert changed == {"index.html"}


def test_what_a_page_depends_on_makes_it_anew(store: Path, report: Call) -> None:
    report()
    page = store / "html/runs/day-001.html"
    page.unlink()
    assert report()["written"] == 1 and page.is_file()
    write_policies([Policy(metric="accuracy", margin=0.1)], run_path("day-001", store))
    assert report()["written"] == 1
    accept(make_day(1, level(0.9)), store)
    assert report()["written"] == 3
    text = "[tool.holdfast.suites.triage.policies]\naccuracy = { margin = 0.2 }\n"
    (store.parent / "pyproject.toml").write_text(text)
    assert report()["written"] == 3
    assert report()["written"] == 0


def test_the_verdict_on_a_kept_page_is_the_one_that_would_be_written(
    store: Path, report: Call
) -> None:
    report()
    kept = read_list(store / "html")
    for entry in kept.entries:
        verdict = verdict_of(run_path(entry.run, store), load_config(store.parent, environ={}))
        assert entry.outcome == verdict.outcome
    assert {entry.run: entry.outcome for entry in kept.entries}["day-002"] == "regression"
    words = Page((store / "html/index.html").read_text("utf-8")).words
    assert "1 of 1 gate regressed: triage × bot (accuracy −30.0 pt)." in words


def test_pages_that_a_session_wrote_are_used_again(store: Path, report: Call) -> None:
    config = load_config(store.parent, environ={})
    verdict = verdict_of(run_path("day-002", store), config)
    entry = session_page(verdict, config, other=None, accepted=False)
    add_to_index([entry.as_json()], store / "html")
    answer = report()
    assert (answer["written"], answer["kept"]) == (2, 1)
    assert not (store / "html/runs/day-002.html").exists()
    found = read_list(store / "html").find("day-002")
    assert found is not None
    assert found.href == "triage/bot.html"
    assert found.session != ""


def test_a_later_session_takes_the_page_and_the_older_run_gets_its_own(
    store: Path, report: Call
) -> None:
    config = load_config(store.parent, environ={})
    for name in ("day-001", "day-002"):
        verdict = verdict_of(run_path(name, store), config)
        add_to_index([session_page(verdict, config, other=None, accepted=False)], store / "html")
    links = {entry.run: entry.href for entry in read_list(store / "html").entries}
    assert links == {"day-001": "", "day-002": "triage/bot.html"}
    report()
    links = {entry.run: entry.href for entry in read_list(store / "html").entries}
    assert links["day-001"] == "runs/day-001.html"


def test_an_accepted_run_is_called_the_baseline_at_once(store: Path) -> None:
    config = load_config(store.parent, environ={})
    verdict = verdict_of(run_path("day-002", store), config)
    add_to_index([session_page(verdict, config, other=None, accepted=True)], store / "html")
    words = Page((store / "html/index.html").read_text("utf-8")).words
    assert "1 of 1 gate has a new baseline: triage × bot" in words
    assert "Accepted as baseline" in words


def test_a_run_that_cannot_be_read_is_named_and_does_not_stop_the_others(
    store: Path, report: Call
) -> None:
    (run_path("day-001", store) / "trials.jsonl").write_text("{")
    (store / "runs/lost").mkdir()
    (store / "runs/lost/manifest.json").write_text("{")
    answer = report()
    assert answer["written"] == 2
    assert sorted(text.split()[0] for text in answer["skipped"]) == ["day-001", "lost"]
    words = Page((store / "html/index.html").read_text("utf-8")).words
    assert "day-001 was left out" in words and "lost was left out" in words


def test_a_killed_call_leaves_whole_pages_and_goes_on_where_it_was(
    store: Path, report: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    report()
    index = (store / "html/index.html").read_text("utf-8")
    accept(make_day(1, level(0.9)), store)
    done: list[Path] = []

    def killed(folder: Path, config: Any) -> Any:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(folder)
        return verdict_of(folder, config)

    monkeypatch.setattr(write_site, "verdict_of", killed)
    monkeypatch.setattr(write_site, "_PAUSE", -1.0)
    main(arguments=["report"])
    assert len(done) == 2
    assert (store / "html/index.html").read_text("utf-8") == index
    for file in (store / "html").rglob("*.html"):
        assert file.read_text("utf-8").rstrip().endswith("</html>")
    assert not list((store / "html").rglob("*.part"))
    monkeypatch.setattr(write_site, "verdict_of", verdict_of)
    assert report()["written"] == 1


def test_a_page_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    write_page(page, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_page(page, "new")
    assert page.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_one_suite_can_be_written_and_a_wrong_name_is_answered(
    store: Path, report: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(store, make_day(7, level(0.9), suite="other", id="other-1"))
    assert report("--suite", "other")["pages"] == 1
    assert main(arguments=["report", "--suite", "triagee"]) == 4
    assert "did you mean 'triage'" in capsys.readouterr().err


def test_every_link_of_the_site_leads_to_a_file_and_none_outside(store: Path, report: Call) -> None:
    names = ["A", "a", "../up", "q?#&%", "عربى", "con", "x" * 300]
    for number, name in enumerate(names):
        run = make_day(number, level(0.9), suite=name, system=Spec(name=name), id=f"r {number}%?")
        keep(store, run)
    report()
    html = store / "html"
    files = {file.relative_to(html).as_posix() for file in html.rglob("*.html")}
    assert len({file.lower() for file in files}) == len(files)
    reached: set[str] = {"index.html"}
    for file in files:
        for link in Page((html / file).read_text("utf-8")).named("a"):
            href = (link["href"] or "").partition("#")[0]
            if href:
                from urllib.parse import unquote

                target = (html / file).parent / unquote(href)
                assert target.is_file(), (file, href)
                reached.add(target.resolve().relative_to(html.resolve()).as_posix())
    assert reached == files


def test_one_file_to_send(store: Path, report: Call, tmp_path: Path) -> None:
    answer = report("--single", "out/verdicts.html")
    text = (tmp_path / "out/verdicts.html").read_text("utf-8")
    assert answer["verdicts"] == 1 and answer["bytes"] == len(text.encode())
    assert "1 of 1 gate regressed" in Page(text).words
    assert "http" not in "".join(link["href"] or "" for link in Page(text).named("a"))
    assert not (store / "html").exists()


@pytest.mark.parametrize("file", ["manifest.json", "trials.jsonl"])
def test_one_file_says_of_the_newest_run_that_it_cannot_be_read(
    store: Path, report: Call, tmp_path: Path, file: str
) -> None:
    (run_path("day-002", store) / file).write_text("{broken\n")
    answer = report("--single", "verdicts.html")
    assert ["day-002" in text for text in answer["skipped"]] == [True]
    words = Page((tmp_path / "verdicts.html").read_text("utf-8")).words
    assert "1 run cannot be read, and a gate may stand here as an earlier run left it" in words
    assert "day-002 was left out" in words
    report()
    assert "1 run cannot be read" in Page((store / "html/index.html").read_text("utf-8")).words


def test_the_index_can_be_asked_for_without_writing(store: Path, report: Call) -> None:
    assert "triage × bot" in Page(index_page(store)).words
    assert not (store / "html").exists()
    report()
    assert index_page(store) == (store / "html/index.html").read_text("utf-8")
    for file in ("triage/@suite.html", "triage/@history.bot.html"):
        assert page_at(store, file) == (store / "html" / file).read_text("utf-8")
    assert page_at(store, "triage/bot.html") is None
    assert page_at(store, "../../etc/passwd") is None


def test_a_broken_list_costs_no_run(store: Path, report: Call) -> None:
    report()
    for text in ("{", "[]", '{"entries": 3, "pages": 4}', '[{"suite": "x"}]', "3"):
        (store / "html/entries.json").write_text(text)
        assert report()["written"] == 3


def test_a_list_of_an_earlier_version_keeps_its_links(tmp_path: Path) -> None:
    row = {
        "suite": "s", "system": "x", "outcome": "pass", "sentence": "Fine.", "counts": {},
        "started": "2026-01-01T00:00:00+00:00", "href": "s/x.html",
    }  # fmt: skip
    folder = tmp_path / "html"
    write_page(folder / "s/x.html", "<html>")
    (folder / "entries.json").write_text(json.dumps([row]))
    index = add_to_index([], folder)
    assert 'href="s/x.html"' in index.read_text("utf-8")


def test_a_list_cannot_make_the_site_remove_what_is_not_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "html"
    write_page(tmp_path / "@mine.html", "mine")
    write_page(folder / "s/x.html", "page")
    write_page(folder / "s/@suite.html", "gone")
    pages = {"../@mine.html": "k", "s/x.html": "k", "s/@suite.html": "k"}
    write_list(SiteList(pages=pages), folder)
    add_to_index([], folder)
    assert (tmp_path / "@mine.html").is_file()
    assert (folder / "s/x.html").is_file()
    assert not (folder / "s/@suite.html").exists()


def test_thousands_of_verdicts_are_capped_and_old_ones_brief(tmp_path: Path) -> None:
    folder = tmp_path / "html"
    write_page(folder / "page.html", "x")
    entries = [make_entry(run=f"r{n}", href="page.html") for n in range(1_300)]
    listed = SiteList(entries=tuple(entries)).pruned(folder)
    assert len(listed.entries) == 1_000
    newest = replace(make_entry(day=2, run="newest", href="page.html"))
    newest = replace(newest, metrics=newest.metrics * 3)
    assert len(SiteList(entries=(newest,)).pruned(folder).entries[0].metrics) == 3
    older = replace(newest, run="older", started="2025-01-01T00:00:00+00:00")
    found = SiteList(entries=(newest, older)).pruned(folder).entries
    assert [len(entry.metrics) for entry in found] == [3, 1]


def test_a_verdict_keeps_the_moment_at_which_it_was_first_seen() -> None:
    listed = SiteList().with_entries([make_entry()], now="2026-01-05T00:00:00+00:00")
    again = listed.with_entries([make_entry()], now=now())
    assert [entry.seen for entry in again.entries] == ["2026-01-05T00:00:00+00:00"]


def test_keys_differ_by_run_and_not_by_chance(store: Path) -> None:
    config = load_config(store.parent, environ={})

    def key(name: str) -> str:
        return PageKeys(config).of(run_path(name, store), suite="triage", system="bot")

    assert key("day-001") == key("day-001") != key("day-002")


def test_a_store_that_is_not_there_is_an_error_and_is_not_made(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments=["report", "--store", "reprots"]) == 4
    assert "there is no store at reprots" in capsys.readouterr().err
    assert not (store.parent / "reprots").exists()
