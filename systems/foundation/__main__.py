"""The command: go on with a prompt by hand and by the library, and show both."""

import math
import sys

import click

from holdfast.errors import HoldfastError
from systems.foundation.continuation import Continuation
from systems.foundation.library import write_by_library
from systems.foundation.loop import write_by_hand
from systems.foundation.perplexity import Surprise
from systems.foundation.sampling import Sampling
from systems.foundation.writers import tokens_of
from systems.models.choice import chosen_local_model

EPILOG = """
\b
Examples:
  python -m systems.foundation "When does the ferry leave?"
  python -m systems.foundation "Tell me more" --temperature 0.8 --top-p 0.9 --seed 3
  HOLDFAST_MODEL=hf:HuggingFaceTB/SmolLM2-135M-Instruct python -m systems.foundation "Hello"
"""


@click.command(epilog=EPILOG)
@click.argument("prompt")
@click.option("--temperature", default=0.0, help="0 takes the likeliest token.  [default: 0]")
@click.option("--top-k", default=0, help="Draw from the K likeliest; 0 is all.  [default: 0]")
@click.option("--top-p", default=1.0, help="Draw from the nucleus of this share.  [default: 1]")
@click.option("--seed", default=0, help="Equal seeds write equal texts.  [default: 0]")
@click.option("--max-tokens", default=64, help="Write at most so many tokens.  [default: 64]")
@click.option("--stop", multiple=True, help="Text to stop before; may be given several times.")
def main(prompt: str, stop: tuple[str, ...], **settings: float) -> None:
    """Go on with PROMPT twice: by a loop written out by hand, and by transformers' generate().

    Both must write the same tokens. The model is nano, or what HOLDFAST_MODEL names.
    """
    try:
        model = chosen_local_model()
        network = model.network
        ids = tokens_of(network, prompt)
        sampling = Sampling(stop=stop, **settings)  # type: ignore[arg-type]
        # The first pass of a process pays for memory and threads.
        write_by_hand(network, ids, Sampling(max_tokens=2))
        by_hand = write_by_hand(network, ids, sampling)
        by_library = write_by_library(network, ids, sampling)
        known = Surprise(model=model)(prompt).data
    except HoldfastError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(4)
    click.echo(f"prompt: {len(ids)} tokens, {_perplexity(known)}")
    click.echo(_shown("by hand", by_hand))
    click.echo(_shown("generate()", by_library))
    same = by_hand.tokens == by_library.tokens
    click.echo("the same tokens" if same else "NOT the same tokens")
    sys.exit(0 if same else 1)


def _perplexity(known: object) -> str:
    nats, tokens = known["nats"], known["tokens"]  # type: ignore[index]
    return f"perplexity of its text {math.exp(nats / tokens):.1f}"


def _shown(name: str, written: Continuation) -> str:
    rate = f"{len(written.tokens)} tokens, {written.rate:.0f} per second, {written.ending}"
    return f"{name} ({rate}): {written.text}"


if __name__ == "__main__":
    main()
