"""Tests of fingerprints and sources: what makes two callables one."""

import enum
import io
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.identity.fingerprint import code_digest, fingerprint, spec_of
from holdfast.identity.sources import sources_of
from holdfast.system import Spec


def plain_system(question: str, *, k: int = 5) -> str:
    return question * k


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Settings:
    k: int = 1
    words: tuple[str, ...] = ("a",)


@dataclass
class Configured:
    k: int
    settings: Settings = field(default_factory=Settings)

    def __call__(self, question: str) -> str:
        return question * self.k

    def method(self, question: str) -> str:
        return question


class Memo:
    """What a part works out at its first use and keeps."""

    holdfast_derived = True

    def __init__(self) -> None:
        self.values: list[object] = []


@dataclass(frozen=True)
class Loaded:
    folder: str
    index: list[str] = field(default_factory=list, init=False, compare=False)
    memo: Memo = field(default_factory=Memo, init=False, compare=False)


@dataclass(frozen=True)
class Around:
    part: Loaded
    seen: Memo = field(default_factory=Memo, init=False, compare=False)

    def __call__(self, question: str) -> str:
        self.seen.values.append(question)
        self.part.memo.values.append(threading.Thread())
        return question


@dataclass(frozen=True)
class Named(Around):
    spec: Spec = field(default=Spec(name="named"))


def over(held: object) -> Callable[[str], object]:
    return lambda question: (question, held)


def test_a_spec_is_inferred_from_name_and_settings() -> None:
    spec = spec_of(plain_system)
    assert spec.name.endswith("test_fingerprint.plain_system")
    assert spec.label.endswith("plain_system(k=5)")
    assert spec_of(partial(plain_system, k=7)).params == {"k": 7}
    assert spec_of(Configured(k=3)).params == {"k": 3}
    assert list(spec_of(Configured(k=3)).artifacts) == ["settings"]
    assert spec_of(Configured(k=3).method).params == {"k": 3}
    assert spec_of(over("short")).params == {"held": "short"}
    assert list(spec_of(over("long " * 50)).artifacts) == ["held"]


def test_a_spec_of_its_own_is_believed() -> None:
    class Named:
        spec = Spec(name="mine")

        def __call__(self, question: str) -> str:
            return question

    found = fingerprint(Named())
    assert found.spec == Spec(name="mine")
    assert found.obstacle is None


def test_a_spec_that_is_not_json_is_refused() -> None:
    class Odd:
        spec = Spec(name="odd", params={"k": object()})  # type: ignore[dict-item]

    with pytest.raises(UsageError, match="the spec of 'odd' is not JSON"):
        fingerprint(Odd())


def test_a_spec_that_forgot_a_setting_does_not_hide_it() -> None:
    class Forgetful:
        spec = Spec(name="forgetful")

        def __init__(self, k: int) -> None:
            self.k = k
            self._client = object()

        def __call__(self, question: str) -> str:
            return question * self.k

    assert fingerprint(Forgetful(1)) == fingerprint(Forgetful(1))
    assert fingerprint(Forgetful(1)).state != fingerprint(Forgetful(2)).state


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, True),
        (1, 1.0),
        ("a", b"a"),
        ([1], [[1]]),
        ({"a": 1}, {"a": 2}),
        ({1: 1}, {"1": 1}),
        ({1, 2}, {1, 3}),
        (Settings(k=1), Settings(k=2)),
        (re.compile("a"), re.compile("a", re.IGNORECASE)),
        (Path("a"), "a"),
        (Colour.RED, "RED"),
        (over(1), over(2)),
        (partial(plain_system, k=1), partial(plain_system, k=2)),
        (plain_system, test_a_spec_of_its_own_is_believed),
        (Configured(k=1).method, Configured(k=2).method),
        (float("nan"), float("inf")),
    ],
)
def test_captures_that_differ_make_systems_that_differ(one: object, other: object) -> None:
    def identity(held: object) -> tuple[str, str]:
        found = fingerprint(over(held))
        assert found.obstacle is None
        return found.spec.digest, found.code

    assert identity(one) == identity(one)
    assert identity(one) != identity(other)


def test_lambdas_of_one_line_differ_by_their_code() -> None:
    first, second = (lambda text: text + "a"), (lambda text: text + "b")
    assert code_digest(first) != code_digest(second)
    assert code_digest(first) == code_digest(first)


@pytest.mark.parametrize("held", [iter([1]), open, io.StringIO(), (item for item in "ab")])
def test_what_has_no_digest_is_named(held: object) -> None:
    found = fingerprint(over(held))
    if held is open:
        assert found.obstacle is None  # a built-in function is always the same
    else:
        assert found.obstacle is not None
        assert found.obstacle.startswith("captures held (an object of ")


def test_locks_do_not_keep_a_system_out_of_the_cache() -> None:
    assert fingerprint(over(threading.Lock())).obstacle is None


def test_a_function_that_captures_itself_has_a_fingerprint() -> None:
    def countdown(number: int) -> object:
        return number and countdown(number - 1)

    assert fingerprint(countdown) == fingerprint(countdown)


def test_a_decorator_and_what_it_wraps_both_count() -> None:
    def loud(function: Callable[[str], str], mark: str) -> Callable[[str], str]:
        @wraps(function)
        def louder(question: str) -> str:
            return function(question) + mark

        return louder

    one, two = loud(plain_system, "!"), loud(plain_system, "?")
    assert spec_of(one).digest != spec_of(two).digest
    assert spec_of(one).name.endswith("plain_system")


def test_functions_without_a_file_differ_by_code_and_by_the_globals_they_use() -> None:
    def typed(code: str, **names: object) -> Any:
        space: dict[str, Any] = dict(names)
        exec(code, space)  # noqa: S102  # as a prompt or a notebook does
        return space["system"]

    code = "def system(q):\n    return q * K\n"
    first, same, other = (fingerprint(typed(code, K=k)) for k in (1, 1, 2))
    assert first == same
    assert first.spec != other.spec
    assert code_digest(typed("def system(q): return q")) != code_digest(
        typed("def system(q): return q + q")
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": "",
        "src/engine/__init__.py": "",
        "src/engine/core.py": "from . import parts\nfrom .parts import wheel\n",
        "src/engine/parts/__init__.py": "import json\n",
        "src/engine/parts/wheel.py": "def turn():\n    import evals.late\n    import absent_one\n",
        "src/engine/unused.py": "",
        "evals/late.py": "import numpy.linalg\n",
        ".venv/lib/site-packages/engine_plugin.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_sources_are_the_projects_own_modules_found_by_their_imports(project: Path) -> None:
    found = sources_of(project / "src/engine/core.py", module="engine.core")
    assert [name for name, _ in found.files] == [
        "evals/late.py",
        "src/engine/__init__.py",
        "src/engine/core.py",
        "src/engine/parts/__init__.py",
        "src/engine/parts/wheel.py",
    ]
    assert found.foreign == {"numpy", "absent_one"}


def test_sources_notice_an_edit_and_are_the_same_in_another_folder(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = sources_of(project / "src/engine/core.py", module="engine.core")
    moved = tmp_path_factory.mktemp("other") / "place"
    project.rename(moved)
    assert sources_of(moved / "src/engine/core.py", module="engine.core") == first
    (moved / "evals/late.py").write_text("import scipy\n")
    assert sources_of(moved / "src/engine/core.py", module="engine.core") != first


def test_a_file_that_cannot_be_parsed_is_a_source_all_the_same(project: Path) -> None:
    (project / "src/engine/parts/wheel.py").write_text("def broken(:\n")
    found = sources_of(project / "src/engine/core.py", module="engine.core")
    assert "src/engine/parts/wheel.py" in dict(found.files)


def test_of_an_installed_package_the_package_is_the_project() -> None:
    import filelock

    file = Path(filelock.__file__)
    names = [name for name, _ in sources_of(file, module="filelock").files]
    assert "__init__.py" in names
    assert "_api.py" in names


@pytest.mark.parametrize("kind", [Around, Named])
def test_what_says_that_it_is_worked_out_makes_no_other_system(kind: type[Around]) -> None:
    system = kind(part=Loaded(folder="a"))
    ways = (system, system.__call__, partial(system, "q"))
    before = [fingerprint(way) for way in ways]
    system("first use")
    assert system.part.memo.values
    assert [fingerprint(way) for way in ways] == before


@pytest.mark.parametrize("kind", [Around, Named])
def test_what_does_not_say_so_counts_though_it_is_neither_given_nor_compared(
    kind: type[Around],
) -> None:
    one, other = (kind(part=Loaded(folder="a")) for _ in range(2))
    other.part.index.append("read by __post_init__ or a method")
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(kind(part=Loaded(folder="b"))) != fingerprint(one)
