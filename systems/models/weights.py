"""Weights: where a model lies on disk, and the digests of what its answers depend on."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import MissingExtra, UsageError

__all__ = ["INSTALL", "NANO", "PUBLISHED", "ModelFiles", "find_model"]

INSTALL = "a model in this process needs: pip install torch==2.13.0 transformers"

NANO = Path(__file__).resolve().parent / "nano"
"""The embedded model."""

PUBLISHED: dict[str, str] = {
    "nano": "a9d7b70ebc4ec48de1041e2a16c8024e4149bf251cb15205a34bac3f250f6cd1",
}
"""SHA-256 of `model.safetensors`, by name of the model."""

_TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "vocab.json",
    "merges.txt",
    "special_tokens_map.json",
    "added_tokens.json",
)
_WANTED = ["*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """The folder of a model whose weights are safetensors."""

    name: str
    folder: Path

    def digests(self) -> dict[str, str]:
        """SHA-256 of the weights, the settings, the tokenizer and the chat template.

        Raises:
            UsageError: there are no safetensors, or they are not the published ones.
        """
        weights = sorted(self.folder.glob("*.safetensors"))
        if not weights:
            raise UsageError(
                f"there is no *.safetensors in {str(self.folder)!r}; pickled weights are never "
                "loaded, because they can run code: save the model with save_pretrained"
            )
        self._check(weights)
        parts = {
            "weights": weights,
            "config": [self.folder / "config.json", self.folder / "generation_config.json"],
            "tokenizer": [self.folder / name for name in _TOKENIZER],
            "chat_template": sorted(self.folder.rglob("*.jinja")),
        }
        return {name: _digest(files) for name, files in parts.items() if _digest(files)}

    def _check(self, weights: list[Path]) -> None:
        wanted = PUBLISHED.get(self.name)
        if wanted is None:
            return
        found = _sha256(weights[0])
        if found != wanted or len(weights) > 1:
            raise UsageError(
                f"the weights of {self.name!r} in {str(self.folder)!r} have the SHA-256 {found}, "
                f"the published ones have {wanted}; take the folder from the repository again"
            )


def find_model(model: str) -> ModelFiles:
    """The files of `nano`, of a folder, or of a model of the hub given as `hf:owner/name`.

    Raises:
        UsageError: there is no such model here.
    """
    if model == "nano":
        return _folder("nano", NANO)
    if not model.startswith("hf:"):
        return _folder(model, Path(model).expanduser())
    name = model.removeprefix("hf:")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError as error:
        raise MissingExtra(INSTALL) from error
    try:
        return _folder(model, Path(snapshot_download(name, allow_patterns=_WANTED)))
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise UsageError(
            f"the model {name!r} is neither in the cache of the hub nor could it be fetched: "
            f"{error}; check the name, and that HF_HUB_OFFLINE is not set"
        ) from error


def _folder(name: str, folder: Path) -> ModelFiles:
    if name == "nano" and not any(folder.glob("*.safetensors")):
        raise UsageError(
            "the embedded model's weights are missing here: put a model of yours in its "
            "place, as in HOLDFAST_MODEL=hf:OWNER/NAME, or make nano's "
            "with python -m systems.models.training"
        )
    if not (folder / "config.json").is_file():
        raise UsageError(f"there is no model in {str(folder)!r}: it has no config.json")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if "auto_map" in config:
        raise UsageError(
            f"the model in {str(folder)!r} brings its own code (auto_map in config.json), which is "
            "never run; use a model whose architecture transformers knows"
        )
    return ModelFiles(name=name, folder=folder)


def _digest(files: list[Path]) -> str:
    found = [path for path in files if path.is_file()]
    if len(found) < 2:
        return _sha256(found[0]) if found else ""
    lines = "".join(f"{_sha256(path)}  {path.name}\n" for path in found)
    return hashlib.sha256(lines.encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
