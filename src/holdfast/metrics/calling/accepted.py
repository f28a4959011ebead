"""Accepted calls: which calls of tools are right for a case, as its dataset says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Failure
from holdfast.metrics.calling.signature import Parameter, Signature, read_signatures
from holdfast.metrics.calling.values import OPTIONAL, kind_error, value_error
from holdfast.system import ToolCall

__all__ = ["ANY", "AcceptedCall", "Form", "example_calls", "expects_call", "read_accepted"]

ANY = "any"
"""In place of accepted calls or values: whatever it is."""

_ADVICE = (
    'write the right calls as "expected": {"calls": [{"<tool>": {"<argument>": [<accepted values>'
    ']}}]}, and "calls": [] where no call is right'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One tool with the values that each of its arguments may have."""

    tool: str
    arguments: Mapping[str, Sequence[Json] | None]
    """None where any value of its kind is right."""
    signature: Signature | None
    """The tool as the case describes it; None where it does not."""
    others: frozenset[str] = frozenset()
    """Names of the other tools that the case offers."""

    def is_named(self, name: str) -> bool:
        """Whether a call of this name means the tool.

        Providers whose names of tools may hold no dot are given underscores instead.
        """
        return name == self.tool or (
            name == self.tool.replace(".", "_") and name not in self.others
        )

    def error(self, call: ToolCall) -> str:
        """Why the call is not this one; empty where it is."""
        if not self.is_named(call.name):
            return f"{call.name!r} is not the tool {self.tool!r}"
        missing = [name for name in self._required if name not in call.arguments]
        if missing:
            return f"the argument {missing[0]!r} is missing"
        return next((f"{name!r} {why}" for name, why in self.argument_errors(call).items()), "")

    def argument_errors(self, call: ToolCall) -> dict[str, str]:
        """What is wrong by argument: unexpected, of another kind, another value, or missing."""
        found = {name: self._error(name, value) for name, value in call.arguments.items()}
        lacking = {
            name: "is missing"
            for name in {**dict.fromkeys(self._required), **self.arguments}
            if name not in call.arguments
            and (name in self._required or OPTIONAL not in (self.arguments.get(name) or ()))
        }
        return {name: why for name, why in {**found, **lacking}.items() if why}

    @property
    def _required(self) -> tuple[str, ...]:
        return self.signature.required if self.signature else ()

    def _error(self, name: str, value: Json) -> str:
        known = self.signature.parameters if self.signature else None
        if name not in self.arguments or (known is not None and name not in known):
            return "is an argument that nobody asked for"
        parameter = known[name] if known else Parameter()
        accepted = self.arguments[name]
        if accepted is None:
            return kind_error(value, parameter)
        return value_error(value, accepted, parameter)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCall:
    """One call that is right, in all the forms that it may take."""

    forms: tuple[Form, ...]

    def accepts(self, call: ToolCall) -> bool:
        """Whether the call is right, with its arguments."""
        return any(not form.error(call) for form in self.forms)

    def is_named(self, name: str) -> bool:
        """Whether a call of this name is one of the right tool."""
        return any(form.is_named(name) for form in self.forms)

    def error(self, call: ToolCall) -> str:
        """Why the call is not right, said of the form that is nearest; empty where it is right."""
        named = [form for form in self.forms if form.is_named(call.name)] or list(self.forms)
        nearest = min(named, key=lambda form: len(form.argument_errors(call)))
        return nearest.error(call)

    @property
    def tools(self) -> str:
        """Names of its tools, for sentences."""
        return " or ".join(dict.fromkeys(form.tool for form in self.forms))


def read_accepted(case: Case) -> tuple[AcceptedCall, ...] | Failure:
    """The calls that are right for a case, in the order of its dataset; empty where none is.

    They are `expected["calls"]`, or `expected` itself where it is such a list, in the form of the
    Berkeley Function-Calling Leaderboard: for each call an object that maps the tool to the
    accepted values of each argument, `""` among them where it may be left out; `"any"` instead of
    the list takes every value of the argument's kind, such as a search query. An object of several
    tools accepts any one of them. Where the case offers a single tool, that one is meant, whatever
    it is called.

    >>> call = {"get_weather": {"city": ["Oslo"], "day": ["today", ""]}}
    >>> found = read_accepted(Case(id="a", input="Rain in Oslo?", expected={"calls": [call]}))
    >>> found[0].accepts(ToolCall(name="get_weather", arguments={"city": "oslo"}))
    True
    """
    expected = case.expected
    listed = expected.get("calls") if isinstance(expected, Mapping) else expected
    if listed == ANY:
        return _failure(case, 'accepts "any" call, which only tool_decision can judge')
    if not _is_list(listed):
        return _failure(case, f"does not say which calls are right; {_ADVICE}")
    offered = read_signatures(case.input)
    found: list[AcceptedCall] = []
    for item in listed:
        forms = _forms(item, offered)
        if isinstance(forms, str):
            return _failure(case, forms)
        found.append(AcceptedCall(forms=forms))
    return tuple(found)


def example_calls(case: Case) -> tuple[ToolCall, ...]:
    """Calls that are right for a case, with the first accepted value of every argument.

    Where any value is right, the argument's name stands for one. None where no call is right, or
    where the case does not say.

    >>> call = {"get_weather": {"city": ["Oslo", "Oslo, Norway"], "day": ["", "today"]}}
    >>> example_calls(Case(id="a", input="Rain?", expected={"calls": [call]}))[0].arguments
    {'city': 'Oslo', 'day': 'today'}
    """
    accepted = read_accepted(case)
    if isinstance(accepted, Failure):
        return ()
    return tuple(
        ToolCall(name=form.tool, arguments=_example(form))
        for form in (one.forms[0] for one in accepted)
    )


def _example(form: Form) -> dict[str, Json]:
    chosen: dict[str, Json] = {}
    for name, values in form.arguments.items():
        filled = [name] if values is None else [one for one in values if one != OPTIONAL]
        if filled:
            chosen[name] = _plain_example(filled[0])
    return chosen


def _plain_example(value: Json) -> Json:
    """An accepted value as a call gives it: objects hold lists of accepted values by key."""
    if isinstance(value, Mapping):
        options = {key: one if _is_list(one) else [one] for key, one in value.items()}
        return {
            key: next(one for one in listed if one != OPTIONAL)
            for key, listed in options.items()
            if any(one != OPTIONAL for one in listed)
        }
    return [_plain_example(item) for item in value] if _is_list(value) else value


def expects_call(case: Case) -> bool:
    """True where some call is right.

    Made for `holdfast.readers.Filtered`: a case where no call is right has no arguments to judge.

    >>> expects_call(Case(id="a", input="Tell me a joke", expected={"calls": []}))
    False
    """
    expected = case.expected
    if isinstance(expected, Mapping) and expected.get("calls") == ANY:
        return True
    found = read_accepted(case)
    return not isinstance(found, Failure) and bool(found)


def _forms(item: Json, offered: Mapping[str, Signature]) -> tuple[Form, ...] | str:
    """The forms of one accepted call, or what is wrong with it."""
    if not isinstance(item, Mapping) or not item:
        return f"lists {item!r:.80} as a call; {_ADVICE}"
    forms: list[Form] = []
    for named, arguments in item.items():
        # The leaderboard's answers name the only tool of a case in other ways too.
        tool = next(iter(offered)) if len(offered) == 1 else named
        if offered and tool not in offered:
            return f"accepts a call of {tool!r}, but offers only {', '.join(offered)}"
        if not isinstance(arguments, Mapping):
            return f"accepts {tool!r} with {arguments!r:.80}; {_ADVICE}"
        checked: dict[str, Sequence[Json] | None] = {}
        for name, values in arguments.items():
            if values != ANY and not _is_list(values):
                return f'accepts {values!r:.80} for {name!r}; give a list of values, or "{ANY}"'
            checked[name] = values if _is_list(values) else None
        others = frozenset(offered) - {tool}
        forms.append(Form(tool=tool, arguments=checked, signature=offered.get(tool), others=others))
    return tuple(forms)


def _is_list(value: Json) -> TypeGuard[list[Json] | tuple[Json, ...]]:
    return isinstance(value, list | tuple)


def _failure(case: Case, problem: str) -> Failure:
    return Failure(stage="metric", error=f"case {case.id!r} {problem}")
