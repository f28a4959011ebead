"""ragas parts: a judge and an encoder as ragas wants them."""

import asyncio
from typing import Any

from holdfast.adapters.asked_model import Asking, TextEncoder
from holdfast.adapters.foreign import Library

__all__ = ["embeddings_of", "judge_of"]


def judge_of(ragas: Library, asking: Asking) -> Any:
    """The judge of one trial, of the class that ragas checks for."""
    parent: Any = ragas.load("ragas.llms.base").InstructorBaseRagasLLM

    def generate(_: Any, prompt: str, response_model: Any) -> Any:
        return asking.read(prompt, response_model)

    async def agenerate(_: Any, prompt: str, response_model: Any) -> Any:
        # Some metrics ask several questions at once.
        return await asyncio.to_thread(asking.read, prompt, response_model)

    return type("Judge", (parent,), {"generate": generate, "agenerate": agenerate})()


def embeddings_of(ragas: Library, encoder: TextEncoder) -> Any:
    """The encoder, of the class that ragas checks for."""
    parent: Any = ragas.load("ragas.embeddings.base").BaseRagasEmbedding

    def embed_text(_: Any, text: str, **__: Any) -> list[float]:
        return [float(value) for value in encoder([text])[0]]

    async def aembed_text(_: Any, text: str, **__: Any) -> list[float]:
        return [float(value) for value in encoder([text])[0]]

    return type("Encoder", (parent,), {"embed_text": embed_text, "aembed_text": aembed_text})()
