"""How much more does a model write in a second when requests are answered together?

Extraction prompts, once bare and once with the same four examples in front of each, go through the
model of this repository one at a time, from sixteen threads, and as one list; beside it
generate() of transformers, one at a time and in batches of sixteen. All are greedy, so that all
write the same. CPU seconds of one thread of torch are compared; on idle cores, batches gain from
more threads and single requests hardly do. Exits with 1 where answering bare prompts together is
not three times as fast as one at a time, or prompts with examples three times as fast as
generate() one at a time: our own remembers the examples, alone too.

    python benchmarks/generation.py                       # nano, about two minutes on one core
    HOLDFAST_MODEL=hf:HuggingFaceTB/SmolLM2-135M-Instruct python benchmarks/generation.py
"""

import argparse
import gc
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from report import Target, finish, table

ROOT = Path(__file__).resolve().parents[1]
MOST = 16
"""Requests answered side by side."""


def find_systems() -> None:
    """Make `systems` importable without the repository root on the path, as conftest.py does."""
    folder = ROOT / "systems"
    found = importlib.util.spec_from_file_location(
        "systems", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if found is None or found.loader is None:
        raise ImportError(f"the package in {folder} cannot be loaded")
    sys.modules["systems"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(sys.modules["systems"])


if importlib.util.find_spec("systems") is None:
    find_systems()

from systems.models.chat import Completion, Message, Request  # noqa: E402  # needs the line above
from systems.models.choice import chosen_local_model  # noqa: E402  # likewise
from systems.models.local import LocalModel  # noqa: E402  # likewise
from systems.models.templates import prompt_tokens  # noqa: E402  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One way to answer all requests."""

    name: str
    seconds: float
    texts: tuple[str, ...]
    tokens: int

    @property
    def rate(self) -> float:
        """New tokens per CPU second."""
        return self.tokens / self.seconds


def requests_of(count: int, *, examples: bool) -> list[Request]:
    """Extraction prompts of the development cases."""
    lines = (ROOT / "datasets" / "extraction" / "dev.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [json.loads(line) for line in lines if line]
    system = Message(role="system", content="Extract the data as JSON, as in the examples.")
    shown = [
        turn
        for case in cases[:4]
        for turn in (
            Message(role="user", content=case["input"]["text"]),
            Message(role="assistant", content=json.dumps(case["expected"])),
        )
    ]
    return [
        Request(
            messages=(
                system,
                *(shown if examples else ()),
                Message(role="user", content=case["input"]["text"]),
            ),
            max_tokens=48,
        )
        for case in (cases[4:] * 3)[:count]
    ]


def measure(name: str, answer: Callable[[], Sequence[Completion]]) -> Measured:
    """Seconds of one way, and what it wrote."""
    gc.collect()
    began = time.process_time()
    found = answer()
    seconds = time.process_time() - began
    return Measured(
        name=name,
        seconds=seconds,
        texts=tuple(one.text for one in found),
        tokens=sum(one.usage.output_tokens for one in found),
    )


def by_generate(model: LocalModel, requests: Sequence[Request], *, most: int) -> list[Completion]:
    """The same by transformers' generate(), in batches of requests of similar length."""
    import torch

    network, tokenizer = model.network.model, model.network.tokenizer
    prompts = [prompt_tokens(tokenizer, request) for request in requests]
    order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    found: dict[int, Completion] = {}
    for start in range(0, len(order), most):
        chosen = order[start : start + most]
        ids = tokenizer.pad(
            {"input_ids": [list(prompts[number]) for number in chosen]},
            padding_side="left",
            return_tensors="pt",
        )
        with torch.inference_mode():
            written = network.generate(
                input_ids=ids["input_ids"],
                attention_mask=ids["attention_mask"],
                max_new_tokens=requests[0].max_tokens,
                do_sample=False,
                eos_token_id=sorted(model.network.ends),
                pad_token_id=min(model.network.ends),
            )
        for number, row in zip(chosen, written[:, ids["input_ids"].shape[1] :], strict=True):
            found[number] = completion_of(model, row.tolist())
    return [found[number] for number in range(len(requests))]


def completion_of(model: LocalModel, row: list[int]) -> Completion:
    """The tokens of a row up to the one that ends its turn."""
    from holdfast.system import Usage

    end = next((n for n, token in enumerate(row) if token in model.network.ends), len(row))
    text = model.network.tokenizer.decode(row[:end])
    return Completion(text=text, usage=Usage(output_tokens=end))


def ways_of(model: LocalModel, requests: Sequence[Request]) -> list[Measured]:
    """Every way to answer the requests, each with a model that has read nothing yet."""
    one, threads, together = (
        replace(model, most=most, wait=wait)
        for most, wait in ((1, 0.0), (MOST, 0.003), (MOST, 0.004))
    )
    for each in (one, threads, together):
        each.complete(Request(messages=(Message(role="user", content="warm"),), max_tokens=4))
    by_generate(model, requests[:2], most=2)
    with ThreadPoolExecutor(MOST) as pool:
        return [
            measure("one at a time", lambda: [one.complete(request) for request in requests]),
            measure("sixteen threads", lambda: list(pool.map(threads.complete, requests))),
            measure("one list", lambda: together.complete_all(requests)),
            measure("generate(), one at a time", lambda: by_generate(model, requests, most=1)),
            measure("generate(), sixteen", lambda: by_generate(model, requests, most=MOST)),
        ]


def row_of(way: Measured, ways: Sequence[Measured]) -> tuple[str, ...]:
    """One way as a row: rate, and its ratio to the two that go one at a time."""
    alike = sum(a == b for a, b in zip(way.texts, ways[0].texts, strict=True))
    return (
        way.name,
        f"{way.rate:,.0f}",
        f"{way.rate / ways[0].rate:.1f}",
        f"{way.rate / ways[3].rate:.1f}",
        f"{alike} of {len(way.texts)}",
    )


def main() -> int:
    """Exit code after both kinds of prompts are measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=96)
    parser.add_argument("--write", action="store_true", help="write results/generation.md")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    model = chosen_local_model()
    sections, targets = [], []
    heads = ("way", "tokens per CPU s", "× one at a time", "× generate()", "same text")
    for examples in (False, True):
        requests = requests_of(arguments.requests, examples=examples)
        ways = ways_of(model, requests)
        kind = "with four examples" if examples else "bare"
        rows = [row_of(way, ways) for way in ways]
        sections.append(f"{len(requests)} prompts, {kind}\n\n{table(heads, rows)}")
        beside = ways[3] if examples else ways[0]
        for way in ways[1:3]:
            claim = f"{way.name}, {kind}: CPU time beside {beside.name}"
            targets.append(Target(claim=claim, measured=beside.rate / way.rate, limit=1 / 3))
    title = f"Generation with {model.label}"
    return finish(title, sections, targets, write="generation" if arguments.write else None)


if __name__ == "__main__":
    sys.exit(main())
