"""The repository keeps its own rules."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import holdfast

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "src" / "holdfast"
MODULES = sorted(ENGINE.rglob("*.py"))
EXEMPTION = re.compile(r"#\s*noqa: [A-Z0-9, ]+\s+[#-]\s+\w+")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "misc", "tools"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in MODULES:
        if "skeleton" not in path.parts:
            yield path.relative_to(ENGINE), ast.parse(path.read_text(encoding="utf-8"))


def fresh_python(code: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return found.stdout


def test_importing_holdfast_loads_nothing_heavy() -> None:
    heavy = ("numpy", "scipy", "jinja2", "click", "pytest", "asyncio", "sqlite3", "nanoarrow")
    code = f"import holdfast, sys; print([n for n in {heavy!r} if n in sys.modules])"
    assert fresh_python(code).strip() == "[]"


def test_heavy_libraries_are_imported_inside_functions_only() -> None:
    heavy = {"torch", "transformers", "pandas", "pyarrow", "faiss", "sentence_transformers"}
    early = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if name and name.split(".")[0] in heavy
    ]
    assert early == []


def test_every_public_name_is_there_and_documented() -> None:
    for name in holdfast.__all__:
        value = getattr(holdfast, name)
        if callable(value):
            assert value.__doc__, f"holdfast.{name} has no docstring"


def test_an_unknown_public_name_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="the public names are Case, Dataset"):
        _ = holdfast.Metricc  # type: ignore[attr-defined]


def test_shares_and_signs_are_written_by_the_module_of_numbers() -> None:
    own_way = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in MODULES
        for found in re.finditer(r":\+?[.\d]*%\}|:\+[.\d]*f\}", path.read_text(encoding="utf-8"))
    ]
    assert own_way == []


def test_modules_and_functions_stay_short() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.body[0].lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    assert too_long == []


def test_modules_are_nouns_of_this_project_and_not_drawers() -> None:
    assert [str(path) for path, _ in trees() if path.stem in VAGUE_NAMES] == []


def test_every_dataclass_is_frozen() -> None:
    loose = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if "dataclass" in ast.unparse(decorator) and "frozen=True" not in ast.unparse(decorator)
    ]
    assert loose == []


def test_exceptions_are_caught_by_name() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    # A system, a metric and a command may raise anything; each of these places says what it does
    # with it.
    allowed = {"calls.py", "cli.py", "scoring.py", "threads.py"}
    assert [place for place in broad if Path(place.split(":")[0]).name not in allowed] == []


def test_every_lint_exemption_says_why() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("src", "tests", "evals", "systems", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#\s*noqa", line) and not EXEMPTION.search(line)
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["main", "adapters"])
def test_every_dependency_is_locked_at_a_version_that_it_allows(name: str) -> None:
    lines = (ROOT / "constraints" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    locked: dict[str, list[str]] = {}
    for pin in (Requirement(line) for line in lines if not line.startswith("#")):
        locked.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"].copy()
    for group, specs in project["dependency-groups"].items():
        wanted += specs if (group == "adapters") == (name == "adapters") else []

    stale = [
        (str(one), pins)
        for one in map(Requirement, wanted)
        for pins in [locked.get(canonicalize_name(one.name), ["==0"])]
        if not all(one.specifier.contains(pin.removeprefix("==")) for pin in pins)
    ]
    assert stale == [], "run `nox -s lock`"


def test_the_datasets_folder_holds_no_python() -> None:
    assert list((ROOT / "datasets").rglob("*.py")) == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]:
        targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        broken += [
            f"{page.relative_to(ROOT)} -> {target}"
            for target in targets
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
        ]
    assert broken == []


def test_large_files_stay_out_of_the_repository() -> None:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout")
    sizes = {
        name: (ROOT / name).stat().st_size for name in listed.split("\0") if (ROOT / name).is_file()
    }
    # The embedded model alone is larger, and no more than a clone can bear.
    embedded = sizes.pop("systems/models/nano/model.safetensors", 0)
    assert embedded < 12_000_000
    assert {name: size for name, size in sizes.items() if size > 1_500_000} == {}


def test_committed_baselines_are_whole_records() -> None:
    manifests = sorted((ROOT / "reports" / "baselines").rglob("manifest.json"))
    for path in manifests:
        row = json.loads(path.read_text(encoding="utf-8"))
        assert row["complete"] is True, path
    assert manifests, "this repository gates its own systems, so it has baselines"
