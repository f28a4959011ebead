"""Commands that train what retrieval ships: `python -m systems.rag.training --help`."""

from pathlib import Path

import click

from systems.rag.training.course import Course
from systems.rag.training.trainer import Progress, Recipe

_RECIPE = Recipe()


@click.group()
def main() -> None:
    """Train what retrieval ships."""


@main.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--seed", type=int, default=_RECIPE.seed, show_default=True)
@click.option("--rows", type=int, default=_RECIPE.rows, show_default=True)
@click.option("--joint-from", type=int, default=4, show_default=True)
@click.option(
    "--without",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of document ids, one a line, that the training leaves out.",
)
def reranker(to: Path, seed: int, rows: int, joint_from: int, without: Path | None) -> None:
    """Train the adapter of the cross-encoder; about ten minutes on two cores.

    The development and test questions of the handbook are not among the lessons.
    """
    left_out = without.read_text(encoding="utf-8").split() if without else ()
    course = Course(
        recipe=Recipe(seed=seed, rows=rows), joint_from=joint_from, without=frozenset(left_out)
    )
    course.teach(tell=click.echo, report=_tell).save(to)
    click.echo(f"adapter and head are in {to}")


def _tell(progress: Progress) -> None:
    click.echo(
        f"{progress.rows} rows, loss {progress.loss:.3f}, after {progress.seconds:.0f} seconds"
    )


if __name__ == "__main__":
    main()
