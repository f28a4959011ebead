"""Does any small change of the engine's arithmetic or rules get past its tests?

mutmut changes one thing at a time (`<` to `<=`, `+` to `-`, 1 to 2, an argument to None) in a copy
of the repository, and runs the type checker and the tests that reach the changed function. A change
that all of them let pass is either tested from now on, or listed in tests/mutants.toml with the
reason why it can change no verdict. Exits with 1 where a survivor is neither, or where a listed one
is gone.

    python benchmarks/mutation/mutants.py                   # all: half an hour on a core
    python benchmarks/mutation/mutants.py intervals rules   # some of them
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REVIEWED = ROOT / "tests" / "mutants.toml"
KILLED = frozenset({1, 3, 24, 36, 37, 152, 255, -9, -11, -24})
"""Exit codes of a mutant that a test or the type checker noticed, or that ran for ever or crashed
the interpreter.
"""

WORDING = (r"^\s*raise \w+\(", r'^\s*f?"[^"]* [^"]* ')
"""Lines that hold a sentence for people: no mutants are made there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Modules that are mutated together, and the tests that must notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...] = ()

    @property
    def selection(self) -> list[str]:
        """Test files that run: the named ones, and those that mirror the modules."""
        mirrors = [str(Path("tests", m).with_name(f"test_{Path(m).name}")) for m in self.modules]
        return list(dict.fromkeys([*(m for m in mirrors if (ROOT / m).exists()), *self.tests]))


def _stats(*names: str) -> Area:
    return Area(modules=tuple(f"stats/{name}.py" for name in names))


AREAS: Mapping[str, Area] = {
    "intervals": _stats(
        *("bounded", "contingency", "johnson", "multiplicity", "pass_k", "proportion"),
        *("ratio", "sign_flip", "sign_test", "tango", "within_case", "within_ratio"),
    ),
    "rules": Area(
        modules=("gate.py", "judging/judgement.py", "judging/absence.py"),
        tests=("tests/judging", "tests/test_gate.py"),
    ),
    "families": Area(
        modules=(
            *("stats/max_t.py", "stats/sliced.py", "judging/families.py", "judging/slicing.py"),
            *("comparing/aligned.py", "comparing/part.py", "comparing/slices.py"),
        ),
        tests=("tests/judging", "tests/comparing/test_slices_exactly.py"),
    ),
    "comparison": Area(
        modules=(
            *("comparison.py", "comparing/pairing.py", "comparing/scores.py"),
            *("comparing/delta.py", "comparing/estimate.py", "comparing/estimating.py"),
            *("comparing/failures.py", "comparing/within.py", "comparing/cases.py"),
            "comparing/shares.py",
        ),
        tests=(
            *("tests/test_comparison.py", "tests/test_gate.py", "tests/test_quarantine.py"),
            *("tests/comparing/test_totals.py", "tests/comparing/test_ratios.py"),
        ),
    ),
    "stopping": Area(
        modules=(
            *("stats/spending.py", "stats/betting.py", "comparing/looks.py"),
            *("comparing/order.py", "sequence.py"),
        ),
        tests=("tests/comparing/test_looks_exactly.py", "tests/sequential"),
    ),
    "latency": Area(
        modules=(
            *("stats/quantiles.py", "stats/blocks.py", "stats/throughput.py"),
            *("stats/covariate.py", "comparing/latency.py", "comparing/timing.py"),
        ),
        tests=("tests/comparing/test_latency_exactly.py",),
    ),
    "planning": Area(modules=("stats/power.py",)),
    "judges": _stats("agreement", "confusion", "krippendorff", "ppi", "reweighting"),
    "history": Area(
        modules=tuple(
            f"stats/{name}.py" for name in ("change_points", "drift", "energy", "steps", "trend")
        ),
        tests=("tests/history",),
    ),
}
"""What is mutated, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """One change that no test noticed."""

    module: str
    function: str
    change: str

    def __str__(self) -> str:
        return f"{self.module} {self.function}: {self.change}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Mutants of one module: how many were made, and which survived."""

    made: int
    survivors: tuple[Survivor, ...]


def reviewed(path: Path = REVIEWED) -> dict[Survivor, str]:
    """Reasons by survivor, as tests/mutants.toml lists them."""
    return {
        Survivor(module=entry["module"], function=entry["function"], change=change): entry["reason"]
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("survivors", ())
        for change in entry["changes"]
    }


@contextlib.contextmanager
def copied(kept: Path | None) -> Iterator[Path]:
    """A copy of what git knows of this repository, in `kept` or in a folder that is removed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    with contextlib.ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in listed:
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        yield folder


def type_check(area: Area) -> list[str]:
    """The command that finds the mutants which the type checker refuses."""
    return [
        *(sys.executable, "-m", "pyrefly", "check", "--output-format=json"),
        *("--python-interpreter-path", sys.executable),
        *(f"src/holdfast/{module}" for module in area.modules),
    ]


def configure(folder: Path, area: Area) -> None:
    """Tell mutmut what to change and which tests to run."""
    settings: dict[str, object] = {
        "source_paths": ["src"],
        "only_mutate": [f"src/holdfast/{module}" for module in area.modules],
        "also_copy": ["pytest.ini", "conftest.py", "systems", "docs"],
        "do_not_mutate_patterns": list(WORDING),
        "pytest_add_cli_args": ["-q", "-x", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": area.selection,
        "timeout_multiplier": 5.0,
        "type_check_command": type_check(area),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    path = folder / "pyproject.toml"
    own = path.read_text(encoding="utf-8").split("\n[tool.mutmut]")[0]
    path.write_text("\n".join([own, "[tool.mutmut]", *lines, ""]), encoding="utf-8")


def mutate(folder: Path, area: Area, *, processes: int) -> dict[str, Outcome]:
    """Make and try every mutant of one area; results by module.

    Raises:
        SystemExit: The tests fail without any mutant, or mutmut stops early.
    """
    configure(folder, area)
    checked = subprocess.run(
        type_check(area), cwd=folder, capture_output=True, text=True, check=False
    )
    if checked.returncode:
        raise SystemExit(f"pyrefly refuses the code without any mutant: {checked.stdout}")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    log = folder / "mutmut.log"
    with log.open("wb") as file:
        code = subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)],
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=os.environ | {"HOLDFAST_EXAMPLES": "mutants", "OPENBLAS_NUM_THREADS": "1"},
            check=False,
        ).returncode
    if code:
        raise SystemExit(f"mutmut ended with {code}: {log.read_text('utf-8')[-2000:]}")
    with contextlib.chdir(folder):
        return {module: outcome(module) for module in area.modules}


def outcome(module: str) -> Outcome:
    """What became of the mutants of one module, in the copy that is the working directory."""
    path = f"src/holdfast/{module}"
    codes = json.loads(Path("mutants", f"{path}.meta").read_text("utf-8"))["exit_code_by_key"]
    alive = [name for name, code in codes.items() if code not in KILLED]
    return Outcome(made=len(codes), survivors=tuple(survivor(module, path, n) for n in alive))


def survivor(module: str, path: str, name: str) -> Survivor:
    """A mutant by what it changes: mutmut numbers mutants anew with every edit of a function."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    parts = get_diff_for_mutant(name, path=path).splitlines()[3:]
    old = " ".join(line[1:].strip() for line in parts if line.startswith("-"))
    new = " ".join(line[1:].strip() for line in parts if line.startswith("+"))
    called = name.rpartition("__mutmut_")[0].rpartition(".")[2].removeprefix("x_")
    function = called.removeprefix("xǁ").replace("ǁ", ".")
    return Survivor(module=module, function=function, change=f"{old} => {new}")


def report(outcomes: Mapping[str, Outcome], reasons: Mapping[Survivor, str]) -> list[str]:
    """Print a table and every survivor without a reason; what is wrong, as sentences."""
    print(
        "| module | mutants | noticed | survived with a reason | survived |\n|---|--:|--:|--:|--:|"
    )
    wrong: list[str] = []
    total: Counter[str] = Counter()
    for module, result in outcomes.items():
        new = [s for s in result.survivors if s not in reasons]
        known = len(result.survivors) - len(new)
        noticed = result.made - len(result.survivors)
        print(f"| `{module}` | {result.made} | {noticed} | {known} | {len(new)} |")
        total.update(made=result.made, noticed=noticed, known=known, new=len(new))
        wrong += [f"survived without a reason: {s}" for s in new]
        listed = {s for s in reasons if s.module == module}
        gone = sorted(listed - set(result.survivors), key=str)
        wrong += [f"listed in {REVIEWED.name}, but did not survive: {s}" for s in gone]
    print(f"| all | {total['made']} | {total['noticed']} | {total['known']} | {total['new']} |")
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen areas; 1 where a survivor has no reason."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("areas", nargs="*", help=f"of {', '.join(AREAS)}; all where none is named")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="folder for the copy, which then stays")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.areas) - set(AREAS)
    if unknown:
        parser.error(f"no such area: {', '.join(sorted(unknown))}")
    outcomes: dict[str, Outcome] = {}
    with copied(chosen.keep) as folder:
        for name in chosen.areas or AREAS:
            outcomes |= mutate(folder, AREAS[name], processes=chosen.processes)
    return conclude(report(outcomes, reviewed()))


def conclude(wrong: Iterable[str]) -> int:
    """Print what is wrong, and the exit code."""
    sentences = list(wrong)
    print("", *sentences, sep="\n")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
