"""Commands that make holdfast-nano: `python -m systems.models.training --help`."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from systems.models.training.held_out import SETS, held_out
from systems.models.training.tokenizer import learn_tokenizer
from systems.models.training.trainer import Progress, Recipe, build, train
from systems.models.training.workers import together

ROOT = Path(__file__).resolve().parents[3]
NANO = ROOT / "systems" / "models" / "nano"
RECORDINGS = ROOT / "systems" / "tools" / "server" / "recordings.json"
WORK = ROOT / ".holdfast" / "nano"


@click.group()
def main() -> None:
    r"""Make holdfast-nano from nothing: tokenizer, training, release.

    \b
    python -m systems.models.training tokenizer   once; a new one needs new weights
    python -m systems.models.training train       goes on where it was interrupted
    python -m systems.models.training release     writes the weights into systems/models/nano
    """


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=NANO, show_default=True)
def tokenizer(folder: Path) -> None:
    """Learn the tokenizer from lessons and this project's own documents."""
    recipe = Recipe()
    learn_tokenizer(folder, vocabulary=recipe.vocabulary, seed=recipe.seed, prose=_prose())
    click.echo(f"tokenizer of {recipe.vocabulary} tokens in {folder}")


@main.command(name="train")
@click.option("--folder", type=click.Path(path_type=Path), default=WORK, show_default=True)
@click.option("--tokens", type=int, default=Recipe.tokens, show_default=True)
@click.option(
    "--workers",
    type=int,
    default=2,
    show_default=True,
    help="Processes that share the work; 1 with a GPU.",
)
def train_command(folder: Path, tokens: int, workers: int) -> None:
    """Train until so many tokens are seen; a checkpoint every two minutes."""

    def work() -> None:
        from transformers import AutoTokenizer

        train(
            folder, Recipe(tokens=tokens), tokenizer=AutoTokenizer.from_pretrained(NANO), reserved=reserved_names(), report=_tell,
        )  # fmt: skip

    together(workers, work)


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=WORK, show_default=True)
@click.option("--to", type=click.Path(path_type=Path), default=NANO, show_default=True)
def release(folder: Path, to: Path) -> None:
    """Write the checkpoint's weights in bfloat16, with everything that a model folder needs."""
    import torch
    from safetensors import safe_open
    from transformers import GenerationConfig

    model = build(Recipe())
    with safe_open(folder / "checkpoint.safetensors", "pt") as file, torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(file.get_tensor(f"model/{name}"))
        click.echo(file.metadata()["progress"])
    model.to(torch.bfloat16).save_pretrained(to)
    GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=0).save_pretrained(to)
    if to != NANO:
        for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
            shutil.copy(NANO / name, to / name)
    click.echo(f"{(to / 'model.safetensors').stat().st_size / 1e6:.1f} MB in {to}")


@main.command(name="held-out")
def held_out_command() -> None:
    """Write datasets/nano: cases from entities and patterns that are set aside."""
    folder = ROOT / "datasets" / "nano"
    folder.mkdir(exist_ok=True)
    for name in SETS:
        rows = list(held_out(name))
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        click.echo(f"{name}: {len(rows)} cases")


def reserved_names() -> frozenset[str]:
    """What data sets expect and the tools' server knows, in lower case: training makes none of it."""
    found: set[str] = set()
    for path in (ROOT / "datasets").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.update(_texts([row.get("expected"), row.get("entity"), row.get("value")]))
    recorded = json.loads(RECORDINGS.read_text(encoding="utf-8"))
    found.update(row["name"].lower() for key in ("places", "companies") for row in recorded[key])
    return frozenset(found)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value.lower()
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)


def _prose() -> Iterator[str]:
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        yield path.read_text(encoding="utf-8")


def _tell(progress: Progress) -> None:
    click.echo(
        f"{progress.steps:6} steps  {progress.tokens / 1e6:7.2f} M tokens  loss {progress.loss:.4f}"
    )


if __name__ == "__main__":
    main()
