"""Every cell of a CSV file is a score, a missing score, or an error that names its line."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.csv_import import Columns, ScoreFile, import_csv
from holdfast.errors import DatasetError, UsageError
from holdfast.metric import Failure, Score
from holdfast.record import Run


def read(
    folder: Path,
    text: str | bytes,
    *,
    scores: Mapping[str, str] | None = None,
    lower: frozenset[str] = frozenset(),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    **columns: str | tuple[str, ...],
) -> Run:
    path = folder / "scores.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    chosen = Columns(case="id", scores=scores or {"quality": "score"}, **columns)  # type: ignore[arg-type]
    source = ScoreFile(path=path, columns=chosen, lower_is_better=lower, ranges=ranges or {})
    return import_csv(source, suite="s", system="x")


def values(run: Run, metric: str = "quality") -> list[float | str]:
    outcomes = [trial.scores[metric] for trial in run.trials]
    return [o.value if isinstance(o, Score) else o.error for o in outcomes]


def test_each_row_becomes_a_case_with_its_score(tmp_path: Path):
    run = read(tmp_path, "id,score\na,0.5\nb,1\n")

    assert [case.id for case in run.cases] == ["a", "b"]
    assert values(run) == [0.5, 1.0]
    assert run.metrics[0].bounds == (0.0, 1.0)
    assert run.dataset_digest == run.expected_digest
    assert run.provenance.origin == "imported from scores.csv"
    assert all(trial.response is None for trial in run.trials)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfid,score\r\na,0.5\r\nb,1\r\n",
        b"id;score\na;0.5\nb;1\n",
        b"id\tscore\na\t0.5\nb\t1",
        b"\n id , score \n\na,0.5\n\nb,1\n\n",
        b'"id","score"\n"a","0.5"\n"b","1"\n',
        b"note,score,id\n,0.5,a\n,1,b\n",
    ],
    ids=["excel", "semicolons", "tabs", "blank lines", "quotes", "other columns"],
)
def test_the_usual_dialects_are_read_alike(tmp_path: Path, text: bytes):
    run = read(tmp_path, text)

    assert [case.id for case in run.cases] == ["a", "b"]
    assert values(run) == [0.5, 1.0]


def test_a_quoted_cell_may_hold_line_breaks_and_later_lines_keep_their_number(tmp_path: Path):
    run = read(tmp_path, 'id,score,said\na,1,"one\ntwo"\nb,oops,x\n', output="said")

    assert run.trials[0].response is not None
    assert run.trials[0].response.text == "one\ntwo"
    assert values(run)[1] == "scores.csv, line 4: 'oops' in 'score' is not a number"


@pytest.mark.parametrize(
    "cell", ["", "  ", "nan", "NaN", "inf", "-Infinity", "n/a", "0,5", "1_0", "85%"]
)
def test_a_cell_without_a_number_is_missing_evidence_never_zero(tmp_path: Path, cell: str):
    run = read(tmp_path, f'id,score\na,1\nb,"{cell}"\n')

    outcome = run.trials[1].scores["quality"]
    assert isinstance(outcome, Failure)
    assert outcome.stage == "metric"
    assert "line 3" in outcome.error
    assert len(run.cases) == 2


def test_words_for_yes_and_no_are_one_and_zero(tmp_path: Path):
    words = ["true", "PASS", "passed", "Yes", "false", "FAIL", "failed", "no"]
    run = read(tmp_path, "id,score\n" + "".join(f"{i},{word}\n" for i, word in enumerate(words)))

    assert values(run) == [1.0] * 4 + [0.0] * 4


@pytest.mark.parametrize(
    ("scores", "higher", "lower"),
    [
        ((0, 1, 1), (0.0, 1.0), (0.0, 1.0)),
        ((0, 0, 0), (0.0, 1.0), (0.0, 1.0)),
        ((0.2, 0.51), (0.0, 1.0), (0.0, 1.0)),
        ((0.1, 0.4), (0.0, 1.0), None),  # a poor score, or dollars: less of those is better
        ((-0.1, 0.9), None, None),
        ((0.2, 1.01), None, None),
    ],
)
def test_a_range_is_assumed_only_where_the_scores_look_like_shares(
    tmp_path: Path,
    scores: tuple[float, ...],
    higher: tuple[float, float] | None,
    lower: tuple[float, float] | None,
):
    text = "id,score\n" + "".join(f"c{row},{score}\n" for row, score in enumerate(scores))
    assert read(tmp_path, text).metrics[0].bounds == higher
    assert read(tmp_path, text, lower=frozenset({"quality"})).metrics[0].bounds == lower


def test_scores_beyond_one_have_no_bounds_unless_a_range_is_given(tmp_path: Path):
    text = "id,score\na,4\nb,1\n"

    assert read(tmp_path, text).metrics[0].bounds is None
    assert read(tmp_path, text, ranges={"quality": (1, 5)}).metrics[0].bounds == (1, 5)
    with pytest.raises(DatasetError, match="line 2: 4 in 'score' lies outside the range 0 to 1"):
        read(tmp_path, text, ranges={"quality": (0, 1)})


def test_lower_can_be_better(tmp_path: Path):
    run = read(tmp_path, "id,score\na,0.5\n", lower=frozenset({"quality"}))

    assert run.metrics[0].better == "lower"


def test_repeats_are_numbered_in_the_order_of_their_column(tmp_path: Path):
    run = read(tmp_path, "id,n,score\na,10,0.3\na,9,0.2\nb,1,0.9\n", repeat="n")

    assert [(t.case_id, t.repeat) for t in run.trials] == [("a", 0), ("a", 1), ("b", 0)]
    assert values(run) == [0.2, 0.3, 0.9]
    assert run.repeats == 2


def test_tags_clusters_and_inputs_come_from_their_columns(tmp_path: Path):
    run = read(
        tmp_path,
        "id,score,lang,doc,question\na,1,de,d1,Wo?\nb,1,,d1,Où?\n",
        tags=("lang",),
        cluster="doc",
        input="question",
    )

    assert [case.tags for case in run.cases] == [("lang=de",), ()]
    assert [case.cluster for case in run.cases] == ["d1", "d1"]
    assert [case.input for case in run.cases] == ["Wo?", "Où?"]


def test_both_sides_of_a_comparison_get_the_same_digests(tmp_path: Path):
    one = read(tmp_path, "id,score\na,1\n")
    two = read(tmp_path, "id,score\na,0\n")
    other = read(tmp_path, "id,score,q\na,0,changed\n", input="q")

    assert one.cases[0].digest == two.cases[0].digest != other.cases[0].digest
    assert one.id != two.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no rows"),
        ("id,score\n", "holds no rows below its header"),
        ("id,scores\na,1\n", r"no column 'score'; did you mean 'scores'\? \(known: id, scores\)"),
        ("id,score,score\na,1,1\n", "header names 'score' twice"),
        ("id,score\na,1\nb\n", "line 3: 1 cells, but the header has 2"),
        ("id,score\na,1,2\n", "line 2: 3 cells"),
        ("id,score\na,1\nb,2\na,3\n", "case 'a' is on line 2 and on line 4.*--repeat"),
        ("id,score\n,1\n", "line 2: the column 'id' is empty"),
        ('id,score\na,"1\n', "line 2: .*check the quotes"),
        ("id,score\ncafé,1\n".encode("latin-1"), "line 2: the bytes are not UTF-8"),
        ("id,score\na,1\n".encode("utf-16"), "line 1: the bytes are not UTF-8"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str | bytes, message: str):
    with pytest.raises(DatasetError, match=message) as caught:
        read(tmp_path, text)
    assert "scores.csv" in str(caught.value)


def test_one_repeat_twice_names_both_lines(tmp_path: Path):
    with pytest.raises(DatasetError, match="line 2 and on line 3, and 'n' is '1' in both"):
        read(tmp_path, "id,n,score\na,1,0\na,1,1\n", repeat="n")


def test_a_case_cannot_change_its_cluster_between_trials(tmp_path: Path):
    with pytest.raises(DatasetError, match="one 'doc' on line 2 and another on line 3"):
        read(tmp_path, "id,n,score,doc\na,1,0,x\na,2,1,y\n", repeat="n", cluster="doc")


def test_a_missing_file_is_named(tmp_path: Path):
    source = ScoreFile(path=tmp_path / "no.csv", columns=Columns(case="id", scores={"m": "m"}))
    with pytest.raises(DatasetError, match=r"cannot read .*no\.csv"):
        import_csv(source, suite="s", system="x")


def test_options_must_name_an_imported_metric(tmp_path: Path):
    with pytest.raises(UsageError, match="unknown metric 'qality'; did you mean 'quality'"):
        read(tmp_path, "id,score\na,1\n", lower=frozenset({"qality"}))
    with pytest.raises(UsageError, match="must be LOW,HIGH, got 1,0"):
        read(tmp_path, "id,score\na,1\n", ranges={"quality": (1, 0)})


def test_ids_are_any_text(tmp_path: Path):
    run = read(tmp_path, "id,score\n../a/b.c,1\nпривет 🙂,0\n")

    assert [case.id for case in run.cases] == ["../a/b.c", "привет 🙂"]


def test_an_answer_may_be_longer_than_the_modules_limit(tmp_path: Path):
    run = read(tmp_path, "id,score,said\na,1," + "x" * 300_000 + "\n", output="said")

    assert run.trials[0].response is not None
    assert len(run.trials[0].response.text) == 300_000


def test_fifty_thousand_rows_take_seconds(tmp_path: Path):
    rows = "".join(f"c{index // 2},{index % 2},0.{index % 10}\n" for index in range(50_000))
    began = time.process_time()

    run = read(tmp_path, "id,n,score\n" + rows, repeat="n")

    assert len(run.trials) == 50_000
    assert time.process_time() - began < 5


def test_lines_that_end_in_carriage_returns_alone_are_read(tmp_path: Path, capsys):
    file = tmp_path / "old.csv"
    file.write_bytes(b"id,ok\ra,1\rb,0\r")
    arguments = ["import", "csv", str(file), "--case", "id", "--score", "ok=ok", "--suite", "s"]
    assert main(arguments=[*arguments, "--system", "x", "--out", str(tmp_path / "run")]) == 0
    assert "imported 2 cases" in capsys.readouterr().out
