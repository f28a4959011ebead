"""Prompt: one version of what a model is told, with its settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, cast

from holdfast.digest import Json, canonical, digest_bytes
from holdfast.errors import UsageError
from holdfast.prompts.sections import Role, Section, Source, parse

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["Prompt", "Turn", "text_digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a conversation, ready to be sent."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    r"""One version of a prompt; its file is read strictly when it is made.

    >>> prompt = Prompt(name="greeting", version=2, text="# user\nSay hello to {{ name }}.")
    >>> prompt.label, prompt.render({"name": "Ada"})
    ('greeting/v2', (Turn(role='user', content='Say hello to Ada.'),))
    """

    name: str
    version: int
    text: str = field(repr=False)
    """The whole file, settings included, with line feeds alone at the ends of lines."""
    source: Source = field(init=False, repr=False, compare=False)
    """The file, taken apart."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", parse(self.text, where=self.label))
        for section in self.source.sections:
            _checked(section, self.label)

    @property
    def label(self) -> str:
        """Name and version: `extraction/v3`."""
        return f"{self.name}/v{self.version}"

    @property
    def digest(self) -> str:
        """Digest of the file; equal to the artifact that a `Spec` makes of its text."""
        return text_digest(self.text)

    @property
    def settings(self) -> Mapping[str, Json]:
        """What the file says above the turns, such as the model or how examples are chosen."""
        return self.source.settings

    @property
    def texts(self) -> Mapping[str, str]:
        r"""For `Spec.texts`: under one name for all versions, so that a report shows what changed.

        >>> Prompt(name="greeting", version=2, text="# user\nHello.").texts
        {'greeting.md': '# user\nHello.'}
        """
        return {f"{self.name}.md": self.text}

    @property
    def variables(self) -> frozenset[str]:
        """Names that the turns look up, lists of repeated turns among them."""
        found: set[str] = set()
        for section in self.source.sections:
            names = _looked_up(section)
            found |= names if section.each is None else {*(names - {section.each}), _many(section)}
        return frozenset(found)

    def render(self, variables: Mapping[str, object]) -> tuple[Turn, ...]:
        """The turns with the variables filled in; what a variable holds never makes a turn.

        Raises:
            UsageError: a variable is missing, or the file does with one what cannot be done.
        """
        turns: list[Turn] = []
        for each, group in groupby(self.source.sections, key=lambda section: section.each):
            sections = tuple(group)
            if each is None:
                turns += [self._turn(section, variables) for section in sections]
                continue
            for item in self._items(sections[0], variables):
                turns += [self._turn(section, {**variables, each: item}) for section in sections]
        return tuple(turns)

    def _items(self, section: Section, variables: Mapping[str, object]) -> Iterable[object]:
        name = _many(section)
        items = variables.get(name)
        if isinstance(items, str | Mapping) or not isinstance(items, Iterable):
            raise UsageError(
                f"{self.label}:{section.line}: turns for each {section.each!r} need a list "
                f"{name!r}, got {items!r:.60}; an empty list leaves them out"
            )
        return cast("Iterable[object]", items)

    def _turn(self, section: Section, variables: Mapping[str, object]) -> Turn:
        from jinja2 import TemplateError, UndefinedError

        where = f"{self.label}:{section.line}"
        try:
            content = _template(section.template).render(variables)
        except UndefinedError as error:
            given = ", ".join(sorted(variables)) or "none"
            raise UsageError(f"{where}: {error.message}; given variables: {given}") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise UsageError(f"{where}: cannot be filled in: {error}") from error
        return Turn(role=section.role, content=content)


def text_digest(text: str) -> str:
    """Digest of a prompt's file, as a run records it."""
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def _many(section: Section) -> str:
    return f"{section.each}s"


def _checked(section: Section, label: str) -> None:
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        _template(section.template)
    except TemplateSyntaxError as error:
        raise UsageError(f"{label}:{section.line + error.lineno - 1}: {error.message}") from error
    except TemplateError as error:
        raise UsageError(f"{label}:{section.line}: {error.message}") from error


def _looked_up(section: Section) -> set[str]:
    from jinja2.meta import find_undeclared_variables

    environment = _environment()
    found = find_undeclared_variables(environment.parse(section.template))
    return found - set(cast("dict[str, object]", environment.globals))  # pyright: ignore[reportUnknownMemberType]  # partly typed


@lru_cache(maxsize=512)
def _template(text: str) -> "Template":
    return _environment().from_string(text)


@lru_cache(maxsize=1)
def _environment() -> "ImmutableSandboxedEnvironment":
    """Jinja without files, side effects or silent gaps; JSON by `{{ value | json }}`."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # a prompt is text for a model and no web page
    )
    cast("dict[str, object]", environment.filters)["json"] = _json  # pyright: ignore[reportUnknownMemberType]  # partly typed
    return environment


def _json(value: Json, *, indent: int | None = None) -> str:
    """Readable JSON in the order in which the keys come."""
    import json

    canonical(value)  # refuses what JSON cannot hold
    return json.dumps(value, ensure_ascii=False, indent=indent)
