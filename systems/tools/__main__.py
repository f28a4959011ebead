"""The assistant on the command line: `python -m systems.tools "Will it rain in Oslo tomorrow?"`."""

import json
import sys
from contextlib import ExitStack

import click

from holdfast.errors import HoldfastError
from holdfast.system import Response
from systems.models.choice import chosen_model
from systems.tools.fetching import Fetcher
from systems.tools.server.serving import LocalServices
from systems.tools.services import Services, shipped_assistant

__all__ = ["main"]


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  python -m systems.tools "Will it rain in Oslo tomorrow?"
  python -m systems.tools --trace --offline "How is Okraphone trading?"
  HOLDFAST_MODEL=hf:HuggingFaceTB/SmolLM2-135M-Instruct python -m systems.tools "..."

\b
Weather comes from Open-Meteo, quotes from Yahoo Finance, both without a key;
HOLDFAST_GEOCODING_URL, HOLDFAST_FORECAST_URL and HOLDFAST_FINANCE_URL put other
addresses in their place.
""",
)
@click.argument("question")
@click.option("--trace", is_flag=True, help="Show every call and what it gave back.")
@click.option("--offline", is_flag=True, help="Ask a local server with invented places and shares.")
@click.option("--json", "as_json", is_flag=True, help="Print answer, calls and usage as JSON.")
def main(question: str, *, trace: bool, offline: bool, as_json: bool) -> None:
    """Answer QUESTION with the help of tools: weather, stock quotes, the company handbook."""
    try:
        with ExitStack() as stack:
            services = Services.chosen()
            if offline:
                local = stack.enter_context(LocalServices())
                services = Services.at(local.url(), fetcher=Fetcher())
            answer = shipped_assistant(chosen_model(), services)(question)
    except HoldfastError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(4)
    click.echo(_document(answer) if as_json else _text(answer, trace=trace))


def _text(answer: Response, *, trace: bool) -> str:
    calls = [
        f"  {call.name}({json.dumps(dict(call.arguments), ensure_ascii=False)})\n    {call.result}"
        for call in answer.tool_calls
    ]
    return "\n".join([*(calls if trace else ()), answer.text])


def _document(answer: Response) -> str:
    calls = [
        {
            "name": call.name,
            "arguments": dict(call.arguments),
            "result": call.result,
            "failed": call.failed,
        }
        for call in answer.tool_calls
    ]
    used = answer.usage
    usage = {"input_tokens": used.input_tokens, "output_tokens": used.output_tokens}
    return json.dumps(
        {"answer": answer.text, "tool_calls": calls, "usage": usage}, ensure_ascii=False, indent=2
    )


if __name__ == "__main__":
    main()
