"""Make the verifier again.

python -m systems.verifier distil          # vectors of words from all-MiniLM-L6-v2, a minute
python -m systems.verifier fit --write     # the head from generated and hand-written claims
python -m systems.verifier claims          # the generated claims of datasets/claims, a few seconds
python -m systems.verifier adapter --to F  # an adapter of MiniLM that reads claims, half an hour
python -m systems.verifier combine --to F --people WICE/claims.jsonl  # what it counts beside
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from random import Random

from holdfast.verifying.head import HEAD
from holdfast.verifying.meanings import MEANINGS
from systems.rag.reranking.states import States
from systems.verifier.balancing import distracted
from systems.verifier.claims import handbook, over, passages, write_generated, written
from systems.verifier.combining import COMBINATION, write_combination
from systems.verifier.curriculum import learned
from systems.verifier.distilling import distil
from systems.verifier.fitting import examples, fit, write_head
from systems.verifier.neighbours import Neighbours
from systems.verifier.reading import JOINT_FROM, AdaptedReader
from systems.verifier.training import Progress, Recipe, train
from systems.verifier.weighing import development, fit_combination, ranking, weighed

_SHARE = 0.35
"""Share of the claims over the handbook that are used."""
_THRESHOLD = 0.3
"""Between the best threshold on WiCE's development part, 0.24, and the higher one on the
development claims of datasets/claims."""
_RULES = 2000
"""Drills made by rule among those of the adapter."""
_FIRST, _SECOND = 16_000, 25_000
"""Drills of the two stages of its training, and the highest learning rates."""
_RATES = (1e-3, 8e-4, 4e-4)
"""The last one goes on from an adapter that was trained before."""
_SPARE = 1.5
"""What is made of the lessons for each share that is seen: not all of them are drawn."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(prog="python -m systems.verifier")
    parser.add_argument("step", choices=("distil", "fit", "claims", "adapter", "combine"))
    parser.add_argument("--write", action="store_true", help="keep the head in holdfast")
    parser.add_argument("--to", type=Path, default=Path("adapter"), help="folder of the adapter")
    parser.add_argument("--begun", type=Path, help="adapter to go on from, by the second stage")
    parser.add_argument("--share", type=float, default=1.0, help="of the drills of the adapter")
    parser.add_argument("--people", type=Path, help="claims in WiCE's form, for `combine`")
    parser.add_argument("--seed", type=int, default=0, help="of the lessons of the adapter")
    chosen = parser.parse_args(arguments)
    if chosen.step == "adapter":
        _train(chosen)
        return
    if chosen.step == "combine":
        _combine(chosen)
        return
    if chosen.step == "distil":
        print(f"{distil(MEANINGS)} stems in {MEANINGS.name}")  # noqa: T201  # a script's result
        return
    if chosen.step == "claims":
        for split, seed in (("dev", 12), ("test", 13)):
            print(f"{write_generated(split, seed=seed)} in {split}.jsonl")  # noqa: T201  # the same
        return
    weights, bias = fit(
        [
            examples(over(handbook(), seed=1, share=_SHARE)),
            examples(over(passages("dev"), seed=2)),
            examples(written("dev")),
        ]
    )
    for name, weight in weights.items():
        print(f"{name:16} {weight:.3f}")  # noqa: T201  # a script's result
    if chosen.write:
        write_head(HEAD, weights, bias, threshold=_THRESHOLD)


def _train(chosen: argparse.Namespace) -> None:
    """Train in two stages: windows as they are, then with distractors, at a lower rate."""
    dice = Random(chosen.seed)  # noqa: S311  # training needs no secrecy
    share = min(1.0, _SPARE * chosen.share)
    # The sentences that the verifier gives its reader as it ships.
    drills = learned(seed=chosen.seed, rules=_RULES, near=Neighbours(), share=share)
    print(f"{len(drills)} drills", flush=True)  # noqa: T201  # a script's progress
    lower = States(layers=JOINT_FROM, folder=None)
    begun, rate = chosen.begun, _RATES[2]
    if begun is None:
        begun, rate = chosen.to / "first", _RATES[1]
        first = Recipe(seed=chosen.seed, rate=_RATES[0])
        some = drills[: int(chosen.share * _FIRST)]
        train(some, lower=lower, recipe=first, report=_tell).save(begun)
    again = [*drills, *dice.sample(drills, len(drills))]
    mixed = list(distracted(again[: int(chosen.share * _SECOND)], dice))
    second = Recipe(seed=chosen.seed, rate=rate)
    trained = train(mixed, lower=lower, recipe=second, report=_tell, begun=begun)
    trained.save(chosen.to)
    print(f"adapter and head are in {chosen.to}")  # noqa: T201  # a script's result


def _combine(chosen: argparse.Namespace) -> None:
    """Fit what the reader counts, and write it into the folder of the adapter."""
    reader, near = AdaptedReader(adapter=chosen.to), Neighbours()
    sets = {
        name: weighed(claims, reader=reader, near=near)
        for name, claims in development(chosen.people).items()
    }
    for weight in (0.0, 0.3, 0.5, 0.8, 1.5):
        row = "  ".join(f"{name} {ranking(some, weight):.3f}" for name, some in sets.items())
        print(f"reader counts {weight}: {row}")  # noqa: T201  # a script's result
    fitted = fit_combination(sets)
    write_combination(chosen.to / COMBINATION.name, fitted)
    print(fitted)  # noqa: T201  # likewise


def _tell(progress: Progress) -> None:
    print(  # noqa: T201  # a script's progress
        f"{progress.seen} seen, loss {progress.loss:.3f}, after {progress.seconds:.0f} seconds",
        flush=True,
    )


if __name__ == "__main__":
    main()
