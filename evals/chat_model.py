"""Whether the chat model behind the systems is at hand."""

import os

import pytest

from systems.models.weights import NANO

__all__ = ["needs_chat_model"]

_NAMED = os.environ.get("HOLDFAST_MODEL") or "nano"

needs_chat_model = pytest.mark.skipif(
    _NAMED == "nano" and not any(NANO.glob("*.safetensors")),
    reason="the weights of holdfast-nano are missing here, so this suite judges nothing: put a "
    "model of yours behind it with HOLDFAST_MODEL, or make nano's with "
    "`python -m systems.models.training`",
)
"""For modules of suites that ask a chat model; the summary of the run tells each that was left."""
