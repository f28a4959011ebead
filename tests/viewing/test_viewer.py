"""The pages of the viewer: the store as it stands, and reviews that tell nothing of whose it is."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.metric import Score
from holdfast.record import MetricRecord, Run
from holdfast.reviewing.drawing import draw
from holdfast.reviewing.label_file import read_judgements
from holdfast.reviewing.review import Review
from holdfast.store import run_path, write_run
from holdfast.system import Response, Spec, ToolCall
from holdfast.viewing.review_desk import Asked
from holdfast.viewing.review_view import choices_for
from tests.reviewing.builders import TONE, plan_of, run_of, two_runs
from tests.viewing.builders import Client, serving


def keep(run: Run, store: Path) -> Path:
    path = run_path(run.id, store)
    write_run(run, path)
    return path


def asked_of(runs: tuple[Run, Run], store: Path, **settings: object) -> Asked:
    plan = plan_of(**settings)
    metric = TONE if plan.kind == "answer" else None
    return Asked(review=Review(draw(*runs, plan), store / "labels.jsonl"), metric=metric)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    for run in two_runs(20, equal=2):
        keep(run, root)
    return root


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[Client]:
    with serving(store) as found:
        yield found


def test_the_first_page_lists_the_runs_and_each_is_judged_when_it_is_opened(
    client: Client,
) -> None:
    home = client.ask()
    assert "secret-old-system" in home.text and "20260102-000000-bbbbbb" in home.text
    (link,) = re.findall(r'href="\./(runs/[^"]*bbbbbb\.html)"', home.text)
    page = client.ask(link)
    assert page.status == 200
    assert "there is no baseline of letters/secret-new-system yet" in page.text
    assert page.headers["Content-Security-Policy"].startswith("frame-ancestors 'none'")
    assert client.ask("runs/unknown.html").status == 404
    assert client.ask("site/index.html").status == 200
    assert client.ask("site/../manifest.json").status == 404
    assert client.ask("nothing").status == 404
    assert client.ask("assets/report.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert client.ask("assets/pages.py").status == 404


def test_a_page_is_never_older_than_what_it_is_made_from(tmp_path: Path) -> None:
    run = run_of("20260101-000000-cccccc", {"c0": "a", "c1": "b"})
    keep(run, tmp_path)
    with serving(tmp_path) as client:
        place = f"runs/{run.id}.html"
        before = client.ask(place).text
        assert client.ask(place).text == before
        trials = tuple(
            replace(trial, response=Response(text="quite another answer")) for trial in run.trials
        )
        keep(replace(run, trials=trials), tmp_path)
        assert client.ask(place).text != before
        assert "2 runs" not in client.ask().text
        keep(replace(run, id="20260101-000000-dddddd"), tmp_path)
        assert "2 runs" in client.ask().text


def test_nothing_but_labels_is_written_and_posts_change_no_run(store: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in store.rglob("*") if file.is_file()}

    before = files()
    with serving(store) as client:
        for path in ("", "live.json", "runs/20260102-000000-bbbbbb.html", "site/index.html"):
            assert client.post(path, {"choice": "first"}).status == 405
            assert client.ask(path).status == 200
    changed = {file for file in files() if files()[file] != before.get(file)}
    # The index remembers what it read of finished runs.
    assert {file.relative_to(store).parts[0] for file in changed} <= {"cache", "html"}


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1}', '{"complete": false}'])
def test_a_half_written_run_breaks_no_page(tmp_path: Path, damage: str) -> None:
    keep(run_of("20260101-000000-cccccc", {"c0": "a"}), tmp_path)
    broken = tmp_path / "runs" / "20260101-000000-eeeeee"
    broken.mkdir()
    (broken / "manifest.json").write_text(damage)
    (broken / "trials.jsonl").write_text('{"case": "c0", "rep')
    with serving(tmp_path) as client:
        assert client.ask().status == 200
        assert json.loads(client.ask("live.json").text)["runs"] == []


SECRETS = ("secret", "aaaaaa", "bbbbbb", "baseline", "candidate")


@given(st.data())
@settings(max_examples=12)
def test_a_review_never_says_whose_an_answer_is(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("blind")
    kind = data.draw(st.sampled_from(["pair", "answer"]))
    runs = two_runs(6, equal=1)
    asked = asked_of(runs, folder, kind=kind, metric="tone" if kind == "answer" else "")
    keys = {"pair": ["first", "second", "tie", "both_bad"], "answer": ["1.0", "0.0"]}[kind]
    with serving(folder, asked) as client:
        for _ in range(8):
            page = client.ask("review/")
            told = page.text + str(page.headers)
            assert not [word for word in SECRETS if word in told.lower()]
            number = re.search(r'name="question" value="(\d+)"', page.text)
            if number is None:
                break
            choice = data.draw(st.sampled_from([*keys, "skip", "undo", "reveal"]))
            sent = client.post("review/say", {"question": number.group(1), "choice": choice})
            assert (sent.status, sent.headers["Location"], sent.body) == (303, "./", b"")


def test_a_whole_review_by_its_forms(store: Path, tmp_path: Path) -> None:
    runs = two_runs(20, equal=2)
    asked = asked_of(runs, tmp_path)
    with serving(store, asked) as client:
        assert "Pair 1 of 18" in client.ask("review/").text
        for turn in range(18):
            page = client.ask("review/").text
            number = re.search(r'name="question" value="(\d+)"', page).group(1)  # type: ignore[union-attr]
            shown = re.findall(r"<pre[^>]*>(old|new) words \d+</pre>", page)
            assert sorted(shown) == ["new", "old"]
            assert "deserves" not in page
            if turn == 0:
                client.post("review/say", {"question": number, "choice": "reveal"})
                assert "deserves" in client.ask("review/").text
            choice = "first" if shown[0] == "new" else "second"
            form = {"question": number, "choice": choice, "note": "ok"}
            assert client.post("review/say", form).status == 303
            # Sent twice, a form counts once.
            client.post("review/say", form)
        end = client.ask("review/").text
        assert "Every question is answered" in end and "holdfast review --summary" in end
    said = [one for one in read_judgements(tmp_path / "labels.jsonl") if not one.identical]
    assert [one.choice for one in said] == ["candidate"] * 18
    assert [one.revealed for one in said] == [True] + [False] * 17
    assert {one.note for one in said} == {"ok"}
    assert all(one.seconds is not None and one.seconds < 60 for one in said)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"question": "0"},
        {"question": "99", "choice": "first"},
        {"question": "-1", "choice": "first"},
        {"question": "0", "choice": "candidate"},
        {"question": "0", "choice": "label"},
        {"question": "0", "choice": "score", "score": "1"},
        {"question": "x", "choice": "reveal"},
    ],
)
def test_forged_forms_record_nothing(tmp_path: Path, form: dict[str, str]) -> None:
    asked = asked_of(two_runs(4), tmp_path)
    with serving(tmp_path, asked) as client:
        number = asked.review.current()
        given = form | ({"question": str(number)} if form.get("question") == "0" else {})
        client.post("review/say", given)
        assert not (tmp_path / "labels.jsonl").exists()
        assert "nothing was recorded" in client.ask("review/").text


@pytest.mark.parametrize("score", ["2", "-1", "nan", "inf", "", "one"])
def test_a_score_lies_within_the_range_of_its_metric(tmp_path: Path, score: str) -> None:
    asked = asked_of(two_runs(4), tmp_path, kind="answer", metric="tone")
    with serving(tmp_path, asked) as client:
        number = str(asked.review.current())
        client.post("review/say", {"question": number, "choice": "score", "score": score})
        assert "is no score from 0 to 1" in client.ask("review/").text
        client.post("review/say", {"question": number, "choice": "score", "score": "0,25"})
    (one,) = read_judgements(tmp_path / "labels.jsonl")
    assert one.label == 0.25


def test_grades_have_keys_and_good_is_the_better_end() -> None:
    def metric(bounds: tuple[float, float], better: str = "higher") -> MetricRecord:
        return MetricRecord(spec=Spec(name="m"), better=better, bounds=bounds)  # type: ignore[arg-type]

    assert [one.value for one in choices_for(metric((1.0, 5.0)))] == ["1", "2", "3", "4", "5"]
    assert [one.key for one in choices_for(metric((0.0, 1.0)))] == ["1", "0"]
    good = choices_for(metric((0.0, 1.0), "lower"))[0]
    assert (good.text, float(good.value)) == ("Good", 0.0)
    assert len(choices_for(metric((0.0, 100.0)))) == 2


def test_a_review_is_begun_from_the_first_page(store: Path) -> None:
    old, new = (run.id for run in two_runs())
    form = {"baseline": old, "candidate": new, "reviewer": "ben", "cases": "5", "seed": "1"}
    with serving(store) as client:
        start = client.ask("review/").text
        assert "secret-old-system" in start and "Begin" in start
        for change, says in (
            ({"candidate": old}, "a review needs two"),
            ({"reviewer": " "}, "give the name"),
            ({"cases": "0"}, "at least 1"),
            ({"seed": "x"}, "whole number"),
            ({"baseline": "../../etc"}, "no run"),
            ({"metric": "tone"}, "labels of single answers"),
            ({"metric": "nope", "kind": "answer"}, "nope"),
        ):
            found = client.post("review/begin", form | change)
            assert found.status == 400 and says in found.text, change
        assert client.post("review/begin", form | {"kind": "pair"}).status == 303
        text = client.ask("review/").text
        assert "Pair 1 of" in text
        number = text.split('name="question" value="')[1].split('"')[0]
        assert client.post("review/say", {"question": number, "choice": "skip"}).status == 303
        assert client.post("review/begin", form | {"kind": "answer"}).status == 303
        assert "answer do in tone?" in client.ask("review/").text
    said = read_judgements(store / "labels" / "letters.jsonl")
    assert {(one.reviewer, one.sampling.seed) for one in said} == {("ben", 1)}
    assert [one.choice for one in said if not one.identical] == ["skip"]


class Elements(HTMLParser):
    """Every element of a page with the names of its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


HOSTILE = (
    "</pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "\u202eoverride \x00 \ud800",
    "{{ 7 * 7 }}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_answers_are_text_and_nothing_else(tmp_path: Path, text: str) -> None:
    old = run_of(f"x{text[:4]}".replace("/", "_"), {"a": text}, system=text)
    new = run_of("y", {"a": "fine"}, system=text)
    call = ToolCall(name=text, arguments={text: text})
    trials = tuple(
        replace(one, response=Response(text="fine", data={text: text}, tool_calls=(call,)))
        for one in new.trials
    )
    cases = tuple(replace(case, input=text, expected=text) for case in old.cases)
    old, new = replace(old, cases=cases), replace(new, cases=cases, trials=trials)
    new = replace(new, suite=text)
    keep(new, tmp_path)
    asked = asked_of((old, new), tmp_path)
    asked.review.reveal(0)
    with serving(tmp_path, asked) as client:
        for path in ("review/", "", "review/new"):
            page = client.ask(path).text
            found = Elements()
            found.feed(page)
            assert not {"img", "iframe", "style"} & {name for name, _ in found.seen}
            assert not [name for _, names in found.seen for name in names if name[:2] == "on"]
            scripts = [names for name, names in found.seen if name == "script"]
            assert all(names == ("src", "defer") for names in scripts)
            assert not re.findall("[\u202e\x00]", page)
            assert "49" not in page


def test_scores_have_no_place_in_a_review(tmp_path: Path) -> None:
    old, new = two_runs(4)
    scored = tuple(
        replace(trial, scores={"tone": Score(0.123456, "because-of-the-judge")})
        for trial in new.trials
    )
    with serving(tmp_path, asked_of((old, replace(new, trials=scored)), tmp_path)) as client:
        page = client.ask("review/").text
    assert "123456" not in page and "because-of-the-judge" not in page


def test_templates_hold_no_arithmetic_and_no_way_around_escaping() -> None:
    folder = resources.files("holdfast.viewing") / "templates"
    templates = [entry for entry in folder.iterdir() if entry.name.endswith(".j2")]
    assert len(templates) >= 6
    for template in templates:
        source = template.read_text(encoding="utf-8")
        for expression in re.findall(r"{[{%](.*?)[}%]}", source, flags=re.DOTALL):
            code = re.sub(r'"[^"]*"', "", expression)
            assert not re.search(r"[+*/%~<>]|\s-\s|\||\bround\b|\bset\b.*\d", code), expression
        assert not re.search(r"autoescape|\son\w+=|<style|<script>|style=", source)
