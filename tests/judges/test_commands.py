"""From a blind sheet of answers to a judge that gates: the commands, end to end."""

import csv
import json
from pathlib import Path

import pytest

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.gating
from holdfast.cli import main

assert holdfast.commands.gating

pytest_plugins = "pytester"

SUITE = '''
from holdfast import Case, Dataset, Policy, Suite
from holdfast.metrics import metric

@metric(judge=True, version="{version}")
def tone(trial):
    """Knows a rude answer by its question mark, and errs on every tenth."""
    n = int(trial.case.id)
    good = not trial.response.text.endswith("?")
    return float(good != (n % {errs} == 0))

CASES = tuple(Case(id=str(n), input=f"letter {{n}}") for n in range(300))
SUITE = Suite(
    name="letters",
    dataset=Dataset(name="letters", cases=CASES),
    metrics=(tone,),
    policies=(Policy(metric="tone", margin=0.05),),
)

def old(question):
    n = int(question.split()[1])
    return question + ("?" if n % 2 else ".")

def new(question):
    n = int(question.split()[1])
    return question + ("?" if n % 2 or n % 3 == 0 else "!")
'''


def write_suite(name: str, *, version: str = "1", errs: int = 10) -> str:
    text = SUITE.format(version=version, errs=errs)
    Path(f"{name}.py").write_text(text, encoding="utf-8")
    return f"{name}.py"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = main(arguments=[*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def fill_in(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["label"] = "fail" if row["answer"].endswith("?") else "pass"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_from_a_blind_sheet_to_an_admitted_judge_and_a_corrected_change(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    suite = write_suite("letters_one")
    runs = [answer(capsys, "run", f"{suite}:SUITE", f"{suite}:{arm}")[1] for arm in ("old", "new")]
    old, new = (run["id"] for run in runs)

    code, verdict = answer(capsys, "compare", old, new)
    assert code == 3 and "every gate is a judge that was not admitted" in verdict["sentence"]
    [standing] = verdict["origin"]["judges"]
    assert (standing["state"], standing["labels"]) == ("unchecked", 0)
    assert "nobody has checked it beside people" in standing["why"]

    sheet = ("judge", "sheet", new, "--against", old, "--cases", "150", "--out", "labels.csv")
    code, drawn = answer(capsys, *sheet)
    assert code == 0 and drawn["cases"] == 150
    assert 150 < drawn["rows"] <= 300
    assert main(arguments=list(sheet)) == 4  # labels are not overwritten
    assert main(arguments=[*sheet, "--force"]) == 0
    advised = f"holdfast judge check {new} --labels labels.csv --against {old}"
    assert advised in capsys.readouterr().out
    head = (project / "labels.csv").read_text("utf-8").splitlines()[0]
    assert "run" not in head and "score" not in head
    assert main(arguments=["judge", "check", new, "--labels", "labels.csv"]) == 4
    assert "holds no label (" in capsys.readouterr().err
    fill_in(project / "labels.csv")

    check = ("judge", "check", new, "--labels", "labels.csv", "--against", old)
    code, found = answer(capsys, *check)
    assert code == 1 and not found["admitted"]
    assert "--repeat 2" in found["reason"]
    code, found = answer(capsys, *check, "--repeat", "2", "--suite", f"{suite}:SUITE")
    assert code == 0 and found["admitted"], found["reason"]
    assert found["figures"]["balanced_accuracy"][0] > 0.8
    assert {one["name"]: one["state"] for one in found["criteria"]} == {
        "labels": "met",
        "balanced accuracy": "met",
        "repetition": "met",
        "differential bias": "met",
    }
    file = project / "reports" / "judges" / "letters" / "tone.json"
    assert Path(found["path"]).samefile(file)

    code, verdict = answer(capsys, "compare", old, new)
    assert code == 1 and verdict["outcome"] == "regression"
    [standing] = verdict["origin"]["judges"]
    assert (standing["state"], standing["why"]) == ("admitted", "")
    assert standing["labels"] == 300  # 150 cases in both runs
    assert standing["balanced_accuracy"]["low"] == found["figures"]["balanced_accuracy"][0]
    assert standing["kappa"]["estimate"] == found["figures"]["cohen_kappa"][1]
    code, verdict = answer(capsys, "compare", old, new, "--labels", "labels.csv")
    assert code == 1 and verdict["outcome"] == "regression"
    assert verdict["origin"]["judges"][0]["corrected_by_labels_of"] == 150
    assert any("corrected by labels of 150 cases" in text for text in verdict["warnings"])
    assert any("means of both runs are the judge's own" in text for text in verdict["warnings"])


def test_labels_of_a_judge_that_nobody_admitted_let_it_gate(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    suite = write_suite("letters_two", errs=3)
    old = answer(capsys, "run", f"{suite}:SUITE", f"{suite}:old")[1]["id"]
    new = answer(capsys, "run", f"{suite}:SUITE", f"{suite}:new")[1]["id"]
    main(arguments=["judge", "sheet", new, "--against", old, "--out", "l.csv"])
    fill_in(project / "l.csv")
    code, found = answer(capsys, "judge", "check", new, "--labels", "l.csv", "--against", old)
    assert code == 1 and "Balanced accuracy is" in found["reason"]
    code, verdict = answer(capsys, "compare", old, new)
    assert code == 3 and verdict["origin"]["judges"][0]["state"] == "refused"
    code, verdict = answer(capsys, "compare", old, new, "--labels", "l.csv")
    assert code == 1 and verdict["outcome"] == "regression"


def test_labels_that_do_not_match_end_with_exit_code_3(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    suite = write_suite("letters_three")
    run = answer(capsys, "run", f"{suite}:SUITE", f"{suite}:old")[1]["id"]
    (project / "other.csv").write_text("case_id,label\nx1,pass\nx2,fail\n", encoding="utf-8")
    code, found = answer(capsys, "judge", "check", run, "--labels", "other.csv")
    assert code == 3 and "2 of 2 labels do not match" in found["error"]


def test_another_judge_than_the_admitted_one_only_warns(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    suite = write_suite("letters_four")
    run = answer(capsys, "run", f"{suite}:SUITE", f"{suite}:old")[1]["id"]
    rows = [f"{n},{'fail' if n % 2 else 'pass'}" for n in range(300)]
    (project / "l.csv").write_text("\n".join(["case_id,label", *rows]), encoding="utf-8")
    check = ("judge", "check", run, "--labels", "l.csv", "--repeat", "2")
    assert answer(capsys, *check, "--suite", f"{suite}:SUITE")[0] == 0
    later = write_suite("letters_five", version="2")
    code, said = answer(capsys, *check, "--suite", f"{later}:SUITE")
    assert code == 4 and "is not the judge that scored run" in said["error"]
    runs = [answer(capsys, "run", f"{later}:SUITE", f"{later}:{arm}")[1] for arm in ("old", "new")]
    code, verdict = answer(capsys, "compare", runs[0]["id"], runs[1]["id"])
    assert code == 3
    assert any("not the judge that was admitted" in text for text in verdict["warnings"])


def test_drift_is_told_from_steadiness(capsys: pytest.CaptureFixture[str]) -> None:
    suite = write_suite("letters_six")
    run = answer(capsys, "run", f"{suite}:SUITE", f"{suite}:old")[1]["id"]
    code, found = answer(capsys, "judge", "drift", run, f"{suite}:SUITE", "--margin", "0.05")
    assert (code, found["state"]) == (0, "steady")
    assert not found["version_changed"]
    assert main(arguments=["judge", "drift", run, f"{suite}:SUITE"]) == 0
    text = capsys.readouterr().out
    assert "tone: steady, 300 answers scored again" in text
    assert "mean shift 0.000 (\N{MINUS SIGN}0.006 to +0.006), tolerated 0.02, p > .99" in text
    assert "same decision in 100.0\xa0% of answers" in text
    later = Path("letters_seven.py")
    text = SUITE.format(version="1", errs=10).replace("n = int(trial.case.id)", "return 1.0")
    later.write_text(text, encoding="utf-8")
    code, found = answer(capsys, "judge", "drift", run, f"{later}:SUITE", "--margin", "0.05")
    assert (code, found["state"]) == (1, "drifted")
    assert found["shift"][0] > 0.3


GATED = """
from holdfast import Case, Dataset, Policy, Suite
from holdfast.metrics import metric

@metric(version="{version}")
def short(trial):
    return float(len(trial.response.text) {sign} 9)

CASES = tuple(Case(id=str(n), input=f"letter {{n}}") for n in range(60))
SUITE = Suite(
    name="letters",
    dataset=Dataset(name="letters", cases=CASES),
    metrics=(short,),
    policies=(Policy(metric="short", margin=0.1),),
)

def test_letters(gate):
    gate(SUITE, bot)

def bot(question):
    return question
"""


def test_a_changed_metric_scores_the_baseline_again_and_says_so(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_gate=GATED.format(version="1", sign="<"))
    assert pytester.runpytest("-q", "--holdfast-accept").ret == 0
    folder = next(pytester.path.glob("reports/baselines/letters/*"))
    before = (folder / "trials.jsonl").read_bytes()
    pytester.makepyfile(test_gate=GATED.format(version="2", sign=">="))
    found = pytester.runpytest("-q")
    assert found.ret == 0
    found.stdout.fnmatch_lines(["*were scored again by today's; accept a new baseline*"])
    assert (folder / "trials.jsonl").read_bytes() == before
    refused = pytester.runpytest("-q", "--holdfast-no-rescore")
    assert refused.ret == 3
    refused.stdout.fnmatch_lines(["*computed by another version*holdfast rescore*"])


def test_a_worse_candidate_does_not_escape_by_a_changed_metric(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_gate=GATED.format(version="1", sign="<"))
    assert pytester.runpytest("-q", "--holdfast-accept").ret == 0
    longer = GATED.format(version="2", sign="<").replace("return question", "return question * 2")
    pytester.makepyfile(test_gate=longer)
    assert pytester.runpytest("-q").ret == 1


def test_a_baseline_without_answers_cannot_be_scored_again(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_gate=GATED.format(version="1", sign="<"))
    assert pytester.runpytest("-q", "--holdfast-accept").ret == 0
    trials = next(pytester.path.glob("reports/baselines/letters/*/trials.jsonl"))
    rows = [json.loads(line) for line in trials.read_text("utf-8").splitlines()]
    for row in rows:
        del row["response"]
    trials.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    pytester.makepyfile(test_gate=GATED.format(version="2", sign="<"))
    found = pytester.runpytest("-q")
    assert found.ret == 3
    found.stdout.fnmatch_lines(["*60 of its 60 answers are not recorded*"])
