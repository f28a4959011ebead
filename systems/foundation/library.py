"""Library: the same continuation by `generate()` of transformers."""

import threading
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from systems.foundation.continuation import Continuation, Ending
from systems.foundation.loop import first_stop
from systems.foundation.sampling import Sampling
from systems.models.network import Network

__all__ = ["write_by_library"]

_DRAWING = threading.Lock()


def write_by_library(network: Network, prompt: Sequence[int], sampling: Sampling) -> Continuation:
    """Go on with a prompt of tokens, by the library."""
    import torch

    ids = torch.tensor([list(prompt)], device=network.model.device)
    # generate() draws from the one generator of the process.
    with _DRAWING, torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(sampling.seed)
        began = perf_counter()
        written = network.model.generate(
            ids, attention_mask=torch.ones_like(ids), **_settings(network, prompt, sampling)
        )
        seconds = perf_counter() - began
    tokens = written[0, len(prompt) :].tolist()
    ending: Ending = "length"
    if tokens and tokens[-1] in network.ends:
        ending = "end"
        tokens = tokens[:-1]
    text = network.tokenizer.decode(tokens)
    cut = first_stop(text, sampling.stop)
    if cut >= 0:
        ending = "stop"
    return Continuation(
        tokens=tuple(tokens), text=text if cut < 0 else text[:cut], ending=ending, seconds=seconds
    )


def _settings(network: Network, prompt: Sequence[int], sampling: Sampling) -> dict[str, Any]:
    room = network.context - len(prompt)
    settings: dict[str, Any] = {
        "max_new_tokens": min(sampling.max_tokens, room),
        "do_sample": sampling.temperature > 0,
        "eos_token_id": sorted(network.ends),
        "pad_token_id": min(network.ends),
    }
    if sampling.temperature > 0:
        drawn = {"temperature": sampling.temperature, "top_k": sampling.top_k or None}
        settings |= {**drawn, "top_p": sampling.top_p}
    if sampling.stop:
        settings |= {"stop_strings": list(sampling.stop), "tokenizer": network.tokenizer}
    return settings
