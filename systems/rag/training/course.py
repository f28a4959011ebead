"""Course: the lessons that the cross-encoder that ships was taught, and its training on them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from systems.rag import handbook
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.rendering import render
from systems.rag.reranking.states import States
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.training.drill import Drill, mine
from systems.rag.training.generated import generate
from systems.rag.training.lesson import Lesson, Shelf
from systems.rag.training.trainer import Progress, Readers, Recipe, Trained, train
from systems.rag.training.written import read_elsewhere, read_handbook_lessons

__all__ = ["Course"]

_WORK = Path(__file__).resolve().parents[3] / ".holdfast"
_GENERATED = 80
"""Generated lessons that are drawn: they are easy, and those written by hand teach more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Lessons about the handbook and about other things, perhaps without some documents."""

    recipe: Recipe
    joint_from: int = 4
    """First layer that reads question and passage together."""
    without: frozenset[str] = frozenset()
    """Documents that no lesson asks about, and whose passages no list holds."""

    def lessons(self) -> tuple[list[Lesson], Shelf]:
        """The lessons, and the passages that they are about."""
        seed = self.recipe.seed
        sections = handbook.CORPUS.sections
        others, about_others = read_elsewhere()
        own = [section for section in sections if section.front["id"] not in self.without]
        shelf = Shelf(texts=(*own, *others))
        written = [lesson for lesson in read_handbook_lessons(sections) if self._may(lesson)]
        generated = generate(shelf.texts, seed=seed)
        dice = random.Random(seed)  # noqa: S311  # lessons need no secrecy
        some = dice.sample(generated, min(_GENERATED, len(generated)))
        return [*written, *about_others, *some], shelf

    def teach(self, *, tell: Callable[[str], None], report: Callable[[Progress], None]) -> Trained:
        """Train adapter and head; about ten minutes on two cores."""
        encoder = SentenceEncoder()
        lessons, shelf = self.lessons()
        states = _WORK / "indexes" / "states"
        readers = Readers(
            late=MaxSim(states=States(encoder=encoder, folder=states), collection=shelf),
            lower=States(encoder=encoder, layers=self.joint_from, folder=states),
        )
        drills: list[Drill] = list(mine(lessons, shelf, encoder=encoder, folder=_WORK / "indexes"))
        tell(f"{len(drills)} lessons over {len(shelf.texts)} passages")
        texts = {section.id: render(section) for section in shelf.texts}
        return train(drills, texts, readers=readers, recipe=self.recipe, report=report)

    def _may(self, lesson: Lesson) -> bool:
        return self.without.isdisjoint(name.split("#")[0] for name in lesson.grades)
