"""Labels are read strictly, and every mistake names its line."""

import csv
import io
from pathlib import Path

import pytest

from holdfast.errors import DatasetError
from holdfast.judges.labels import read_labels
from holdfast.judges.sheet import draw_sheet
from tests.reviewing.builders import run_of


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    table = written(
        tmp_path / "a.csv",
        "case_id,label,rater,run,remark\nq1,pass,ann,baseline,fine\nq2,0.5,ann,,\nq3,,ann,,later\n",
    )
    lines = written(
        tmp_path / "a.jsonl",
        '{"case_id": "q1", "label": true, "rater": "ann", "run": "baseline"}\n'
        '{"case_id": "q2", "label": 0.5, "rater": "ann"}\n{"case_id": "q3", "label": null}\n',
    )
    for found in (read_labels(table), read_labels(lines)):
        assert [(row.case_id, row.value, row.run) for row in found.rows] == [
            ("q1", 1.0, "baseline"),
            ("q2", 0.5, ""),
        ]
        assert found.blank == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,label\nq1,1\n", "there is no column 'case_id'"),
        ("case_id,label\nq1,maybe\n", r"labels.csv:2: the label 'maybe' is neither a number"),
        ("case_id,label\nq1,nan\n", "is neither a number"),
        ("case_id,label\nq1,1\nq1,0\n", r"labels.csv:3: rater '' labelled case 'q1' before, at"),
        ("case_id,label\nq1\n", "has 1 cells"),
        ("case_id,label\n,1\n", "'case_id' is empty"),
        ("case_id,label,repeat\nq1,1,one\n", "'repeat' is the number of a trial"),
        ("case_id,label\nq1,\n", "holds no label"),
        ('case_id,label\n"q1,1\n', "not CSV"),
        ("case_id,label,label\nq1,1,1\n", "two columns are named 'label'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_labels(written(tmp_path / "labels.csv", text))


def test_no_cell_of_a_sheet_is_a_formula_and_its_cases_are_found_again(tmp_path: Path) -> None:
    cases = ("=1+1", "'=x", "'plain", "@a", "plain")
    run = run_of("20260101-000000-aaaaaa", dict.fromkeys(cases, '=HYPERLINK("https://evil")'))
    sheet = draw_sheet((run,), metric="tone", cases=9)
    rows = list(csv.reader(io.StringIO(sheet.text)))
    assert not any(cell.lstrip()[:1] in ("=", "@") for row in rows for cell in row if cell)
    filled = io.StringIO()
    csv.writer(filled).writerows([rows[0], *([*row[:-1], "1"] for row in rows[1:])])
    found = read_labels(written(tmp_path / "s.csv", filled.getvalue()))
    assert {row.case_id for row in found.rows} == set(cases)
