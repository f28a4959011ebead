"""Make the verifier again.

python -m systems.verifier distil          # vectors of words from all-MiniLM-L6-v2, a minute
python -m systems.verifier fit --write     # the head from generated and hand-written claims
python -m systems.verifier claims          # the generated claims of datasets/claims, a few seconds
"""

import argparse
from collections.abc import Sequence

from holdfast.verifying.head import HEAD
from holdfast.verifying.meanings import MEANINGS
from systems.verifier.claims import handbook, over, passages, write_generated, written
from systems.verifier.distilling import distil
from systems.verifier.fitting import examples, fit, write_head

_SHARE = 0.35
"""Share of the claims over the handbook that are used."""
_THRESHOLD = 0.3
"""Between the best threshold on WiCE's development part, 0.24, and the higher one on the
development claims of datasets/claims."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(prog="python -m systems.verifier")
    parser.add_argument("step", choices=("distil", "fit", "claims"))
    parser.add_argument("--write", action="store_true", help="keep the head in holdfast")
    chosen = parser.parse_args(arguments)
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


if __name__ == "__main__":
    main()
