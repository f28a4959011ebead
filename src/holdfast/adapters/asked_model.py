"""Asked model: the judge that metrics of other libraries ask, and what it answered them."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Protocol, cast

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.running.calls import guarded
from holdfast.system import Spec

__all__ = ["AskedModel", "Asking", "TextEncoder", "strict_schema"]


class AskedModel(Protocol):
    """A chat model as a judge: a text in, a text out; safe to call from several threads.

    It raises where the model refused or its answer was cut, and `RateLimited` or `Unavailable`
    where the server did not answer.
    """

    @property
    def spec(self) -> Spec:
        """Identity: the model and what else its answers depend on."""
        ...

    def __call__(self, prompt: str, /, *, schema: Mapping[str, Json] | None, seed: int) -> str:
        """The answer to a prompt; with a schema it is a JSON text that satisfies it."""
        ...


class TextEncoder(Protocol):
    """Turns texts into vectors; equal specs give equal vectors."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, texts: Sequence[str], /) -> Any:
        """An array of shape (texts, dimensions)."""
        ...


class Asking:
    """What a judge is asked about one trial.

    Libraries mend, repeat and drop what a judge answers wrongly, and give a number in the end. The
    first error is kept here, so that such a number is not believed.
    """

    def __init__(self, model: AskedModel | None, *, name: str) -> None:
        self._model = model
        self._name = name
        self._lock = Lock()
        self._asked = 0
        self._error: BaseException | None = None

    @property
    def silent(self) -> bool:
        """Whether there is no judge to ask."""
        return self._model is None

    def text(self, prompt: str, schema: Mapping[str, Json] | None = None) -> str:
        """The judge's answer to a prompt; each further question has another seed."""
        # Some ask five times for an answer that they cannot read, and the score is lost already.
        self.finish()
        with self._lock:
            seed = self._asked
            self._asked += 1
        reply = guarded(lambda: self._answer(prompt, schema, seed))
        if reply.error is not None:
            raise self._kept(reply.error)
        return cast("str", reply.value)

    def read(self, prompt: str, shape: Any) -> Any:
        """The judge's answer as an instance of a pydantic class."""
        text = self.text(prompt, strict_schema(shape.model_json_schema()))
        reply = guarded(lambda: shape.model_validate_json(text))
        if reply.error is not None:
            wrong = f"the judge's answer is no {shape.__name__}: {text!r:.200}"
            raise self._kept(ValueError(wrong)) from reply.error
        return reply.value

    def finish(self) -> None:
        """Raise the first error of the judge, if any."""
        if self._error is not None:
            raise self._error

    def _answer(self, prompt: str, schema: Mapping[str, Json] | None, seed: int) -> str:
        if self._model is None:
            raise UsageError(
                f"{self._name} asks a judge; give it one, as in model=..., or leave out what needs "
                "one"
            )
        return self._model(prompt, schema=schema, seed=seed)

    def _kept(self, error: BaseException) -> BaseException:
        with self._lock:
            self._error = self._error or error
        return error


def strict_schema(schema: Mapping[str, Json]) -> dict[str, Json]:
    """A JSON Schema under which every object has all of its fields and no other.

    Servers that enforce a schema while the model writes ask for that.

    >>> strict_schema({"type": "object", "properties": {"a": {"type": "integer"}}})["required"]
    ['a']
    """
    return cast("dict[str, Json]", _strict(dict(schema)))


def _strict(node: Json) -> Json:
    if isinstance(node, list | tuple):
        return [_strict(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    found = {name: _strict(value) for name, value in node.items() if name != "default"}
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        # A field may itself be called "default".
        found["properties"] = {name: _strict(value) for name, value in properties.items()}
        found["required"] = list(properties)
        found["additionalProperties"] = False
    return found
