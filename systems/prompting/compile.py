"""Compile: DSPy chooses the examples that a prompt shows, and writes them down as a version.

`python -m systems.prompting.compile` takes the newest hand-written few-shot prompt, lets
BootstrapFewShotWithRandomSearch choose examples for every schema on the development cases against
the metric that gates, and writes the next version of the prompt. Nothing goes live by that: compare
the version with the live one, then pin it.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.errors import MissingExtra
from holdfast.metrics import FieldExactness, FieldRecall
from holdfast.prompts import Prompt
from systems.models.chat import ChatModel
from systems.models.choice import chosen_model
from systems.prompting import variants
from systems.prompting.shelf import Example
from systems.prompting.tasks import Task

if TYPE_CHECKING:
    import dspy

__all__ = ["Compiled", "compile_prompt", "compile_task", "main", "prompt_text"]

_EXACT, _RECALL = FieldExactness(), FieldRecall()
_THREADS = 16
_MAX_TOKENS = 128
_INSTALL = "compiling a prompt needs DSPy: pip install dspy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The examples that DSPy chose for one schema."""

    task: str
    ids: tuple[str, ...]
    score: float
    """Share of fields right on the development cases, each without itself among the examples."""


def compile_task(
    task: Task,
    examples: Sequence[Example],
    *,
    prompt: Prompt,
    model: ChatModel,
    candidates: int,
) -> Compiled:
    """The examples of a task with which the model gets most fields right.

    An example counts as solved, and may be shown, where every field is right. Candidates are scored
    on all examples, each asked without itself among those that are shown.

    Raises:
        MissingExtra: DSPy is not installed.
    """
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else fetched from the network
    try:
        import dspy
        from dspy.teleprompt import BootstrapFewShotWithRandomSearch
    except ImportError as error:
        raise MissingExtra(_INSTALL) from error
    from systems.prompting.program import PromptAdapter, case_of, language_model, program_for

    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    cases = [case_of(example) for example in examples]
    shown = _shown(prompt)
    said = io.StringIO()
    lm = language_model(model, max_tokens=_MAX_TOKENS)
    with (
        dspy.context(lm=lm, adapter=PromptAdapter(prompt, task), disable_history=True),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        optimizer = BootstrapFewShotWithRandomSearch(
            metric=_metric(),
            max_bootstrapped_demos=shown,
            max_labeled_demos=shown,
            num_candidate_programs=candidates,
            num_threads=_THREADS,
        )
        best = optimizer.compile(program_for(task), trainset=cases)
    by_text = {example.text: example.id for example in examples}
    ids = tuple(by_text[demo["text"]] for demo in best.demos)
    return Compiled(task=task.name, ids=ids, score=best.candidate_programs[0]["score"] / 100)


def prompt_text(base: Prompt, compiled: Sequence[Compiled], *, about: Mapping[str, str]) -> str:
    """The file of a version that shows the chosen examples and says else what `base` says."""
    body = base.text.split("+++\n", 2)[2]
    lines = ["+++", f"about = {json.dumps(_ABOUT.format(base=base.label))}"]
    lines += ["", "[examples]", 'select = "listed"', "", "[examples.ids]"]
    lines += [f"{one.task} = {json.dumps(list(one.ids))}" for one in compiled]
    lines += ["", "[compiled]", *(f"{key} = {json.dumps(value)}" for key, value in about.items())]
    return "\n".join((*lines, "+++\n")) + body


_ABOUT = "Few-shot: as {base}, with the examples that DSPy chose on the development cases."


def _shown(prompt: Prompt) -> int:
    table: Any = prompt.settings["examples"]
    return table["count"]


def _metric() -> "Callable[[dspy.Example, Any, Any], float | bool]":
    from systems.prompting.program import scored

    def judge(example: "dspy.Example", prediction: Any, trace: Any = None) -> float | bool:
        # With a trace DSPy asks whether an answer may serve as an example.
        if trace is not None:
            return scored(example, prediction, _EXACT) == 1.0
        return scored(example, prediction, _RECALL)

    return judge


def compile_prompt(base: Prompt, *, model: ChatModel, candidates: int) -> str:
    """The file of the version that shows, for every schema, the examples that DSPy chose."""
    compiled: list[Compiled] = []
    for name in variants.TASKS.names:
        ours = [one for one in variants.DEV.examples if one.task == name]
        task = variants.TASKS[name]
        found = compile_task(task, ours, prompt=base, model=model, candidates=candidates)
        sys.stderr.write(
            f"{name}: {len(found.ids)} examples, {100 * found.score:.1f} % of fields right\n"
        )
        compiled.append(found)
    return prompt_text(base, compiled, about=_origin(model, base, candidates, compiled))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile the prompt for every schema and write the next version of it."""
    parser = argparse.ArgumentParser(
        prog="python -m systems.prompting.compile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: HOLDFAST_MODEL=nano python -m systems.prompting.compile --base 3",
    )
    parser.add_argument("--base", type=int, default=3, help="version with the wording (default: 3)")
    parser.add_argument(
        "--candidates", type=int, default=8, help="sets tried at random (default: 8)"
    )
    parser.add_argument("--dry-run", action="store_true", help="print the file, do not write it")
    given = parser.parse_args(arguments)
    base = variants.PROMPTS.read(variants.NAME, version=given.base)
    text = compile_prompt(base, model=chosen_model(), candidates=given.candidates)
    version = variants.versions()[-1] + 1
    Prompt(name=variants.NAME, version=version, text=text)  # refuses what could not be read again
    if given.dry_run:
        sys.stdout.write(text)
        return 0
    path = variants.PROMPTS.file(variants.NAME, version)
    path.write_text(text, encoding="utf-8", newline="\n")
    sys.stderr.write(
        f"written: {path}\nnext: pytest evals/test_format.py; pin it if it is better\n"
    )
    return 0


def _origin(
    model: ChatModel, base: Prompt, candidates: int, compiled: Sequence[Compiled]
) -> dict[str, str]:
    from importlib.metadata import version

    mean = sum(one.score for one in compiled) / len(compiled)
    return {
        "optimizer": f"dspy {version('dspy')} BootstrapFewShotWithRandomSearch, {candidates} sets",
        "base": f"{base.label} ({base.digest[:8]})",
        "model": f"{model.spec.label} ({model.spec.digest[:8]})",
        "examples": variants.DEV.digest[:8],
        "dev_recall": f"{mean:.3f}",
    }


if __name__ == "__main__":
    sys.exit(main())
