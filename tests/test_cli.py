"""The command line: exit codes, machine output, and errors that say what to do."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest

from holdfast import cli
from holdfast.digest import digest_json
from holdfast.metric import Failure, Score
from holdfast.record import MetricRecord, Run
from holdfast.store import accept, run_path, write_run
from holdfast.system import Response, Spec, ToolCall
from holdfast.testing import make_run

PROMPTS = tuple(f"prompts {name}" for name in ("list", "diff", "log", "pin", "rollback"))
COMMANDS = (*(name for name in cli._MODULES), "import csv", *PROMPTS)  # pyright: ignore[reportPrivateUsage]
RECALL = MetricRecord(spec=Spec(name="recall", params={"k": 5}), better="higher", bounds=(0.0, 1.0))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is also the current folder."""
    for name in ("HOLDFAST_STORE", "HOLDFAST_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def keep(folder: Path) -> Callable[..., Run]:
    """Write a run to the store: the number of good cases, then anything of the run."""

    def write(id: str, good: int, *, cases: int = 60, first: int = 0, **fields: object) -> Run:
        scores = {
            f"q/{number}.ü": [1.0 if number - first < good else 0.0]
            for number in range(first, first + cases)
        }
        run = make_run(scores, id=id, suite="search", system="bm25", metric=RECALL)
        run = replace(run, **fields)  # type: ignore[arg-type]
        write_run(run, run_path(id, folder / "reports"))
        return run

    return write


def call(*arguments: str) -> int:
    return cli.main(arguments=arguments)


def test_a_regression_exits_with_one_and_says_why(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 25)

    assert call("compare", "old", "new") == 1
    text = capsys.readouterr().out
    assert "recall(k=5)" in text
    assert "25 newly failing, " in text
    assert "One trial of a case cannot tell whether it broke or is flaky" in text
    assert "default margin of 0.02" in text
    assert "\x1b" not in text


def test_an_equal_run_passes(keep: Callable[..., Run]):
    keep("old", 50)
    keep("new", 50)

    assert call("compare", "old", "new") == 0


def test_earlier_runs_make_slices_by_difficulty(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("older", 50, cases=100)
    keep("old", 100, cases=100)
    keep("new", 70, cases=100)

    assert call("compare", "old", "new", "--difficulty", "older") == 1
    assert "of difficulty 1 to 1 in earlier runs" in capsys.readouterr().out
    assert call("compare", "old", "new", "--difficulty", "old") == 4
    assert "can only fall" in capsys.readouterr().err


def test_json_is_the_only_thing_on_standard_output(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 25)

    assert call("compare", "old", "new", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["exit_code"] == 1
    assert document["findings"][0]["state"] == "regressed"
    assert any("default margin" in note for note in document["notes"])


def test_reports_are_written_where_the_user_says(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 50)

    files = ["--html", "out/r.html", "--markdown", "r.md", "--junit", "r.xml"]
    assert call("compare", "old", "new", *files, "--github") == 0

    assert "default margin" in (folder / "out/r.html").read_text("utf-8")
    assert (folder / "r.md").stat().st_size > 100
    assert (folder / "r.xml").read_text("utf-8").startswith("<?xml")
    assert "::notice" in capsys.readouterr().out


def test_annotations_and_the_step_summary_are_written_beside_a_document_too(
    keep: Callable[..., Run],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "step.md"))
    keep("old", 50)
    keep("new", 25)
    assert call("compare", "old", "new", "--github", "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["exit_code"] == 1
    assert said.err.startswith("::error title=holdfast")
    assert "Regression" in (folder / "step.md").read_text("utf-8")


def test_a_page_that_cannot_open_every_case_has_their_table_beside_it(
    keep: Callable[..., Run], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    monkeypatch.setattr("holdfast.report.explorer.MOST", 59)
    keep("old", 50)
    keep("new", 50)
    assert call("compare", "old", "new", "--html", "out/r.html") == 0
    assert "r.cases.parquet beside this file" not in (folder / "out/r.html").read_text("utf-8"), (
        "every case has room"
    )
    rows = parquet.read_table(folder / "out/r.cases.parquet").to_pylist()
    assert sorted({row["case"] for row in rows}) == sorted(f"q/{n}.ü" for n in range(60))


def test_doubt_blocks_only_where_the_profile_says_so(keep: Callable[..., Run]):
    keep("old", 50)
    keep("new", 49)

    assert call("compare", "old", "new") == 0
    assert call("compare", "old", "new", "--profile", "release") == 2


def test_policies_are_given_by_label_or_by_an_unambiguous_name(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 25)

    assert call("compare", "old", "new", "--margin", "recall=0.9") == 0
    assert "default margin" not in capsys.readouterr().out
    assert (
        call("compare", "old", "new", "--margin", "recall(k=5)=0.9", "--floor", "recall=0.5") == 1
    )
    assert call("compare", "old", "new", "--monitor", "recall") == 0
    assert call("compare", "old", "new", "--info", "recall") == 0


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--margin", "recal=0.1"), "unknown metric 'recal'; did you mean 'recall(k=5)'"),
        (("--margin", "recall"), "write METRIC=NUMBER"),
        (("--margin", "recall(k=5)"), "write METRIC=NUMBER"),
        (("--margin", "recall=-1"), "must be a positive number"),
        (("--profile", "nightly"), "unknown profile 'nightly'"),
        (("--colour",), "No such option '--colour'"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    keep: Callable[..., Run],
    capsys: pytest.CaptureFixture[str],
    option: tuple[str, ...],
    message: str,
):
    keep("old", 50)
    keep("new", 25)

    assert call("compare", "old", "new", *option) == 4
    assert message in capsys.readouterr().err


def test_policies_in_the_project_file_apply(keep: Callable[..., Run], folder: Path):
    keep("old", 50)
    keep("new", 25)
    (folder / "pyproject.toml").write_text(
        '[tool.holdfast.suites.search.policies."recall(k=5)"]\nmargin = 0.9\n'
    )

    assert call("compare", "old", "new") == 0


def test_comparing_a_run_with_itself_proves_nothing(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    run = keep("old", 50)
    accept(run, folder / "reports")

    assert call("compare", "old", "old") == 3
    assert "comparing a run with itself proves nothing" in capsys.readouterr().out
    assert call("compare", "baseline:search/bm25", "old") == 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"dataset": "other"}, "different datasets: 'made' and 'other'"),
        ({"suite": "other"}, "different suites: 'search' and 'other'"),
    ],
)
def test_runs_of_different_things_are_not_comparable(
    keep: Callable[..., Run],
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, object],
    message: str,
):
    keep("old", 50)
    keep("new", 50, **changed)

    assert call("compare", "old", "new") == 3
    assert message in capsys.readouterr().out.replace("\n  ", " ")


def test_runs_without_a_shared_case_are_not_comparable(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 50, first=100)

    assert call("compare", "old", "new") == 3
    assert "only 0 of 120 cases" in capsys.readouterr().out


def test_an_unknown_run_is_an_error_that_lists_near_ones(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("2026-old", 50)
    keep("2026-new", 50)

    assert call("compare", "2026-old", "2026-nwe") == 4
    assert "did you mean '2026-new'" in capsys.readouterr().err
    assert call("compare", "2026-old", "2026") == 4
    assert "begins the ids of 2 runs" in capsys.readouterr().err
    assert call("compare", "2026-o", "2026-n") == 0


def test_an_error_is_a_document_too_where_a_machine_reads(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    assert call("compare", "old", "new", "--json") == 4
    written = capsys.readouterr()
    assert json.loads(written.out)["exit_code"] == 4
    assert written.err.startswith("error: no run 'old'")


def test_the_store_is_found_from_any_subfolder(
    keep: Callable[..., Run], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    keep("old", 50)
    keep("new", 50)
    (folder / "a/b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a/b")

    assert call("compare", "old", "new") == 0
    assert call("compare", str(folder / "reports/runs/old"), "new") == 0
    assert call("compare", "old", "new", "--store", str(folder / "elsewhere")) == 4
    monkeypatch.setenv("HOLDFAST_STORE", str(folder / "elsewhere"))
    assert call("compare", "old", "new") == 4


def test_a_baseline_from_an_older_record_version_is_read(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    path = folder / "reports/baselines/search/bm25"
    path.mkdir(parents=True)
    new = keep("new", 50, metrics=(replace(RECALL, spec=Spec(name="recall")),))
    renamed = tuple(replace(trial, scores={"recall": Score(1.0)}) for trial in new.trials)
    write_run(replace(new, trials=renamed), run_path("new", folder / "reports"))
    manifest = {"format": 0, "id": "ancient", "suite": "search", "system": "bm25",
                "dataset": "made", "dataset_digest": new.dataset_digest, "metrics": ["recall"],
                "complete": True}  # fmt: skip
    (path / "manifest.json").write_text(json.dumps(manifest))
    for name, rows in {
        "cases": [{"id": case.id, "digest": case.digest} for case in new.cases],
        "trials": [{"id": case.id, "scores": {"recall": 1.0}} for case in new.cases],
    }.items():
        (path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert call("compare", "baseline:search/bm25", "new", "--margin", "recall=0.1") == 0
    assert "PASS: Not worse: recall" in capsys.readouterr().out


def test_missing_scores_are_shown_and_listed(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    run = keep("old", 50)
    trial = run.trials[3]
    broken = replace(
        trial, scores={"recall(k=5)": Failure(stage="metric", error="\x1b[31mnothing to score")}
    )
    write_run(
        replace(run, trials=(*run.trials[:3], broken, *run.trials[4:])),
        run_path("old", folder / "reports"),
    )

    assert call("show", "old", "--failures") == 0
    text = capsys.readouterr().out
    assert "over 59 cases, 1 without a score" in text
    assert "q/3.ü #0 metric recall(k=5): " in text
    assert "\x1b" not in text
    assert call("show", "old", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["means"][0]["missing"] == 1
    assert document["failures"][0]["case"] == "q/3.ü"


def test_one_case_is_shown_in_full(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    run = keep("old", 50)
    calls = (
        ToolCall(
            name="find", arguments={"city": "Oslo"}, result="error: \x1b[31mgone", failed=True
        ),
        ToolCall(name="find", arguments={"city": "Oslo"}, result="7"),
    )
    trial = replace(run.trials[3], response=Response(text="7", tool_calls=calls))
    trials = (*run.trials[:3], trial, *run.trials[4:])
    write_run(replace(run, trials=trials), run_path("old", folder / "reports"))

    assert call("show", "old", "--case", "q/3.ü") == 0
    text = capsys.readouterr().out
    assert text.count("called find(") == 2
    assert "failed: error: " in text and "result: 7" in text and "\x1b" not in text
    assert "case     q/3.ü" in text
    assert "trial 1: " in text
    assert "recall(k=5): " in text
    assert call("show", "old", "--case", "q/3.ü", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["case"]["id"] == "q/3.ü"
    assert [each["repeat"] for each in document["trials"]] == [trial.repeat]
    assert call("show", "old", "--case", "q/3") == 4
    assert "the run old has no case 'q/3'" in capsys.readouterr().err


def test_a_run_of_few_cases_has_a_mean_too(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("few", 2, cases=4)

    assert call("show", "few") == 0
    assert "recall(k=5): 0.5 over 4 cases" in capsys.readouterr().out


def test_runs_are_listed(keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]):
    assert call("runs") == 0
    assert "no runs in" in capsys.readouterr().out

    keep("old", 50)
    keep("new", 50, complete=False)
    assert call("runs") == 0
    text = capsys.readouterr().out
    assert "50 passed, 10 failed" in text
    assert "incomplete" in text
    assert call("runs", "--suite", "other", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_accepting_a_run_says_what_changes(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50)
    keep("new", 25)

    assert call("accept", "old") == 0
    assert "first baseline of its suite and system" in capsys.readouterr().out
    assert call("accept", "new") == 0
    assert "instead of old: Regressed" in capsys.readouterr().out.replace("\u00a0", " ")
    assert call("accept", "new", "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == ["it was the baseline already"]


def test_a_run_with_faults_is_accepted_only_by_force(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    run = keep("old", 50)
    fault = Failure(stage="infrastructure", error="429")
    down = replace(run.trials[0], response=None, scores={}, failure=fault)
    write_run(replace(run, trials=(down, *run.trials[1:])), run_path("old", folder / "reports"))

    assert call("accept", "old") == 4
    assert "infrastructure failed in 1 of 60 trials (429)" in capsys.readouterr().err
    assert call("accept", "old", "--force") == 0


def test_an_incomplete_run_is_not_accepted(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
):
    keep("old", 50, complete=False)

    assert call("accept", "old") == 4
    assert call("accept", "old", "--force") == 4
    assert "incomplete" in capsys.readouterr().err


def test_the_site_has_a_page_for_every_run(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
):
    accept(keep("old run/1", 50), folder / "reports")
    keep("new", 25)
    keep("alone", 50, suite="other")
    (folder / "reports/runs/broken").mkdir()
    (folder / "reports/runs/broken/manifest.json").write_text("{")

    assert call("report") == 0

    index = (folder / "reports/html/index.html").read_text("utf-8")
    assert 'href="runs/old%2520run%252F1.html"' in index
    assert (folder / "reports/html/runs/old%20run%2F1.html").is_file()
    assert "there is no baseline of other/bm25" in index
    assert "This run is the baseline of search/bm25." in index
    assert call("report", "--json") == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])["pages"] == 3


def test_scores_are_imported_and_compared(folder: Path, capsys: pytest.CaptureFixture[str]):
    for name, good in (("old", 50), ("new", 25)):
        rows = "".join(f"c/{n},{'pass' if n < good else 'fail'},{n},x\n" for n in range(60))
        (folder / f"{name}.csv").write_text("id,ok,ms,lang\n" + rows)
        assert call(
            "import", "csv", f"{name}.csv", "--case", "id", "--score", "ok=ok", "--score", "ms=ms",
            "--lower-is-better", "ms", "--tag", "lang", "--suite", "s", "--system", "x",
            "--out", name,
        ) == 0  # fmt: skip

    text = capsys.readouterr().out
    assert "ok: range 0 to 1, higher is better, 0 missing" in text
    assert "ms: no range, lower is better, 0 missing" in text
    assert call("compare", "old", "new") == 1
    text = capsys.readouterr().out.replace("\n  ", " ")
    assert "ms has no policy and no range from 0 to 1" in text


def test_empty_cells_never_help_the_candidate(folder: Path, capsys: pytest.CaptureFixture[str]):
    for name, cell in (("old", "0"), ("new", "")):
        rows = "".join(f"c{n},{cell if n < 20 else 1}\n" for n in range(60))
        (folder / f"{name}.csv").write_text("id,ok\n" + rows)
        base = ("--case", "id", "--score", "ok=ok", "--suite", "s", "--system", "x", "--out", name)
        assert call("import", "csv", f"{name}.csv", *base) == 0

    assert "20 missing" in capsys.readouterr().out
    assert call("compare", "old", "new") == 3


def test_an_import_to_a_folder_leaves_the_store_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "a.csv").write_text("id,ok\n" + "".join(f"{n},1\n" for n in range(20)))
    base = ("import", "csv", "a.csv", "--case", "id", "--score", "recall(k=5)=ok", "--suite", "s",
            "--system", "x", "--out", "./runs/a")  # fmt: skip

    assert call(*base) == 0
    assert (folder / "runs/a/manifest.json").is_file()
    assert not (folder / "reports").exists()
    assert call(*base) == 4
    assert "--force to replace it" in capsys.readouterr().err
    assert call(*base, "--force", "--range", "recall(k=5)=0,5", "--json") == 0
    assert json.loads(capsys.readouterr().out)["missing"] == {"recall(k=5)": 0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--score", "ok"), "write METRIC=COLUMN"),
        (("--score", "ok=okk"), "has no column 'okk'; did you mean 'ok'"),
        (("--score", "ok=ok", "--range", "ok=1"), "write METRIC=LOW,HIGH"),
        (("--score", "ok=ok", "--range", "x=0,1"), "unknown metric 'x'"),
        (("--score", "ok=ok", "--score", "ok=id"), "names one metric twice"),
        (("--score", "ok=ok", "--delimiter", ";;"), "must be one character, got ';;'"),
        ((), "Missing option '--score'"),
    ],
)
def test_a_wrong_import_is_refused(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
):
    (folder / "a.csv").write_text("id,ok\n1,1\n")
    base = ("--case", "id", "--suite", "s", "--system", "x", "--out", "a")

    assert call("import", "csv", "a.csv", *base, *arguments) == 4
    assert message in capsys.readouterr().err


SYSTEM = """
from holdfast.dataset import Case, Dataset
from holdfast.metrics import ExactMatch
from holdfast.suite import Suite

CASES = tuple(Case(id=str(number), input="x", expected="x") for number in range(12))
SUITE = Suite(
    name="echo",
    dataset=Dataset(name="d", cases=CASES),
    metrics=(ExactMatch(),),
)

def echo(text):
    return text
"""


def test_a_suite_is_run_without_pytest(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (folder / "echo_suite.py").write_text(SYSTEM)
    monkeypatch.setattr(sys, "path", [*sys.path])

    assert call("run", "echo_suite.py:SUITE", "echo_suite:echo", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["counts"]["passed"] == 12
    assert call("rescore", made["id"], "echo_suite:SUITE", "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert call("compare", made["id"], again["id"]) == 0
    capsys.readouterr()
    assert call("run", "echo_suite.py:SUITE", "echo_suite:echo") == 0
    said = capsys.readouterr().out
    assert f"{made['id'][:9]}" in said and "12 cases, 12 passed" in said
    assert "(there is no baseline of " in said and "compare baseline:" not in said
    assert call("accept", made["id"]) == 0
    assert call("run", "echo_suite.py:SUITE", "echo_suite:echo") == 0
    assert "next: holdfast compare baseline:" in capsys.readouterr().out
    assert call("explain", made["id"]) == 4
    assert "both sides are the run" in capsys.readouterr().err
    assert call("explain", again["id"], "--metric", "nosuch") == 4
    assert "unknown metric 'nosuch' (known: " in capsys.readouterr().err

    for wrong, message in (
        ("echo_suite:SUIT", "has no 'SUIT'; did you mean 'SUITE'"),
        ("echo_suite", "write MODULE:NAME"),
        ("no_such_module:SUITE", "there is no module 'no_such_module'"),
        ("missing.py:SUITE", "there is no file"),
        ("echo_suite:echo", "is no Suite but"),
    ):
        assert call("run", wrong, "echo_suite:echo") == 4
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_examples(name: str, capsys: pytest.CaptureFixture[str]):
    assert call(*name.split(), "--help") == 0
    text = capsys.readouterr().out
    assert "Examples:\n" in text
    assert f"holdfast {name}" in text
    if name not in ("import", "judge", "prompts"):  # groups of commands
        assert "--json" in text


def test_a_call_without_a_command_shows_the_help(capsys: pytest.CaptureFixture[str]):
    assert call() == 4
    written = capsys.readouterr()
    assert written.err.startswith("Usage: holdfast")
    assert "error:" not in written.err.partition("Exit codes")[0]


def test_the_general_help_teaches_the_exit_codes(capsys: pytest.CaptureFixture[str]):
    assert call("--help") == 0
    text = capsys.readouterr().out
    assert "holdfast init" in text
    assert "  2  inconclusive, where the policy says that it blocks" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str, capsys: pytest.CaptureFixture[str]):
    assert call("completion", shell) == 0
    assert "_HOLDFAST_COMPLETE" in capsys.readouterr().out


def test_run_ids_are_completed(keep: Callable[..., Run]):
    from click.shell_completion import ShellComplete

    keep("2026-old", 50)
    keep("2027-new", 50)

    completion = ShellComplete(cli.cli, {}, "holdfast", "_HOLDFAST_COMPLETE")
    found = completion.get_completions(["compare"], "2026")
    assert [item.value for item in found] == ["2026-old"]


def test_a_misspelt_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    assert call("compere") == 4
    assert "unknown command 'compere'; did you mean 'compare'" in capsys.readouterr().err


def test_a_defect_is_one_sentence_and_a_traceback_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def burst(*_: object, **__: object) -> None:
        raise ZeroDivisionError("burst")

    monkeypatch.setattr("holdfast.store.runs", burst)

    assert call("runs") == 4
    written = capsys.readouterr().err
    assert "error: ZeroDivisionError: burst" in written
    assert "Traceback" not in written
    assert call("runs", "--debug") == 4
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_has_the_code_that_shells_expect(monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("holdfast.store.runs", interrupt)

    assert call("runs") == 130


def test_colors_are_for_terminals_that_want_them(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    keep("old", 50)
    keep("new", 25)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    call("compare", "old", "new")
    assert "\x1b[" in capsys.readouterr().out
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            call("compare", "old", "new")
        assert "\x1b[" not in capsys.readouterr().out


def test_the_help_takes_a_quarter_of_a_second_at_most():
    def seconds(*arguments: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - (before.children_user + before.children_system)
        )

    help_ = min(seconds("-m", "holdfast.cli", "--help") for _ in range(2))
    assert help_ - seconds("-c", "pass") < 0.25


def test_the_help_imports_nothing_heavy():
    code = (
        "import sys, holdfast.cli; holdfast.cli.main(arguments=['--help']); "
        "print(sorted({'numpy', 'scipy', 'jinja2', 'holdfast.record'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert shown.stdout.endswith("[]\n")


def test_a_reader_that_stops_reading_does_not_change_the_exit_code(
    keep: Callable[..., Run], folder: Path
):
    keep("old", 50)
    keep("new", 25)
    script = (
        f"{sys.executable} -m holdfast.cli compare old new | head -c 1; exit ${{PIPESTATUS[0]}}"
    )

    ended = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == b""


def test_a_terminal_without_the_letters_does_not_change_the_exit_code(
    keep: Callable[..., Run], folder: Path
):
    keep("old", 50)
    keep("new", 25)
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "holdfast.cli", "compare", "old", "new"]

    shown = subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
    read = subprocess.run(
        [*command, "--json"], cwd=folder, env=environ, capture_output=True, check=False
    )

    assert shown.returncode == read.returncode == 1
    assert b"REGRESSION" in shown.stdout
    assert json.loads(read.stdout)["cases"][0]["id"] == "q/0.ü"


def test_every_command_is_a_click_command():
    context = click.Context(cli.cli)
    for name in cli.cli.list_commands(context):
        command = cli.cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.short_help


def test_ids_of_cases_digest_alike_whatever_the_run(keep: Callable[..., Run]):
    assert keep("old", 1).cases[0].digest == digest_json({"input": "q/0.ü", "expected": None})
