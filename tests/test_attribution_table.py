"""The table of causes: shares that add up, and no row where an answer has no cause."""

from dataclasses import replace

import pytest

from evals.attribution import attribution_report, attribution_table, main
from holdfast.config import load_config
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics import CAUSES
from holdfast.record import MetricRecord
from holdfast.store import run_path, write_run
from holdfast.system import Spec
from holdfast.testing import make_run


def run_of(*causes):
    run = make_run({f"case-{at}": [0.0] for at, _ in enumerate(causes)}, system="quoting")
    trials = tuple(
        replace(
            trial,
            scores={f"error_cause(cause={one})": Score(float(one == cause)) for one in CAUSES},
        )
        for trial, cause in zip(run.trials, causes, strict=True)
    )
    return replace(run, trials=trials)


def test_a_row_holds_the_share_of_right_answers_and_of_each_cause():
    table = attribution_table([run_of("right", "retrieval_missed", "not_used", "not_used")])
    assert table.splitlines()[2] == (
        "| quoting | 4 | 25.0 % | 25.0 % | 50.0 % | 0.0 % | 0.0 % | 0.0 % |"
    )


def test_answers_without_a_cause_are_not_counted_as_right():
    with pytest.raises(UsageError, match=r"has 2 of 2 answers without .* was not computed"):
        attribution_table([make_run({"a": [1.0], "b": [0.0]})])


def test_a_lost_answer_is_told_with_its_reason():
    lost = replace(run_of("right"), id="lost")
    down = Failure(stage="system", error="the server hung up")
    lost = replace(lost, trials=(replace(lost.trials[0], failure=down, scores={}),))
    with pytest.raises(UsageError, match=r"'lost' of 'quoting' has 1 of 1 .*the server hung up"):
        attribution_table([lost])


def setting(run, name, **params):
    return replace(run, id=name, system=Spec(name="quoting", params=params))


def test_two_settings_of_a_system_are_told_apart():
    several = [
        setting(run_of("right"), "one", count=1, encoder="small"),
        setting(run_of("not_used"), "two", count=2, encoder="small"),
        replace(run_of("right"), id="three", system=Spec(name="reading", params={"count": 9})),
    ]
    rows = [row.split(" | ")[0] for row in attribution_table(several).splitlines()[2:]]
    assert rows == ["| quoting(count=1)", "| quoting(count=2)", "| reading"]


def test_the_newest_run_of_each_setting_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    store = load_config(tmp_path, environ={}).store
    kept = (("20260101", 1, "right"), ("20260102", 2, "unfaithful"), ("20260103", 1, "not_used"))
    for day, count, cause in kept:
        run = setting(run_of(cause), f"{day}-000000-abcdef", count=count)
        started = f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00+00:00"
        provenance = replace(run.provenance, started=started)
        run = replace(run, suite="handbook-answers", provenance=provenance)
        write_run(run, run_path(run.id, store))
    main()
    assert capsys.readouterr().out.splitlines()[2:] == [
        "| quoting(count=1) | 1 | 0.0 % | 0.0 % | 100.0 % | 0.0 % | 0.0 % | 0.0 % |",
        "| quoting(count=2) | 1 | 0.0 % | 0.0 % | 0.0 % | 100.0 % | 0.0 % | 0.0 % |",
    ]


def test_a_setting_that_was_run_on_other_cases_is_left_out_by_name():
    old = setting(run_of("right", "right"), "old", count=1)
    table = attribution_report([setting(run_of("right"), "new", count=2), old])
    assert table.splitlines()[2].startswith("| quoting | 1 |")
    assert table.splitlines()[-1] == (
        "Left out: quoting(count=1), run 'old' with other cases than 'new'; run the suite again "
        "for it."
    )


def defined(run, version):
    specs = (Spec(name="error_cause", params={"cause": one}, version=version) for one in CAUSES)
    metrics = (MetricRecord(spec=one, better="lower", bounds=(0.0, 1.0)) for one in specs)
    return replace(run, metrics=tuple(metrics))


def test_runs_on_other_cases_do_not_stand_in_one_table():
    others = replace(run_of("right", "right", "right"), id="others")
    with pytest.raises(UsageError, match="'others' of 'quoting' has other cases"):
        attribution_table([run_of("right"), others])


def test_causes_of_another_definition_do_not_stand_in_one_table():
    run = run_of("right")
    assert attribution_table([defined(run, "3"), defined(run, "3")]).count("100.0 %") == 2
    with pytest.raises(UsageError, match=r"has another error_cause\(cause=retrieval_missed\)"):
        attribution_table([defined(run, "3"), defined(run, "4")])
