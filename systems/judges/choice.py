"""Choice: the chat model that judges, by one setting."""

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast.errors import UsageError
from systems.models.chat import ChatModel
from systems.models.choice import chosen_model

__all__ = ["JUDGE", "chosen_judge", "judge_is_chosen"]

JUDGE = "HOLDFAST_JUDGE"
"""Environment variable that names the judge."""
_ADDRESS = "HOLDFAST_JUDGE_BASE_URL"


def judge_is_chosen(*, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a judge is named at all."""
    return bool(environ.get(JUDGE))


def chosen_judge(
    *, environ: Mapping[str, str] = os.environ, start: Path | None = None
) -> ChatModel:
    """The chat model that HOLDFAST_JUDGE names, for every judge and every library of metrics.

    The forms are those of HOLDFAST_MODEL. `openai:MODEL` is asked at HOLDFAST_JUDGE_BASE_URL, or
    at HOLDFAST_BASE_URL where that is not set. There is no default: what judges is chosen by
    people.

    Args:
        environ: environment variables.
        start: a folder of the project; None is the current one.

    Raises:
        UsageError: no judge is named, or the name means nothing.
    """
    name = environ.get(JUDGE)
    if not name:
        raise UsageError(f"no judge is chosen; set {JUDGE}, such as {JUDGE}=openai:MODEL")
    address = environ.get(_ADDRESS) or environ.get("HOLDFAST_BASE_URL") or ""
    return chosen_model(name, environ={**environ, "HOLDFAST_BASE_URL": address}, start=start)
