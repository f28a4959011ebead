"""Program: the extraction task as a DSPy program, for DSPy's optimizers (Khattab et al. 2023).

This module imports DSPy, which takes seconds: import it where a program is compiled, and nowhere
else. Answers are asked of a `ChatModel`, so that any backend stands behind DSPy.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dspy
from dspy import lm15

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Failure, Metric, Trial
from holdfast.prompts import Prompt
from holdfast.system import Response
from systems.models.chat import ChatModel, Message, Request
from systems.prompting.reading import read_object
from systems.prompting.shelf import Example
from systems.prompting.tasks import Task

__all__ = ["ChatEngine", "PromptAdapter", "case_of", "language_model", "program_for", "scored"]

_FINISH = {"stop": "stop", "length": "length", "tool_calls": "tool_call"}
_ROLES = {"system": "system", "user": "user", "assistant": "assistant"}


class ChatEngine:
    """A chat model as DSPy calls one."""

    def __init__(self, model: ChatModel, *, max_tokens: int) -> None:
        self._model = model
        self._max_tokens = max_tokens

    def complete(self, request: lm15.Request) -> lm15.Response:
        """The turn with which the model goes on."""
        config = request.config
        done = self._model.complete(
            Request(
                messages=tuple(_messages(request)),
                max_tokens=config.max_tokens or self._max_tokens,
                temperature=config.temperature or 0.0,
                seed=config.seed or 0,
            )
        )
        return lm15.Response(
            id=None,
            model=request.model,
            message=lm15.Message.assistant(done.text or " "),
            finish_reason=_FINISH[done.finish_reason],
            usage=lm15.Usage(
                input_tokens=done.usage.input_tokens, output_tokens=done.usage.output_tokens
            ),
        )

    def stream(self, request: lm15.Request) -> Iterator[Any]:
        """The same as events, of which the last ends it."""
        return lm15.response_to_events(self.complete(request))

    def close(self) -> None:
        """Nothing is open."""


class PromptAdapter(dspy.Adapter):
    """Writes a call of the program as the turns of a prompt; demonstrations are its examples."""

    def __init__(self, prompt: Prompt, task: Task) -> None:
        super().__init__()
        self._prompt = prompt
        self._task = task

    def format(
        self, signature: Any, demos: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """The turns; an example with the very text that is asked about is left out."""
        examples = [_example(demo) for demo in demos if demo["text"] != inputs["text"]]
        turns = self._prompt.render(
            {"task": self._task, "text": inputs["text"], "examples": examples}
        )
        return [{"role": turn.role, "content": turn.content} for turn in turns]

    def parse(self, signature: Any, completion: str) -> dict[str, Any]:
        """The whole answer is the one output."""
        return {"answer": completion}


def language_model(model: ChatModel, *, max_tokens: int) -> dspy.LM:
    """The chat model for `dspy.context(lm=...)`; DSPy keeps none of its answers."""
    engine = ChatEngine(model, max_tokens=max_tokens)
    name = f"holdfast/{model.spec.name}"
    return dspy.LM(name, engine=engine, cache=False, num_retries=0, max_tokens=max_tokens)


def program_for(task: Task) -> dspy.Predict:
    """The program of one task: a text in, a JSON object out."""
    return dspy.Predict(dspy.Signature("text -> answer", task.about))


def case_of(example: Example) -> dspy.Example:
    """A solved example as DSPy's optimizers take it."""
    answer = _as_text(example.answer)
    return dspy.Example(text=example.text, answer=answer, id=example.id).with_inputs("text")


def scored(example: dspy.Example, prediction: Any, metric: Metric) -> float:
    """The score that one of holdfast's metrics gives a prediction; absence of one is 0."""
    text: str = prediction.answer
    case = Case(id=example.id, input=example.text, expected=read_object(example.answer))
    response = Response(text=text, data=read_object(text))
    outcome = metric(Trial(case=case, repeat=0, response=response, seconds=0.0))
    if isinstance(outcome, Failure):
        return 0.0
    return outcome.value  # type: ignore[union-attr]


def _messages(request: lm15.Request) -> Iterator[Message]:
    system = request.system
    if system is not None:
        text = system if isinstance(system, str) else "".join(part.text for part in system)
        yield Message(role="system", content=text)
    for message in request.messages:
        yield Message(role=_ROLES[message.role], content=message.text or "")


def _example(demo: Mapping[str, Any]) -> Example:
    answer: Mapping[str, Json] = read_object(demo["answer"]) or {}
    return Example(id=demo.get("id", ""), task="", text=demo["text"], answer=answer)


def _as_text(answer: Mapping[str, Json]) -> str:
    import json

    return json.dumps(answer, ensure_ascii=False)
