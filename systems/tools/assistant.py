"""Assistant: a model that calls tools until it can answer."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from holdfast.digest import Json
from holdfast.prompts import Prompt
from holdfast.system import Response, Span, Spec, ToolCall, Usage
from systems.models.chat import ChatModel, Completion, Message, Request
from systems.tools.instructions import opening
from systems.tools.toolbox import Toolbox

__all__ = ["Assistant"]

_CALL = "<tool_call>"
"""Where it stands in a text, the model meant to call something and did not write it rightly."""
_UNREAD = "error: that call cannot be read; write it as JSON, or answer in words"
_GAVE_UP = "Sorry, I gave up: the tools led to no answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """Answers a question with the help of tools.

    The model is asked, the calls that it wants are carried out at the same time, their results or
    errors go back to it, and so on until it answers or the steps are used up. Every call with its
    result stands in the response, every step in its spans.
    """

    model: ChatModel
    toolbox: Toolbox
    prompt: Prompt
    steps: int = 4
    """Largest number of completions; the last one is asked for without carrying out its calls."""
    calls: int = 6
    """Largest number of calls carried out in one step; further ones get an error."""
    max_tokens: int = 192
    """Largest number of new tokens in one completion."""

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        params: dict[str, Json] = {
            "prompt": f"v{self.prompt.version}",
            "model": model.label,
            "steps": self.steps,
            "calls": self.calls,
        }
        return Spec(
            name="assistant",
            params=params,
            artifacts={"model": model.digest, "tools": self.toolbox.digest},
            texts=self.prompt.texts,
        )

    def __call__(self, question: str, /, *, seed: int = 0) -> Response:
        talk = _Talk(messages=[*opening(self.prompt, question)])
        for step in range(1, self.steps + 1):
            completion = self._ask(talk, seed=seed, name=f"model {step}")
            if not completion.tool_calls and _CALL not in completion.text:
                return talk.response(completion.text)
            if not completion.tool_calls:
                talk.messages.extend([completion.message, Message(role="user", content=_UNREAD)])
                continue
            wanted = _numbered(completion.tool_calls, talk)
            talk.messages.append(replace(completion.message, tool_calls=wanted))
            if step < self.steps:
                self._carry_out(talk, wanted)
        return replace(talk.response(_GAVE_UP), abstained=True)

    def _ask(self, talk: "_Talk", *, seed: int, name: str) -> Completion:
        request = Request(
            messages=tuple(talk.messages),
            tools=self.toolbox.tools,
            seed=seed,
            max_tokens=self.max_tokens,
        )
        began = time.perf_counter()
        completion = self.model.complete(request)
        talk.note(name, began=began, usage=completion.usage)
        return completion

    def _carry_out(self, talk: "_Talk", wanted: Sequence[ToolCall]) -> None:
        """Do the calls at the same time, and append their results in the order of the calls."""

        def timed(number: int) -> tuple[ToolCall, float, float]:
            call, began = wanted[number], time.perf_counter()
            if number >= self.calls:
                why = f"error: only {self.calls} calls are carried out at a time"
                return replace(call, result=why, failed=True), began, began
            return self.toolbox.carried_out(call), began, time.perf_counter()

        with ThreadPoolExecutor(max_workers=self.calls) as threads:
            done = list(threads.map(timed, range(len(wanted))))
        for call, began, ended in done:
            talk.calls.append(call)
            talk.note(call.name, began=began, ended=ended)
            talk.messages.append(
                Message(role="tool", content=call.result or "", tool_call_id=call.id)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A conversation under way, and what it took so far."""

    messages: list[Message]
    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    spans: list[Span] = field(default_factory=list[Span])
    usages: list[Usage] = field(default_factory=list[Usage])
    began: float = field(default_factory=time.perf_counter)

    def note(
        self, name: str, *, began: float, ended: float | None = None, usage: Usage | None = None
    ) -> None:
        """Record one step, which ends now where no end is given."""
        seconds = (time.perf_counter() if ended is None else ended) - began
        self.spans.append(Span(name=name, start=began - self.began, seconds=seconds))
        if usage is not None:
            self.usages.append(usage)

    def response(self, text: str) -> Response:
        """What the conversation came to."""
        return Response(
            text=text.strip(),
            tool_calls=tuple(self.calls),
            spans=tuple(self.spans),
            usage=Usage(
                input_tokens=sum(usage.input_tokens for usage in self.usages),
                output_tokens=sum(usage.output_tokens for usage in self.usages),
                calls=sum(usage.calls or 1 for usage in self.usages),
                cost=sum(usage.cost for usage in self.usages),
            ),
        )


def _numbered(wanted: Sequence[ToolCall], talk: _Talk) -> tuple[ToolCall, ...]:
    """The calls with ids that are unique in the conversation, as providers ask for."""
    seen = {call.id for call in talk.calls}
    numbered: list[ToolCall] = []
    for at, call in enumerate(wanted):
        name = call.id if call.id and call.id not in seen else f"call_{len(talk.calls) + at}"
        seen.add(name)
        numbered.append(replace(call, id=name))
    return tuple(numbered)
