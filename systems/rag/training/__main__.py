"""Commands that train what retrieval ships: `python -m systems.rag.training --help`."""

import random
from pathlib import Path

import click

from systems.rag import handbook
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.rendering import render
from systems.rag.reranking.states import States
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.training.drill import mine
from systems.rag.training.generated import generate
from systems.rag.training.lesson import Lesson, Shelf
from systems.rag.training.trainer import Progress, Readers, Recipe, train
from systems.rag.training.written import read_elsewhere, read_handbook_lessons

_WORK = Path(__file__).resolve().parents[3] / ".holdfast"
_RECIPE = Recipe()
_GENERATED = 80
"""Generated lessons that are drawn: they are easy, and those written by hand teach more."""


@click.group()
def main() -> None:
    """Train what retrieval ships."""


@main.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--seed", type=int, default=_RECIPE.seed, show_default=True)
@click.option("--rows", type=int, default=_RECIPE.rows, show_default=True)
@click.option("--joint-from", type=int, default=4, show_default=True)
def reranker(to: Path, seed: int, rows: int, joint_from: int) -> None:
    """Train the adapter of the cross-encoder; about ten minutes on two cores.

    The development and test questions of the handbook are not among the lessons.
    """
    encoder = SentenceEncoder()
    lessons, shelf = _lessons(seed)
    states = _WORK / "indexes" / "states"
    readers = Readers(
        late=MaxSim(states=States(encoder=encoder, folder=states), collection=shelf),
        lower=States(encoder=encoder, layers=joint_from, folder=states),
    )
    drills = list(mine(lessons, shelf, encoder=encoder, folder=_WORK / "indexes"))
    click.echo(f"{len(drills)} lessons over {len(shelf.texts)} passages")
    texts = {section.id: render(section) for section in shelf.texts}
    recipe = Recipe(seed=seed, rows=rows)
    train(drills, texts, readers=readers, recipe=recipe, report=_tell).save(to)
    click.echo(f"adapter and head are in {to}")


def _lessons(seed: int) -> tuple[list[Lesson], Shelf]:
    own = handbook.CORPUS.sections
    others, about_others = read_elsewhere()
    shelf = Shelf(texts=(*own, *others))
    generated = generate(shelf.texts, seed=seed)
    dice = random.Random(seed)  # noqa: S311  # lessons need no secrecy
    some = dice.sample(generated, min(_GENERATED, len(generated)))
    return [*read_handbook_lessons(own), *about_others, *some], shelf


def _tell(progress: Progress) -> None:
    click.echo(
        f"{progress.rows} rows, loss {progress.loss:.3f}, after {progress.seconds:.0f} seconds"
    )


if __name__ == "__main__":
    main()
