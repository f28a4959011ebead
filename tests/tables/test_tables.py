"""A table says the same in every form, and no form of it runs anything."""

import csv
import json
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.cli import main
from holdfast.comparison import compare
from holdfast.dataset import Source
from holdfast.errors import StoreError, UsageError
from holdfast.metric import Failure, Score
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.storage.folder import write_run
from holdfast.store import run_path
from holdfast.system import Response, Spec, Usage
from holdfast.tables.changes import CHANGES, changes
from holdfast.tables.column import Column, Table
from holdfast.tables.files import ENDINGS, write_table
from holdfast.tables.observations import OBSERVATIONS, observations

METRIC = MetricRecord(spec=Spec(name="correct"), better="higher", bounds=(0.0, 1.0))
RISKY = '=cmd|" /C calc"!A0'


def made(*, fallen: int = 0, run: str = "new", cases: int = 24) -> Run:
    """A run whose first cases score 0, whose last one was lost, with hostile answers."""
    records = tuple(
        CaseRecord(
            id=f"c{n}",
            digest=str(n),
            tags=("a;b", "@x"),
            input={"q": RISKY},
            expected="1",
            source=Source("d.jsonl", n + 1),
        )
        for n in range(cases)
    )
    trials = [
        TrialRecord(
            case_id=case.id,
            repeat=0,
            response=Response(text=RISKY, usage=Usage(input_tokens=n, cost=0.5)),
            scores={"correct": Score(0.0 if n < fallen else 1.0, "+1 why\nnot \ud800\u2028")},
            seconds=0.25,
        )
        for n, case in enumerate(records)
    ]
    fault = Failure(stage="infrastructure", error="-503")
    trials[-1] = TrialRecord(case_id=records[-1].id, repeat=0, response=None, failure=fault)
    return Run(
        id=run,
        suite="s",
        system=Spec(name=f"-{run}"),
        dataset="d",
        dataset_digest="d",
        metrics=(METRIC,),
        cases=records,
        trials=tuple(trials),
    )


def read(path: Path) -> list[dict[str, object]]:
    """The rows of a file, as a program reads them that knows the columns."""
    kinds = {column.name: column.kind for column in (*OBSERVATIONS, *CHANGES)}
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
    if path.suffix == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        return parquet.read_table(path).to_pylist()
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: typed(text, kinds[name]) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


def typed(text: str, kind: str) -> object:
    if text == "":
        return None
    if kind in ("number", "integer"):
        return (float if kind == "number" else int)(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    plain = text.removeprefix("'")
    return plain.split(";") if kind == "list" else plain


def alike(row: dict[str, object]) -> dict[str, object]:
    """A row without what CSV cannot tell apart: a `;` inside a tag, half of a character."""
    shown = json.loads(json.dumps(row).replace("\\\\ud800", "\\ud800"))
    return shown | {"tags": ";".join(shown["tags"]).split(";")}


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_forms_hold_the_same_rows(ending: str, tmp_path: Path) -> None:
    run = made(fallen=3)
    for table in (
        observations(run, texts=True),
        changes(compare(made(run="old"), run), texts=True),
    ):
        count = write_table(table, tmp_path / f"t{ending}")
        expected = [dict(zip(table.names, row, strict=True)) for row in table.rows()]
        assert count == len(expected) == 24
        assert list(map(alike, read(tmp_path / f"t{ending}"))) == list(map(alike, expected))


def test_a_failure_is_no_score(tmp_path: Path) -> None:
    write_table(observations(made()), tmp_path / "t.jsonl")
    last = read(tmp_path / "t.jsonl")[-1]
    assert (last["score"], last["failure"], last["error"]) == (None, "infrastructure", "-503")
    assert last["input_tokens"] is None


def test_changes_tell_scores_state_and_evidence(tmp_path: Path) -> None:
    write_table(changes(compare(made(run="old"), made(fallen=1))), tmp_path / "t.jsonl")
    first, second, *_, last = read(tmp_path / "t.jsonl")
    assert (first["baseline"], first["candidate"], first["change"]) == (1.0, 0.0, -1.0)
    assert (first["state"], second["state"], last["state"]) == ("broken", "same", "lost")
    assert (first["baseline_passed"], first["candidate_passed"]) == (1, 0)
    assert first["source"] == "d.jsonl:1"
    assert last["change"] is None


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(
    texts=st.lists(
        TEXT
        | st.sampled_from(
            [" =1", "\ufeff+1", "\u3000@a", "=1", "'=1", "''", "-", "\t", "\r", "＝1", '"', ","]
        )
    )
)
@settings(max_examples=60)
def test_no_text_of_a_csv_is_a_formula_and_each_can_be_had_back(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_table(Table((Column("a", "text", "", lambda one: one),), lambda: texts), path)
    with path.open(encoding="utf-8", newline="") as file:
        found = [row[0] for row in csv.reader(file)][1:]
    assert not any(re.match("[=+@\t\r\n＝＋－＠-]", text.lstrip(" \ufeff\u3000")) for text in found)
    assert [text.removeprefix("'") for text in found] == texts


def test_a_csv_may_be_written_as_it_is(tmp_path: Path) -> None:
    write_table(observations(made(), texts=True), tmp_path / "t.csv", guarded=False)
    assert ',"=cmd|"" /C calc""!A0"' in (tmp_path / "t.csv").read_text("utf-8")


def test_absence_and_an_empty_text_differ(tmp_path: Path) -> None:
    table = Table((Column("a", "text", "", lambda one: one),), lambda: ["", None])
    write_table(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b'"a"\r\n""\r\n\r\n'


def test_a_number_is_never_text(tmp_path: Path) -> None:
    table = Table((Column("a", "number", "", lambda one: one),), lambda: [-1.5, 1e300])
    write_table(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == '"a"\n-1.5\n1e+300\n'


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    def items():
        yield "a"
        raise OSError(28, "No space left on device")

    for ending in ENDINGS:
        if ending == ".parquet":
            pytest.importorskip("pyarrow")
        with pytest.raises(StoreError, match="No space left"):
            write_table(
                Table((Column("a", "text", "", lambda one: one),), items), tmp_path / f"t{ending}"
            )
    assert list(tmp_path.iterdir()) == []


def test_another_ending_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv, \.jsonl, \.parquet"):
        write_table(observations(made()), tmp_path / "t.xlsx")


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_writing_holds_a_few_rows_at_a_time(ending: str, tmp_path: Path) -> None:
    if ending == ".parquet":
        pytest.importorskip("pyarrow.parquet")
    columns = (Column("a", "text", "", lambda one: f"{one} {'x' * 400}"),)
    table = Table(columns, lambda: range(30_000))
    tracemalloc.start()
    write_table(table, tmp_path / f"t{ending}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 9e6  # of 12 MB of text, a third in one batch


def test_a_frame_has_the_columns_and_their_types() -> None:
    pandas = pytest.importorskip("pandas")
    frame = made(fallen=3).to_frame()
    assert list(frame.columns) == [column.name for column in OBSERVATIONS if not column.long]
    assert frame["score"].dtype == "float64"
    assert isinstance(frame["failure"].dtype, pandas.CategoricalDtype)
    assert frame["input_tokens"].dtype == "Int64"
    assert frame["cached"].dtype == "boolean"
    assert frame["score"].isna().sum() == frame["failure"].notna().sum() == 1
    assert frame["score"].mean() == pytest.approx(20 / 23)
    assert frame.groupby("metric", observed=True)["score"].sum()["correct"] == 20.0
    assert "output" in made().to_frame(texts=True)


def test_a_comparison_is_a_frame_too() -> None:
    pytest.importorskip("pandas")
    frame = compare(made(run="old"), made(fallen=3)).to_frame()
    assert list(frame.columns) == [column.name for column in CHANGES if not column.long]
    assert frame["state"].value_counts()["broken"] == 3
    assert frame["change"].sum() == -3.0


def test_an_empty_run_is_an_empty_frame() -> None:
    pytest.importorskip("pandas")
    frame = replace(made(), trials=()).to_frame()
    assert len(frame) == 0
    assert frame["score"].dtype == "float64"


def test_the_command_writes_runs_and_comparisons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path)]
    for run in (made(run="old"), made(fallen=3)):
        write_run(run, run_path(run.id, tmp_path))
    out = tmp_path / "t.csv"
    assert main(arguments=["export", "new", str(out), *store]) == 0
    assert "24 rows" in capsys.readouterr().out
    assert read(out)[0]["metric"] == "correct"
    file = tmp_path / "sub" / "c.jsonl"
    assert main(arguments=["export", "new", str(file), "--against", "old", "--json", *store]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 24
    assert read(file)[0]["state"] == "broken"
    assert main(arguments=["export", "new", "t.xlsx", *store]) == 4


def test_the_page_describes_every_column_as_the_code_does() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/tables.md").read_text("utf-8")
    for columns in (OBSERVATIONS, CHANGES):
        for column in columns:
            assert f"| `{column.name}` | {column.kind} | {column.meaning} |" in page
