"""JSON Schema: whether a structured answer is valid under a schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any

from holdfast.digest import Json, canonical, digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.json_answer import TOO_DEEP, NotJson, read_answer
from holdfast.system import Spec

__all__ = ["JsonSchema"]

_NEWEST = "https://json-schema.org/draft/2020-12/schema"
_INSTALL = 'JSON Schema and its formats are checked by jsonschema: pip install "holdfast[schema]"'


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema:
    """1 where the answer is valid under a JSON Schema, else 0 with what is wrong.

    The draft is the one that `$schema` names, from draft 3 to 2020-12, else 2020-12; the keyword
    `format` is checked. The answer is `Response.data`, else the text of the response as JSON.
    References must stay inside the schema: nothing is fetched. Needs the extra `schema`.

    >>> JsonSchema(schema={"type": "object"}, name="order").spec.label
    'json_schema(name=order)'
    """

    schema: Mapping[str, Json] | None = None
    """The schema of every case. Without one and without `schemas`, it is `expected["schema"]`."""
    schemas: Mapping[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    """Schemas by name, where a case names its own in `input["schema"]`."""
    name: str = ""
    """Tells two of these metrics apart in one suite."""
    fenced: bool = False
    """Read text from its first Markdown fence, where it has one."""

    def __post_init__(self) -> None:
        if self.schema is not None and self.schemas:
            raise UsageError("give JsonSchema either one schema or schemas by name, not both")

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"name": self.name} if self.name else {}
        if self.fenced:
            params["fenced"] = True
        given = {"schema": self.schema} if self.schema is not None else self.schemas
        artifacts = {f"{name}.json": digest_json(one) for name, one in given.items()}
        return Spec(name="json_schema", params=params, artifacts=artifacts)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        schema = self._schema_of(trial)
        if isinstance(schema, Failure):
            return schema
        answer = read_answer(trial, fenced=self.fenced)
        if isinstance(answer, NotJson):
            return Score(0.0, answer.why)
        try:
            wrong = _first_error(canonical(schema), answer)
        except UsageError as error:
            return Failure(stage="metric", error=f"case {trial.case.id!r}: {error}")
        except RecursionError:
            return Score(0.0, TOO_DEEP.why)
        return Score(0.0, wrong) if wrong else Score(1.0, "valid under the schema")

    def _schema_of(self, trial: Trial) -> Mapping[str, Json] | Failure:
        if self.schema is not None:
            return self.schema
        case = trial.case
        if self.schemas:
            named = case.input.get("schema") if isinstance(case.input, Mapping) else None
            if isinstance(named, str) and named in self.schemas:
                return self.schemas[named]
            known = ", ".join(sorted(self.schemas))
            wanted = f'name it in its input, as {{"schema": ...}}; there are: {known}'
            problem = f"names the schema {named!r}, which is none of them"
        else:
            found = case.expected.get("schema") if isinstance(case.expected, Mapping) else None
            if isinstance(found, Mapping):
                return found
            problem, wanted = "has no schema", 'give it in "expected": {"schema": {...}}'
        return Failure(stage="metric", error=f"case {case.id!r} {problem}; {wanted}")


def _first_error(schema: str, answer: Json) -> str:
    """What is wrong with the answer, the outermost error first; empty where it is valid.

    Raises:
        UsageError: the schema itself is not valid, or refers to what is not in it.
    """
    validator = _validator(schema)
    unresolvable: Any = import_module("referencing.exceptions").Unresolvable
    try:
        # A system may give tuples, which are lists in JSON.
        errors = list(validator.iter_errors(json.loads(json.dumps(answer))))
    except unresolvable as error:
        raise UsageError(
            f"the schema refers to {error.ref!r}, which is not in it; nothing is fetched, so put "
            "it under $defs"
        ) from error
    if not errors:
        return ""
    first = min(errors, key=lambda error: (len(error.absolute_path), error.json_path))
    where = first.json_path.removeprefix("$").removeprefix(".")
    message = first.message if len(first.message) <= 200 else f"{first.message[:199]}…"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{where}: {message}{more}" if where else f"{message}{more}"


@lru_cache(maxsize=256)
def _validator(text: str) -> Any:
    """Validator of the draft that the schema names, which never fetches anything.

    Raises:
        MissingExtra: jsonschema, or a library that checks a format, is not installed.
        UsageError: the schema is not valid, or of an unknown draft.
    """
    try:
        library: Any = import_module("jsonschema")
        registry: Any = import_module("jsonschema_specifications").REGISTRY
    except ImportError as error:
        raise MissingExtra(_INSTALL) from error
    schema = json.loads(text)
    named = schema.get("$schema", _NEWEST)
    draft = library.validators.validator_for({"$schema": named}, default=None)
    if draft is None:
        raise UsageError(f"the schema is of the unknown draft {named!r}; known is {_NEWEST!r}")
    # Without its libraries jsonschema lets every date-time pass.
    if "date-time" not in draft.FORMAT_CHECKER.checkers:
        raise MissingExtra(_INSTALL)
    try:
        draft.check_schema(schema)
    except library.SchemaError as error:
        raise UsageError(f"the schema is not valid: {error.message}") from error
    return draft(schema, registry=registry, format_checker=draft.FORMAT_CHECKER)
