"""Choice: the chat model that one setting names."""

import os
from collections.abc import Mapping

from systems.models.chat import ChatModel
from systems.models.local import LocalModel

__all__ = ["chosen_model"]


def chosen_model(*, environ: Mapping[str, str] = os.environ) -> ChatModel:
    """The model that HOLDFAST_MODEL names; nano where it names none."""
    return LocalModel(model=environ.get("HOLDFAST_MODEL") or "nano")
