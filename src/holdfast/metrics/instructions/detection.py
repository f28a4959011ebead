"""Detection: the language of an answer, as IFEval's instructions take it."""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from holdfast.errors import MissingExtra
from holdfast.metrics.instructions.instruction import Instruction

__all__ = ["english_or_unknown", "is_in_language"]

_SEED = 0


def is_in_language(text: str, instruction: Instruction) -> bool:
    """Langdetect takes the text for the language, or cannot tell any."""
    return _detected(text) in (None, instruction.text("language"))


def english_or_unknown(text: str) -> bool:
    """Langdetect takes the text for English, or cannot tell any language."""
    return _detected(text) in (None, "en")


@lru_cache(maxsize=1024)
def _detected(text: str) -> str | None:
    """The likeliest language of langdetect, None where it finds nothing to tell one by.

    langdetect draws at random; here every text starts at the same seed, whatever came before.

    Raises:
        MissingExtra: langdetect is not installed.
    """
    detector = _factory().create()
    undetectable: Any = import_module("langdetect").LangDetectException
    detector.append(text)
    try:
        return str(detector.detect())
    except undetectable:
        return None


@lru_cache(maxsize=1)
def _factory() -> Any:
    try:
        library: Any = import_module("langdetect")
    except ImportError as error:
        raise MissingExtra(
            'the language of an answer is told by langdetect: pip install "holdfast[instructions]"'
        ) from error
    factory = library.DetectorFactory()
    factory.set_seed(_SEED)
    # In the order of their names: rounding must not depend on how a disk lists them.
    files = sorted(Path(library.PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([file.read_text(encoding="utf-8") for file in files])
    return factory
