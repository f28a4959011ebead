"""Choice: the chat model that one setting names."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from holdfast.config import did_you_mean, load_config
from holdfast.errors import UsageError
from systems.models.anthropic_server import AnthropicModel
from systems.models.chat import ChatModel
from systems.models.local import LocalModel
from systems.models.openai_server import OpenAIModel
from systems.models.prices import find_price

__all__ = ["chosen_local_model", "chosen_model"]

_FIELDS: Mapping[str, Mapping[str, type]] = {
    "local": {"precision": str, "device": str, "most": int, "wait": float},
    "server": {"base_url": str, "key_env": str, "omit": list, "most": int, "timeout": float},
}
_FORMS = "hf:OWNER/NAME", "openai:MODEL", "anthropic:MODEL", "the path of a folder"


def chosen_model(
    name: str | None = None, *, environ: Mapping[str, str] = os.environ, start: Path | None = None
) -> ChatModel:
    """The chat model of a name, or of HOLDFAST_MODEL; nano where neither names one.

    A name is `nano`, `hf:OWNER/NAME`, `openai:MODEL` (at HOLDFAST_BASE_URL, where that is set),
    `anthropic:MODEL`, the path of a folder, or a profile: a table `[tool.holdfast.models.NAME]` of
    pyproject.toml with `model` and settings. Prices come from `prices.toml`, and from
    `[tool.holdfast.prices]`, which goes first. Nothing is loaded or called yet.

    Args:
        name: the model; None takes the setting.
        environ: environment variables.
        start: a folder of the project; None is the current one.

    Raises:
        UsageError: the name or a setting means nothing.
    """
    config = load_config(start or Path.cwd(), environ=environ)
    wanted = name or environ.get("HOLDFAST_MODEL") or "nano"
    settings: dict[str, Any] = {}
    where = f"HOLDFAST_MODEL={wanted!r}" if name is None else repr(wanted)
    if wanted in config.models:
        where = f"[tool.holdfast.models.{wanted}]"
        settings = dict(cast("Mapping[str, Any]", config.models[wanted]))
        wanted = settings.pop("model", None)
        if not isinstance(wanted, str):
            raise UsageError(f'{where} must name its model, such as model = "openai:gpt-5.4"')
    service, _, rest = wanted.partition(":")
    if service in ("openai", "anthropic") and rest:
        return _server(service, rest, _checked(settings, "server", where), environ, config.prices)
    if wanted == "nano" or wanted.startswith("hf:") or Path(wanted).expanduser().is_dir():
        return LocalModel(model=wanted, **_checked(settings, "local", where))
    known = ["nano", *config.models, *_FORMS]
    raise UsageError(f"unknown model {wanted!r} in {where}{did_you_mean(wanted, known)}")


def chosen_local_model(*, environ: Mapping[str, str] = os.environ) -> LocalModel:
    """The model that HOLDFAST_MODEL names, for what must run in this process.

    Raises:
        UsageError: it names a server.
    """
    model = chosen_model(environ=environ)
    if not isinstance(model, LocalModel):
        raise UsageError(
            f"HOLDFAST_MODEL names a model of the service {model.spec.name}, and this needs one in "
            "this process; set it to nano, a folder or hf:OWNER/NAME"
        )
    return model


def _server(
    service: str,
    model: str,
    settings: dict[str, Any],
    environ: Mapping[str, str],
    prices: Mapping[str, Any],
) -> ChatModel:
    if "omit" in settings:
        settings["omit"] = tuple(settings["omit"])
    settings["price"] = find_price(f"{service}:{model}", own=prices)
    if service == "anthropic":
        return AnthropicModel(model=model, **settings)
    base_url = settings.pop("base_url", None) or environ.get("HOLDFAST_BASE_URL") or None
    return OpenAIModel(model=model, base_url=base_url, **settings)


def _checked(settings: dict[str, Any], kind: str, where: str) -> dict[str, Any]:
    """The settings of a profile, each known and of its type."""
    known = _FIELDS[kind]
    for key, value in settings.items():
        if key not in known:
            raise UsageError(f"unknown setting {key!r} in {where}{did_you_mean(key, known)}")
        accepted = (int, float) if known[key] is float else known[key]
        if not isinstance(value, accepted) or isinstance(value, bool):
            raise UsageError(
                f"{key!r} in {where} must be of type {known[key].__name__}, got {value!r}"
            )
    return dict(settings)
