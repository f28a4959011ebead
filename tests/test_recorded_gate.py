"""Runs that were made elsewhere, judged inside pytest."""

import pytest

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.recorded
from holdfast.store import runs

assert holdfast.commands.recorded

pytest_plugins = "pytester"

TEST = """
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.dataset import digest_cases
from holdfast.metric import Score
from holdfast.system import Spec

GATE = Policy(metric="passed", margin=0.1)


def made(run_id, *, wrong, system="bot"):
    cases = tuple(CaseRecord(id=f"case {n}", digest=f"{n:032}") for n in range(40))
    return Run(
        id=run_id,
        suite="orders",
        system=Spec(name=system),
        dataset="orders",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=(
            MetricRecord(spec=Spec(name="passed"), better="higher", bounds=(0.0, 1.0)),
        ),
        cases=cases,
        trials=tuple(
            TrialRecord(
                case_id=case.id,
                repeat=0,
                response=None,
                scores={"passed": Score(float(n >= wrong))},
            )
            for n, case in enumerate(cases)
        ),
        provenance=Provenance(origin="imported from results.json"),
    )
"""


@pytest.fixture(autouse=True)
def project(pytester, monkeypatch):
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makepyprojecttoml("[tool.holdfast]\n")


def session(pytester, call, *options):
    """Exit code and output of a session of one test."""
    pytester.makepyfile(test_orders=f"{TEST}\n\ndef test_orders(gate):\n    {call}\n")
    result = pytester.runpytest("-p", "no:plugin", "-p", "no:cacheprovider", *options)
    return int(result.ret), result.stdout.str()


def test_a_recorded_run_is_accepted_compared_and_kept_like_any_other(pytester):
    good = 'gate.recorded(made("a", wrong=2), policies=[GATE])'
    code, text = session(pytester, good)
    assert code == 3
    assert "there is no baseline of orders/bot yet" in text

    code, text = session(pytester, good, "--holdfast-accept")
    assert code == 0
    assert "Accepted as the baseline of orders/bot" in text

    code, text = session(pytester, 'gate.recorded(made("b", wrong=2), policies=[GATE])')
    assert code == 0
    stored = [entry.id for entry in runs(pytester.path / "reports")]
    assert {"a", "b"} <= set(stored)
    assert (pytester.path / "reports/html/orders/bot.html").is_file()

    code, text = session(pytester, 'gate.recorded(made("c", wrong=20), policies=[GATE])')
    assert code == 1
    assert "regressed" in text.lower()


def test_running_again_until_it_is_green_is_told(pytester):
    session(pytester, 'gate.recorded(made("a", wrong=2), policies=[GATE])', "--holdfast-accept")
    session(pytester, 'gate.recorded(made("b", wrong=20), policies=[GATE])')
    code, text = session(pytester, 'gate.recorded(made("c", wrong=2), policies=[GATE])')
    assert code == 0
    assert "1 regressed" in text


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ('gate.recorded("results.json", policies=[GATE])', "needs a Run, got 'results.json'"),
        (
            'gate.recorded(made("a", wrong=2), policies=[Policy(metric="tone", margin=0.1)])',
            "a policy for 'tone', which the run 'a' did not measure (it measured: passed)",
        ),
        (
            'gate.recorded(made("a", wrong=2)); gate.recorded(made("b", wrong=2))',
            "two systems of suite 'orders' are named 'bot'",
        ),
    ],
)
def test_what_cannot_be_judged_is_an_error_of_usage(call, problem, pytester):
    code, text = session(pytester, call, "--holdfast-accept")
    assert code == 4
    assert problem in text
