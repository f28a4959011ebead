"""The gate inside pytest: what fails, with which exit code, and what the reader is told."""

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.gating
from holdfast.cli import main
from holdfast.store import runs

assert holdfast.commands.gating

pytest_plugins = "pytester"

SUITE = '''
"""A suite of 40 sums, and systems that solve some of them."""
from holdfast.dataset import Case, Dataset
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.suite import Suite
from holdfast.system import Spec

CASES = tuple(
    Case(id=f"sums/{n}.é", input=str(n), expected=str(2 * n), tags=("even",) if n % 2 == 0 else ())
    for n in range(40)
)


class Exact:
    spec = Spec(name="exact_match")
    better = "higher"
    bounds = (0.0, 1.0)

    def __call__(self, trial):
        return Score(float(trial.response.text == trial.case.expected))


def suite(name="sums", cases=CASES, margin=0.1, **policy):
    return Suite(
        name=name,
        dataset=Dataset(name="sums", cases=cases),
        metrics=(Exact(),),
        policies=(Policy(metric="exact_match", margin=margin, **policy),),
    )


class Doubler:
    """Is wrong wherever the number is below `wrong`; answers as `name`."""

    def __init__(self, wrong=4, name="doubler"):
        self.wrong = wrong
        self.spec = Spec(name=name, params={"wrong": wrong})

    def __call__(self, text):
        return "?" if int(text) < self.wrong else str(2 * int(text))
'''


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with the suite of sums, and nothing of this one's settings."""
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makepyprojecttoml("[tool.holdfast]\n")
    pytester.makepyfile(sums=SUITE)


def gated(pytester: pytest.Pytester, call: str = "suite(), Doubler()", **tests: str) -> None:
    """Write one test that calls the gate, or one for each keyword."""
    calls = tests or {"sums": call}
    body = "".join(f"def test_{name}(gate):\n    gate({text})\n\n" for name, text in calls.items())
    pytester.makepyfile(test_sums=f"import pytest\nfrom sums import *\n\n{body}")


def session(pytester: pytest.Pytester, *options: str) -> tuple[int, str]:
    """Exit code and output of one session in this process."""
    result = pytester.runpytest("-p", "no:plugin", "-p", "no:cacheprovider", *options)
    return int(result.ret), result.stdout.str()


def test_without_a_baseline_the_test_fails_and_says_how_to_get_one(pytester: pytest.Pytester):
    gated(pytester)

    code, text = session(pytester)

    assert code == 3
    assert "there is no baseline of sums/doubler yet" in text
    assert "--holdfast-accept" in text


def test_an_accepted_system_passes_as_long_as_it_answers_alike(pytester: pytest.Pytester):
    gated(pytester)

    code, text = session(pytester, "--holdfast-accept")
    assert code == 0
    assert "Accepted as the baseline of sums/doubler" in text
    assert (pytester.path / "reports/baselines/sums/doubler/trials.jsonl").is_file()

    code, text = session(pytester)
    assert code == 0
    assert "every answer is identical" in text
    page = pytester.path / "reports/html/sums/doubler.html"
    assert page.is_file()
    assert str(page) in text
    assert 'href="sums/doubler.html"' in (pytester.path / "reports/html/index.html").read_text()


def test_a_broken_system_turns_red_with_the_reason_in_words(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(pytester, "suite(), Doubler(wrong=25)")

    code, text = session(pytester)

    assert code == 1
    assert "exact_match lost 52.5 pt" in text
    assert "21 cases" in text
    assert "sums/4.é" in text
    assert "\n>" not in text
    assert "Traceback" not in text
    assert "FAILED test_sums.py::test_sums - GateFailed: REGRESSION" in text


def test_accepting_a_change_says_what_changed(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(pytester, "suite(), Doubler(wrong=25)")

    code, text = session(pytester, "--holdfast-accept")

    assert code == 0
    assert "exact_match lost 52.5 pt" in text
    assert session(pytester)[0] == 0


def test_a_floor_holds_without_a_baseline_and_against_accepting(pytester: pytest.Pytester):
    gated(pytester, "suite(floor=0.95), Doubler()")

    code, text = session(pytester)
    assert code == 1
    assert "below the floor" in text

    code, text = session(pytester, "--holdfast-accept")
    assert code == 1
    assert "Not accepted: exact_match" in text
    assert not (pytester.path / "reports/baselines").exists()


def test_a_run_without_any_score_is_not_accepted(pytester: pytest.Pytester):
    pytester.makepyfile(
        test_sums="""
        from sums import *

        def crash(text):
            raise ValueError("no idea")

        def test_crash(gate):
            gate(suite(), crash)
        """
    )

    code, text = session(pytester, "--holdfast-accept", "--holdfast-store=elsewhere")

    assert code == 3
    assert "Not accepted: it holds no score of exact_match" in text


def test_two_systems_are_judged_beside_each_other_without_a_baseline(pytester: pytest.Pytester):
    gated(
        pytester,
        same="suite(), Doubler(name='new'), against=Doubler(name='old')",
        worse="suite(), Doubler(wrong=30, name='new'), against=Doubler(name='old')",
    )

    code, text = session(pytester)

    assert code == 1
    assert "1 failed, 1 passed" in text


def test_the_worst_gate_decides_and_a_regression_is_the_worst(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(pytester, none="suite('other'), Doubler()", worse="suite(), Doubler(wrong=30)")

    assert session(pytester)[0] == 1
    assert session(pytester, "-k", "none")[0] == 3


WARNING = """
import warnings


def warn(call):
    def warned(self, given):
        warnings.warn("will be removed", FutureWarning)
        return call(self, given)

    return warned


Doubler.__call__ = warn(Doubler.__call__)
Exact.__call__ = warn(Exact.__call__)
"""


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-W", "error"),
        ("-W", "error:will:FutureWarning", "-n", "1"),
        ("-o", "filterwarnings=error"),
    ],
)
def test_a_library_that_warns_is_no_system_that_got_worse(
    pytester: pytest.Pytester, options: tuple[str, ...]
):
    gated(pytester)
    assert session(pytester, "--holdfast-accept")[0] == 0
    pytester.makepyfile(sums=SUITE + WARNING)

    code, text = session(pytester, "--holdfast-fresh", *options)

    assert code == 0
    assert "FutureWarning: will be removed" in text


def test_warnings_are_raised_outside_of_a_gate(pytester: pytest.Pytester):
    pytester.makepyfile(sums=SUITE + WARNING)
    gated(pytester, "suite(), Doubler(Doubler()('7') and 4)")

    code, text = session(pytester, "-W", "error", "--holdfast-accept")

    assert code == 1
    assert "FutureWarning: will be removed" in text


def test_a_plain_failure_is_a_plain_failure(pytester: pytest.Pytester):
    gated(pytester)
    pytester.makepyfile(test_plain="def test_plain():\n    assert 1 == 2\n")

    assert session(pytester)[0] == 1


def test_doubt_passes_a_pull_request_with_a_warning_and_stops_a_release(
    pytester: pytest.Pytester,
):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(pytester, "suite(margin=0.02), Doubler(wrong=5)")

    code, text = session(pytester)
    assert code == 0
    assert "INCONCLUSIVE  sums/doubler(wrong=5)" in text
    assert "exact_match changed by" in text
    assert "warning: the profile 'pr' lets doubt pass" in text

    assert session(pytester, "--holdfast-profile=release")[0] == 2


def test_another_dataset_is_not_comparable(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(
        pytester,
        "suite(cases=tuple(Case(id=f'new-{n}', input=str(n), expected='0') for n in range(40))),"
        " Doubler()",
    )

    code, text = session(pytester)

    assert code == 3
    assert "only 0 of 80 cases are the same" in text


def test_policies_in_the_project_file_and_in_the_call_take_precedence(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(
        pytester, "suite(), Doubler(wrong=25), policies=[Policy(metric='exact_match', margin=0.9)]"
    )
    assert session(pytester)[0] == 0

    gated(pytester, "suite(), Doubler(wrong=25)")
    pytester.makepyprojecttoml(
        "[tool.holdfast.suites.sums.policies.exact_match]\nrole = 'monitor'\n"
    )
    code, text = session(pytester)
    assert code == 0
    assert "exact_match (monitored)" in text


def test_a_stored_run_is_judged_by_the_policies_of_its_suite(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    gated(pytester, "suite(margin=0.9), Doubler(wrong=25)")
    assert session(pytester)[0] == 0
    newest = runs(pytester.path / "reports")[0].id

    assert main(arguments=["compare", "baseline:sums/doubler", newest]) == 0
    assert "default margin" not in capsys.readouterr().out
    narrow = ["--margin", "exact_match=0.1"]
    assert main(arguments=["compare", "baseline:sums/doubler", newest, *narrow]) == 1

    (pytester.path / "reports/runs" / newest / "policies.json").write_text('[{"metric": 3}]')
    assert main(arguments=["compare", "baseline:sums/doubler", newest]) == 4
    assert "remove the file to judge without it" in capsys.readouterr().err


def test_a_github_job_gets_the_verdict_on_its_summary_page(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    gated(pytester)
    page = pytester.path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    session(pytester)

    assert "there is no baseline of sums/doubler yet" in page.read_text("utf-8")


def test_all_gates_of_a_job_share_one_summary_and_its_annotations(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    gated(
        pytester,
        one="suite('one'), Doubler(wrong=0), against=Doubler(wrong=0)",
        two="suite('two'), Doubler(wrong=30), against=Doubler(wrong=0)",
    )
    page = pytester.path / "step.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    code, said = session(pytester, "-n", "2")

    assert code == 1
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert "### holdfast: 1 of 2 verdicts block" in text
    assert text.index("✕ Regression") < text.index("✓ Pass")
    kept = (pytester.path / "reports/html/summary.md").read_text("utf-8")
    assert kept.startswith("<!-- holdfast:build -->\n### holdfast: 1 of 2 verdicts block")
    assert re.search(
        r"^::error title=holdfast%3A Regression%2C two × doubler::", said, re.MULTILINE
    )
    assert re.search(r"^::notice title=holdfast%3A Pass%2C one × doubler::", said, re.MULTILINE)
    assert re.search(r"^::error .*newly failing or lost in gated metrics", said, re.MULTILINE)


def test_what_an_earlier_session_said_does_not_outlive_it(pytester: pytest.Pytester):
    gated(pytester)
    summary = pytester.path / "reports/html/summary.md"
    session(pytester)
    assert "there is no baseline" in summary.read_text("utf-8")
    session(pytester, "--holdfast-accept")
    assert not summary.exists()


def test_the_verdict_stands_in_the_junit_file(pytester: pytest.Pytester):
    gated(pytester)

    session(pytester, "--junitxml=junit.xml")

    text = (pytester.path / "junit.xml").read_text()
    assert '<property name="outcome" value="invalid"' in text
    assert '<property name="exit_code" value="3"' in text
    assert '<property name="verdict" value="Invalid: there is no baseline' in text


def test_worker_processes_report_to_the_one_that_the_user_sees(pytester: pytest.Pytester):
    gated(
        pytester,
        one="suite('one'), Doubler(wrong=30), against=Doubler(wrong=0)",
        two="suite('two'), Doubler(wrong=30), against=Doubler(wrong=0)",
    )

    # A session of several processes that -x ends looks like an interruption (2) to pytest.
    result = pytester.runpytest_subprocess("-p", "no:plugin", "-n2", "-x")

    assert result.ret == 1
    assert re.search(r"REGRESSION  (one|two)/doubler\(wrong=30\)", result.stdout.str())
    assert "doubler(wrong=30)" in (pytester.path / "reports/html/index.html").read_text()


def test_the_first_failure_ends_the_session_with_its_code(pytester: pytest.Pytester):
    gated(pytester, one="suite('one'), Doubler()", two="suite('two'), Doubler()")

    code, text = session(pytester, "-x")

    assert code == 3
    assert "two/" not in text


def test_a_gate_that_is_expected_to_fail_does_not_count(pytester: pytest.Pytester):
    pytester.makepyfile(
        test_sums="""
        import pytest
        from holdfast.plugin import GateFailed
        from sums import *

        def test_sabotage_is_found(gate):
            with pytest.raises(GateFailed, match="lost"):
                gate(suite(), Doubler(wrong=30), against=Doubler())
        """
    )

    assert session(pytester)[0] == 0


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--holdfast-budget=money=3", "'money=3' is no budget"),
        ("--holdfast-budget=cost=-1", "'cost=-1' is no budget"),
        ("--holdfast-repeats=0", "invalid whole number of at least 1 value: '0'"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    pytester: pytest.Pytester, option: str, message: str, capsys: pytest.CaptureFixture[str]
):
    gated(pytester)

    assert session(pytester, option)[0] == 4
    assert message in capsys.readouterr().err


def test_an_unknown_profile_is_a_usage_error_of_the_gate(pytester: pytest.Pytester):
    gated(pytester)

    code, text = session(pytester, "--holdfast-profile=relase")

    assert code == 4
    assert "unknown profile 'relase'; did you mean 'release'" in text


def test_arguments_in_the_wrong_order_are_a_usage_error(pytester: pytest.Pytester):
    gated(pytester, "Doubler(), suite()")

    code, text = session(pytester)

    assert code == 4
    assert "gate(suite, system) needs a Suite first" in text


def test_a_baseline_of_a_newer_version_is_refused_in_words(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    manifest = pytester.path / "reports/baselines/sums/doubler/manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))

    code, text = session(pytester)

    assert code == 4
    assert "99" in text


def test_options_reach_the_run(pytester: pytest.Pytester):
    gated(pytester)

    code, _ = session(
        pytester, "--holdfast-accept", "--holdfast-repeats=3", "--holdfast-seed=7",
        "--holdfast-store=kept", "--holdfast-concurrency=2", "--holdfast-fresh",
        "--holdfast-budget=seconds=600,tokens=5",
    )  # fmt: skip

    assert code == 0
    manifest = json.loads((pytester.path / "kept/baselines/sums/doubler/manifest.json").read_text())
    assert manifest["repeats"] == 3
    assert manifest["provenance"]["seed"] == 7


def test_a_spent_budget_is_no_pass(pytester: pytest.Pytester):
    gated(pytester)
    session(pytester, "--holdfast-accept")
    pytester.makepyfile(
        test_sums="""
        import time
        from sums import *

        class Slow(Doubler):
            def __call__(self, text):
                time.sleep(0.02)
                return super().__call__(text)

        def test_slow(gate):
            gate(suite(), Slow())
        """
    )

    code, text = session(
        pytester, "--holdfast-fresh", "--holdfast-budget=seconds=0.1", "--holdfast-concurrency=1"
    )

    assert code == 3
    assert "not complete" in text


def test_the_index_keeps_the_pages_of_earlier_sessions(pytester: pytest.Pytester):
    gated(pytester, one="suite('one/ü'), Doubler()", two="suite('two'), Doubler()")

    session(pytester, "-k", "one")
    session(pytester, "-k", "two")

    index = (pytester.path / "reports/html/index.html").read_text()
    assert 'href="one%252F%25C3%25BC/doubler.html"' in index
    assert 'href="two/doubler.html"' in index


def test_a_session_without_a_gate_sees_nothing_of_the_plugin(pytester: pytest.Pytester):
    pytester.makepyfile(
        test_plain="""
        import sys

        def test_plain():
            heavy = {"numpy", "scipy", "jinja2", "holdfast.runner", "holdfast.config", "click"}
            assert "holdfast.plugin" in sys.modules
            assert not heavy & set(sys.modules)
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:plugin", "-p", "no:hypothesispytest")

    assert result.ret == 0
    assert "= holdfast" not in result.stdout.str()
    assert not (pytester.path / "reports").exists()


def test_the_plugin_imports_nothing_but_itself(pytester: pytest.Pytester):
    code = (
        "import sys, pytest; before = set(sys.modules); import holdfast.plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    result = pytester.run(sys.executable, "-c", code)

    assert result.outlines == ["holdfast holdfast.plugin"]


def test_no_file_outside_the_store_is_written(pytester: pytest.Pytester):
    gated(pytester)
    before = {path.name for path in Path(pytester.path).iterdir()}

    session(pytester)

    after = {path.name for path in Path(pytester.path).iterdir()}
    assert after - before <= {"reports", "__pycache__"}


def test_two_systems_of_one_name_are_refused_before_they_share_a_baseline(
    pytester: pytest.Pytester,
):
    gated(pytester, one="suite(), Doubler()", other="suite(), Doubler(wrong=25)")

    code, text = session(pytester, "--holdfast-accept")

    assert code == 4
    assert "two systems of suite 'sums' are named 'doubler'" in text


MANY = "tuple(Case(id=str(n), input=str(n), expected=str(2 * n)) for n in range(300))"


def test_a_sequential_session_stops_when_the_verdict_is_decided(pytester: pytest.Pytester):
    gated(pytester, f"suite(cases={MANY}), Doubler(wrong=0)")
    session(pytester, "--holdfast-accept")
    gated(pytester, f"suite(cases={MANY}), Doubler(wrong=250)")

    code, text = session(pytester, "--holdfast-sequential", "-s")

    assert code == 1
    assert "stopped after 25 of 300 cases" in text and "calls were not made" in text
    run = next(header for header in runs(pytester.path / "reports") if header.counts["skipped"])
    assert run.complete
    assert main(arguments=["compare", "baseline:sums/doubler", run.id]) == 1
    # What was stopped early cannot become the baseline.
    assert main(arguments=["accept", run.id]) == 4


def test_betting_is_chosen_by_name_and_nothing_else_is_taken_for_one(pytester: pytest.Pytester):
    gated(pytester, f"suite(cases={MANY}), Doubler(wrong=0)")
    session(pytester, "--holdfast-accept")
    code, text = session(pytester, "--holdfast-sequential=betting", "--holdfast-fresh")
    assert code == 0 and "calls were not made" in text

    result = pytester.runpytest("-p", "no:plugin", "--holdfast-sequential", "test_sums.py")

    assert result.ret == 4
    assert "write --holdfast-sequential=hsd" in result.stderr.str()


def test_an_inconclusive_gate_that_says_extend_gets_more_trials(pytester: pytest.Pytester):
    gated(pytester, "suite(), Doubler(wrong=10)")
    session(pytester, "--holdfast-accept")
    gated(pytester, "suite(margin=0.01, on_inconclusive='extend'), Doubler(wrong=11)")

    code, text = session(pytester, "--holdfast-extend-to", "3")

    assert "extended from 1 to 3 trials of each case" in text
    # Nothing is left to extend, so the profile decides: a pull request lets doubt pass.
    assert code == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of its own")
@pytest.mark.parametrize(
    ("options", "shown"), [((), True), (("-s",), True), (("-n", "1"), False), (("--co",), False)]
)
def test_progress_reaches_the_terminal_through_the_capture(
    pytester: pytest.Pytester, options: tuple[str, ...], *, shown: bool
) -> None:
    gated(pytester)
    terminal, screen = os.openpty()
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options)
    made = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=screen, stdin=subprocess.DEVNULL, check=False
    )
    os.close(screen)
    said = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while part := os.read(terminal, 4096):
            said += part
    os.close(terminal)
    assert (b"40/40 trials" in said) == shown, said
    assert b"trials" not in made.stdout
