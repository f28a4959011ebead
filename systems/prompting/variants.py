"""Variants: the extraction system with each version of its prompt, and the one that is live."""

from functools import cache
from pathlib import Path

from holdfast.prompts import PromptFolder
from systems.models.chat import ChatModel
from systems.models.choice import chosen_model
from systems.prompting.extraction import Extraction
from systems.prompting.shelf import Shelf
from systems.prompting.tasks import Tasks

__all__ = ["DEV", "NAME", "PROMPTS", "TASKS", "live", "live_version", "variant", "versions"]

_ROOT = Path(__file__).resolve().parents[2]
_DATA = _ROOT / "datasets" / "extraction"

NAME = "extraction"
"""Name of the prompt."""
PROMPTS = PromptFolder(_ROOT / "systems" / "prompts")
TASKS = Tasks(folder=_DATA / "schemas")
DEV = Shelf(path=_DATA / "dev.jsonl")
"""The development cases, of which alone prompts show examples."""


def live(*, model: ChatModel | None = None) -> Extraction:
    """What ships: the live version of the prompt, under a name that outlives versions."""
    return _extraction(None, model, name=NAME)


def live_version() -> int:
    """The version that ships."""
    return PROMPTS.live(NAME)


def variant(version: int, *, model: ChatModel | None = None) -> Extraction:
    """One version of the prompt as a system of its own."""
    return _extraction(version, model, name=f"{NAME}-v{version}")


def versions() -> tuple[int, ...]:
    """All versions of the prompt, oldest first."""
    return PROMPTS.versions(NAME)


def _extraction(version: int | None, model: ChatModel | None, *, name: str) -> Extraction:
    prompt = PROMPTS.read(NAME, version=version)
    wanted = prompt.settings.get("model")
    return Extraction(
        prompt=prompt,
        model=model or _chosen(wanted if isinstance(wanted, str) else None),
        tasks=TASKS,
        shelf=DEV,
        name=name,
    )


@cache
def _chosen(name: str | None) -> ChatModel:
    return chosen_model(name)
