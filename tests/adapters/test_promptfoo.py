import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.adapters.promptfoo import Evaluation, import_promptfoo
from holdfast.adapters.promptfoo_file import Choice
from holdfast.adapters.promptfoo_result import failure_of
from holdfast.cli import main
from holdfast.comparison import compare
from holdfast.errors import DatasetError, UsageError
from holdfast.metric import Failure, Score
from holdfast.store import read_run, write_run
from holdfast.system import Spec

# What promptfoo itself wrote of small evaluations, without configuration and token details: the
# newest form, which `-o` and `promptfoo export` share, and that of its first years.
RECORDED = Path(__file__).parent / "recorded"
NEW = RECORDED / "promptfoo-0.123.1.json"
OLD = RECORDED / "promptfoo-0.31.2.json"


def imported(path, *, provider=None, prompt=None, identity="auto"):
    choice = Choice(provider=provider, prompt=prompt)
    source = Evaluation(path=path, choice=choice, identity=identity)
    return import_promptfoo(source, suite="orders", system="bot")


def outcomes(run):
    """Every score by case, repeat and metric."""
    return {(one.case_id, one.repeat, one.metric): one.outcome for one in run.observations}


def changed(tmp_path, change):
    """A copy of the recorded file in which something was changed."""
    whole = json.loads(NEW.read_text())
    change(whole)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(whole))
    return path


def test_tests_are_cases_named_by_what_they_say_of_themselves():
    run = imported(NEW, provider="nano", prompt="terse")
    assert [case.id for case in run.cases] == [
        "greeting",
        "17",
        "an overloaded provider",
        "vars-6193c97585a0f731",
        "vars-7b8de1c2be81d629",
    ]
    assert run.cases[0].tags == ("easy",)
    assert run.cases[1].input == {"text": "boom", "id": "17"}
    assert run.repeats == 2
    assert len(run.trials) == 10


def test_assertions_are_scores_and_resources_are_metered():
    run = imported(NEW, provider="nano", prompt="terse")
    assert [metric.label for metric in run.metrics] == [
        "passed",
        "score",
        "exact",
        "json",
        "cost",
        "total_tokens",
        "latency",
    ]
    found = outcomes(run)
    assert found["greeting", 0, "passed"] == Score(0.0, "Expected output to be valid JSON")
    assert found["greeting", 0, "score"].value == pytest.approx(0.8)
    assert found["greeting", 1, "exact"].value == 1.0
    assert found["greeting", 0, "cost"].value == 0.002
    assert found["greeting", 0, "total_tokens"] == Score(12.0, "10 in, 2 out")
    assert isinstance(found["vars-6193c97585a0f731", 0, "json"], Failure)
    assert [metric.unit for metric in run.metrics[4:]] == ["USD", "tokens", "seconds"]


def test_several_assertions_of_one_metric_count_by_their_weights():
    run = imported(NEW, provider="nano", prompt="wordy")
    assert outcomes(run)["greeting", 0, "exact"].value == 0.25


def test_errors_of_the_provider_are_failures_by_kind():
    run = imported(NEW, provider="nano", prompt="terse")
    failures = {trial.case_id: trial.failure for trial in run.trials if trial.failure}
    assert failures == {
        "17": Failure(stage="system", error="Error: Python error: no model … ValueError: no model"),
        "an overloaded provider": Failure(
            stage="infrastructure", error="Request failed with status 503"
        ),
    }


def test_answers_are_kept_as_text_or_as_data():
    run = imported(NEW, provider="nano", prompt="terse")
    answers = {trial.case_id: trial.response for trial in run.trials if trial.response}
    assert answers["greeting"].text == "terse hello"
    assert answers["vars-7b8de1c2be81d629"].data == {"said": "terse b"}


def test_provider_and_prompt_are_chosen_by_name_and_never_guessed():
    for choice, problem in (
        ({}, "2 providers; choose one with --provider: 'nano', 'other'"),
        ({"provider": "nano"}, "2 prompts; choose one with --prompt: 'terse"),
        ({"provider": "nanno"}, "no provider 'nanno'; did you mean 'nano'"),
        ({"provider": "nano", "prompt": "brief"}, "there is no prompt 'brief'"),
    ):
        with pytest.raises(UsageError, match=problem):
            imported(NEW, **choice)
    by_id = imported(NEW, provider="file://prov2.py", prompt="wordy")
    assert by_id.system.params == {"provider": "other", "prompt": "wordy"}


def test_the_prompt_is_kept_so_that_a_report_can_show_its_change():
    run = imported(NEW, provider="nano", prompt="terse")
    assert run.texts[run.system.artifacts["prompt"]] == "terse {{text}}"


def test_a_system_may_be_described_by_its_own_spec():
    spec = Spec(name="bot", params={"model": "small"}, texts={"live.md": "Say hello."})
    source = Evaluation(path=OLD, choice=Choice(prompt="terse {{text}}"))
    run = import_promptfoo(source, suite="orders", system=spec)
    assert run.system == spec.recorded
    assert run.texts == {spec.artifacts["live.md"]: "Say hello."}


def test_where_it_came_from_is_recorded():
    run = imported(NEW, provider="nano", prompt="terse")
    assert run.provenance.imported
    assert run.provenance.packages == {"promptfoo": "0.123.1"}
    assert run.provenance.started.startswith("20")


def test_the_first_form_is_read_too():
    run = imported(OLD, prompt="terse {{text}}")
    assert run.system.params == {"provider": "exec:python3 prov.py"}
    found = {case.input["text"]: case.id for case in run.cases}
    assert set(found) == {"a", "b", "boom", "hello"}
    scores = outcomes(run)
    # That version wrote the sum of a metric's assertions where their mean belongs.
    assert scores[found["hello"], 0, "exact"].value == 0.5
    failed = [trial.failure for trial in run.trials if trial.failure]
    assert len(failed) == 1
    assert failed[0].stage == "system" and "no model" in failed[0].error


def test_a_run_survives_the_disk(tmp_path):
    run = imported(NEW, provider="nano", prompt="terse")
    write_run(run, tmp_path / "run")
    assert outcomes(read_run(tmp_path / "run")) == outcomes(run)


def test_the_same_file_gives_the_same_run_and_another_choice_another():
    one = imported(NEW, provider="nano", prompt="terse")
    assert one == imported(NEW, provider="nano", prompt="terse")
    assert one.id != imported(NEW, provider="nano", prompt="wordy").id


def result(name, *, passed, position):
    """A result in promptfoo's form."""
    return {
        "testIdx": position,
        "promptIdx": 0,
        "provider": {"id": "echo", "label": ""},
        "prompt": {"raw": name, "label": "{{text}}"},
        "vars": {"text": name},
        "testCase": {"vars": {"text": name}, "assert": [{"type": "equals", "value": name}]},
        "response": {"output": name},
        "success": passed,
        "failureReason": 0 if passed else 1,
        "score": float(passed),
        "namedScores": {"exact": float(passed)},
        "latencyMs": 3,
    }


def written(path, rows, *, version=3, **more):
    summary = {"version": version, "timestamp": "2026-01-01T00:00:00Z", "results": rows}
    path.write_text(json.dumps({"results": summary, **more}))
    return path


def test_a_thousand_results_stay_aligned_when_a_case_is_inserted_on_top(tmp_path):
    names = [f"question {number}" for number in range(1000)]
    passed = {name: n % 7 != 0 for n, name in enumerate(names)}
    rows = [result(name, passed=passed[name], position=n) for n, name in enumerate(names)]
    more = [result(name, passed=passed[name], position=n + 1) for n, name in enumerate(names)]
    more.insert(0, result("inserted", passed=False, position=0))
    before = imported(written(tmp_path / "before.json", rows))
    after = imported(written(tmp_path / "after.json", more))
    assert len(after.cases) == 1001
    old, new = outcomes(before), outcomes(after)
    assert len(old) == 4 * 1000
    assert all(new[key] == outcome for key, outcome in old.items())
    comparison = compare(before, after)
    assert comparison.problems == ()
    assert {(one.pairs, one.wins, one.losses) for one in comparison.deltas} == {(1000, 0, 0)}


@given(order=st.permutations(range(8)))
def test_the_order_of_the_results_says_nothing(order, tmp_path_factory):
    folder = tmp_path_factory.mktemp("promptfoo")
    rows = [result(f"q{n}", passed=n % 3 == 0, position=n) for n in range(8)]
    straight = imported(written(folder / "a.json", rows))
    mixed = imported(written(folder / "b.json", [rows[n] for n in order]))
    assert outcomes(straight) == outcomes(mixed)
    assert straight.cases == mixed.cases


@pytest.mark.parametrize(
    ("identity", "first"),
    [("digest", "vars-c0a02d6ef0dbe3a4"), ("metadata", None), ("vars", None)],
)
def test_the_kind_of_name_can_be_chosen(identity, first, tmp_path):
    path = written(tmp_path / "a.json", [result("q", passed=True, position=0)])
    if first is None:
        with pytest.raises(DatasetError, match=f"result 1: the test has no id in its {identity}"):
            imported(path, identity=identity)
    else:
        assert imported(path, identity=identity).cases[0].id.startswith("vars-")


def test_two_tests_of_one_name_are_refused(tmp_path):
    rows = [result("a", passed=True, position=0), result("b", passed=True, position=1)]
    for row in rows:
        row["testCase"]["metadata"] = {"id": "same"}
    with pytest.raises(DatasetError, match="two different tests are named 'same'"):
        imported(written(tmp_path / "a.json", rows))
    twice = [result("a", passed=True, position=n) for n in range(2)]
    once = result("b", passed=True, position=2)
    with pytest.raises(DatasetError, match="has 2 results, and 1 were asked for"):
        imported(written(tmp_path / "b.json", [*twice, once]))
    with pytest.raises(DatasetError, match="has 2 results, and 1 were asked for"):
        imported(written(tmp_path / "c.json", twice, runtimeOptions={"repeat": 1}))
    assert imported(written(tmp_path / "d.json", twice)).repeats == 2


def test_an_edited_assertion_makes_another_case(tmp_path):
    run = imported(written(tmp_path / "a.json", [result("q", passed=True, position=0)]))
    row = result("q", passed=True, position=0)
    row["testCase"]["assert"][0]["value"] = "another"
    edited = imported(written(tmp_path / "b.json", [row]))
    assert run.cases[0].id == edited.cases[0].id
    assert run.cases[0].digest != edited.cases[0].digest


def test_a_file_of_assertions_is_the_same_on_another_machine(tmp_path):
    digests = set()
    for folder in ("/home/a", "/builds/b"):
        row = result("q", passed=True, position=0)
        row["testCase"]["assert"][0]["value"] = f"file://{folder}/exact.mjs"
        digests.add(imported(written(tmp_path / "a.json", [row])).cases[0].digest)
    assert len(digests) == 1


def test_a_grader_that_failed_is_missing_evidence(tmp_path):
    row = result("q", passed=False, position=0)
    part = {"pass": False, "score": 0, "reason": "no key", "metadata": {"graderError": True}}
    row["gradingResult"] = {"pass": False, "score": 0, "componentResults": [part]}
    run = imported(written(tmp_path / "a.json", [row]))
    expected = Failure(stage="infrastructure", error="the grader failed: no key")
    assert outcomes(run)[run.cases[0].id, 0, "passed"] == expected


def test_an_answer_of_the_cache_tells_no_seconds(tmp_path):
    rows = [result(name, passed=True, position=n) for n, name in enumerate("ab")]
    rows[0]["response"]["cached"] = True
    run = imported(written(tmp_path / "a.json", rows))
    assert run.trials[0].cached
    assert isinstance(run.trials[0].scores["latency"], Failure)
    assert isinstance(run.trials[1].scores["latency"], Score)


def test_a_metric_named_like_one_of_ours_keeps_both(tmp_path):
    row = result("q", passed=True, position=0)
    row["namedScores"] = {"score": 0.5}
    run = imported(written(tmp_path / "a.json", [row]))
    assert [metric.label for metric in run.metrics][:3] == ["passed", "score", "named.score"]


@pytest.mark.parametrize(
    ("error", "stage"),
    [
        ("API error: 429 Too Many Requests", "infrastructure"),
        ("Request timed out after 300000 ms", "infrastructure"),
        ("connect ECONNREFUSED 127.0.0.1:80", "infrastructure"),
        ("API error: 500 Internal Server Error", "infrastructure"),
        ("KeyError: 'answer'", "system"),
        ("the command ended with exit code 512", "system"),
        ("expected at most 500 words", "system"),
        ("Error: x\n    at callWithTimeout (file:///app/a.js:1:2)", "system"),
    ],
)
def test_who_is_to_blame_is_read_from_the_error_alone(error, stage):
    assert failure_of({"failureReason": 2, "error": error}).stage == stage


def test_a_result_without_output_is_a_failure_of_the_system():
    row = {"failureReason": 0, "response": {}, "success": False}
    assert failure_of(row) == Failure(stage="system", error="promptfoo recorded no output")
    assert failure_of({"failureReason": 1, "error": "wrong", "response": {"output": ""}}) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,score\n", "is no JSON file of promptfoo"),
        ("[]", "holds no evaluation of promptfoo"),
        ('{"results": {}}', "holds no evaluation of promptfoo"),
        ('{"results": {"version": 3, "results": []}}', "holds no results"),
        ('{"results": {"version": 4, "results": [{}]}}', "version 4 .* known here are 2 and 3"),
    ],
)
def test_another_file_is_refused_with_what_to_do(text, problem, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(DatasetError, match=problem):
        imported(path)
    with pytest.raises(DatasetError, match="cannot read"):
        imported(tmp_path / "absent.json")


def test_results_without_any_answer_are_still_a_run(tmp_path):
    def fail(whole):
        for row in whole["results"]["results"]:
            row.update(failureReason=2, error="KeyError", response=None)

    run = imported(changed(tmp_path, fail), provider="nano", prompt="terse")
    assert [metric.label for metric in run.metrics] == ["passed"]
    assert all(trial.failure for trial in run.trials)


def test_an_empty_answer_that_an_old_version_graded_is_an_answer():
    row = {"error": "wrong", "gradingResult": {"pass": False}, "response": {"output": ""}}
    assert failure_of(row) is None


def test_the_command_writes_a_run_that_compares_with_itself_by_identity(tmp_path, capsys):
    base = ["import", "promptfoo", str(NEW), "--suite", "orders", "--system", "bot"]
    chosen = [*base, "--provider", "nano", "--prompt", "terse"]
    assert main(arguments=[*chosen, "--out", str(tmp_path / "a"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["trials"], told["missing"]["passed"]) == (5, 10, 4)
    assert main(arguments=[*base, "--provider", "other", "--out", str(tmp_path / "b")]) == 4
    assert "choose one with --prompt" in capsys.readouterr().err
    assert main(arguments=[*chosen, "--out", str(tmp_path / "a")]) == 4
    assert "--force" in capsys.readouterr().err
