"""Extraction: a text becomes a JSON object, by one version of a prompt and one chat model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.prompts import Prompt
from holdfast.system import Response, Spec
from systems.models.chat import ChatModel, Completion, Message, Request
from systems.prompting.reading import read_object
from systems.prompting.shelf import Selection, Shelf
from systems.prompting.tasks import Task, Tasks

__all__ = ["Extraction"]

_MAX_TOKENS = 128
_SETTINGS = ("about", "model", "examples", "constrained", "max_tokens", "compiled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Answers `{"schema": name, "text": text}` with the object that the schema asks for.

    What the prompt's settings can say: `model`, where it was written for one and not for whichever
    is chosen; `examples`, see `Selection`; `constrained`: whether the schema is enforced while the
    model writes; `max_tokens`: length of an answer.
    """

    prompt: Prompt
    model: ChatModel
    tasks: Tasks
    shelf: Shelf
    name: str = "extraction"
    """Name of the system; one that is shipped keeps it through all versions of its prompt."""
    selection: Selection = field(init=False)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.prompt.settings) - set(_SETTINGS))
        if unknown:
            raise UsageError(
                f"{self.prompt.label}: the setting {unknown[0]!r} means nothing here (known: "
                f"{', '.join(_SETTINGS)})"
            )
        selection = Selection.of(self.prompt.settings, where=self.prompt.label)
        object.__setattr__(self, "selection", selection)

    @property
    def spec(self) -> Spec:
        return Spec(
            name=self.name,
            params={"prompt": f"v{self.prompt.version}", "model": self.model.spec.label},
            artifacts={
                "model": self.model.spec.digest,
                "schemas": self.tasks.digest,
                **self.shelf.artifacts(self.selection),
            },
            texts=self.prompt.texts,
        )

    def __call__(self, input: Mapping[str, Any], /) -> Response:
        """The answer, with its object in `data` where it is one."""
        task = self.tasks[input["schema"]]
        return answered(self.model.complete(self.request(task, input["text"])))

    def request(self, task: Task, text: str) -> Request:
        """What the model is asked."""
        settings = self.prompt.settings
        examples = self.shelf.choose(self.selection, task=task.name, text=text)
        turns = self.prompt.render({"task": task, "text": text, "examples": examples})
        most = settings.get("max_tokens", _MAX_TOKENS)
        return Request(
            messages=tuple(Message(role=turn.role, content=turn.content) for turn in turns),
            schema=task.schema if settings.get("constrained") is True else None,
            max_tokens=most if isinstance(most, int) else _MAX_TOKENS,
        )


def answered(completion: Completion) -> Response:
    """A completion as the answer of the system."""
    data: Json = read_object(completion.text)
    first = completion.time_to_first_token
    return Response(
        text=completion.text,
        data=data,
        usage=completion.usage,
        timings={} if first is None else {"time_to_first_token": first},
    )
