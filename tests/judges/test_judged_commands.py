"""A judge on a scale of five goes from warning to gating by the labels of people."""

import csv
import json
from pathlib import Path

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.gating
from holdfast.cli import main

assert holdfast.commands.gating

SUITE = """
from holdfast import Case, Dataset, Policy, Response, Spec, Suite
from holdfast.judges.judged import Judged


class Words:
    spec = Spec(name="words", version="1")
    scale = (1.0, 5.0)
    asks = frozenset({"answer"})

    def __call__(self, given, *, seed):
        grade = 5 if "glad" in given["answer"] else 2
        return Response(data={"reason": "its words", "score": grade})


CASES = tuple(Case(id=f"{n}", input=f"Where is order {n}?") for n in range(130))
SUITE = Suite(
    name="letters",
    dataset=Dataset(name="letters", cases=CASES),
    metrics=(Judged(name="tone", by=Words()),),
    policies=(Policy(metric="tone", margin=0.1),),
)


def old(question):
    return "It left." if int(question.split()[-1][:-1]) % 3 == 0 else "I am glad to help: it left."


def new(question):
    return "It left." if int(question.split()[-1][:-1]) % 2 == 0 else "I am glad to help: it left."
"""


def answer(capsys, *arguments):
    capsys.readouterr()
    code = main(arguments=[*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_judge_gates_after_people_agreed_with_it(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("tones.py").write_text(SUITE, encoding="utf-8")
    old, new = [
        answer(capsys, "run", "tones.py:SUITE", f"tones.py:{arm}")[1]["id"]
        for arm in ("old", "new")
    ]
    code, verdict = answer(capsys, "compare", old, new)
    assert code == 3 and "a judge that was not admitted" in verdict["sentence"]
    main(arguments=["judge", "sheet", new, "--against", old, "--cases", "130", "--out", "l.csv"])
    with Path("l.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["label"] = "5" if "glad" in row["answer"] else "1"
    with Path("l.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    check = ("judge", "check", new, "--labels", "l.csv", "--against", old, "--repeat", "2")
    code, found = answer(capsys, *check, "--suite", "tones.py:SUITE")
    assert code == 0 and found["admitted"], found["reason"]
    code, verdict = answer(capsys, "compare", old, new)
    assert code == 1 and verdict["outcome"] == "regression"
