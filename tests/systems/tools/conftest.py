"""Local services that the tests of the tools share, and a model that says what it is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from holdfast.system import Spec, ToolCall, Usage
from systems.models.chat import Completion, Request
from systems.tools.server.serving import LocalServices


@pytest.fixture(scope="session")
def services():
    with LocalServices() as running:
        yield running


@dataclass(frozen=True)
class Scripted:
    """A chat model whose turns were written down; the loop around it is what is tested."""

    turns: Sequence[str | tuple[ToolCall, ...]]
    requests: list[Request] = field(default_factory=list)

    @property
    def spec(self) -> Spec:
        return Spec(name="scripted")

    def complete(self, request: Request, /) -> Completion:
        turn = self.turns[min(len(self.requests), len(self.turns) - 1)]
        self.requests.append(request)
        usage = Usage(input_tokens=10, output_tokens=2, calls=1)
        if isinstance(turn, str):
            return Completion(text=turn, usage=usage)
        return Completion(text="", tool_calls=turn, usage=usage, finish_reason="tool_calls")

    def complete_all(self, requests, /):
        return tuple(map(self.complete, requests))


@pytest.fixture
def scripted():
    """Makes a model of its turns."""
    return Scripted
