"""What is run here: `nox -s evals`, `nox -s tests`, `nox -s lint`, `nox -s types`, ..."""

import os
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", "tests", "systems", "evals"]
nox.options.error_on_external_run = True
nox.options.reuse_venv = "yes"

PYPROJECT = nox.project.load_toml("pyproject.toml")
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


# The versions that the baselines were made with, for every platform; `nox -s lock` renews them.
# ragas needs an older LangChain than the systems do.
LOCKS = {
    "constraints/main.txt": (
        *("bench", "browser", "evals", "lint", "mutants", "pictures", "systems", "tests"),
        *("training", "types"),
    ),
    "constraints/adapters.txt": ("adapters",),
}


def install(session: nox.Session, *groups: str, package: tuple[str, ...] = (".",)) -> None:
    """Install the package and the dependency groups that pyproject.toml names.

    HOLDFAST_NEWEST=1 takes the newest versions that pyproject.toml allows, and not the locked ones.
    """
    wanted = (*package, *nox.project.dependency_groups(PYPROJECT, *groups))
    locks = [lock for lock, known in LOCKS.items() if set(groups) <= set(known)]
    if os.environ.get("HOLDFAST_NEWEST"):
        locks = []
    session.install(*wanted, *(part for lock in locks for part in ("--constraint", lock)))


@nox.session
def evals(session: nox.Session) -> None:
    """Run every suite, compare with the committed baselines, write reports/html/index.html.

    The exit code is the gate's: 0 pass, 1 regression, 2 inconclusive where that blocks, 3 invalid
    or incomparable, 4 usage or tool error.
    """
    install(session, "evals")
    try:
        # A model in this process answers 16 requests together in little more time than 8.
        together = ("--holdfast-concurrency", "16")
        session.run(
            "python", "-m", "pytest", "evals", "-s", "-rs", *together, *session.posargs, env=OFFLINE
        )
    except CommandFailed as failure:
        # nox itself knows only 0 and 1; the gate's exit code says which kind of red it is.
        sys.exit(failure.return_code)
    session.log(f"report: {Path('reports/html/index.html').resolve()}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the engine's own tests against the installed package; `systems` runs the others."""
    install(session, "tests")
    ours = ("-n", "auto", "--ignore", "tests/systems")
    # Each worker has a core; threads of linear algebra beside them only wait for one another.
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    session.run("python", "-m", "pytest", *ours, *session.posargs, env=alone)


@nox.session
def browser(session: nox.Session) -> None:
    """Open the report in Chromium: filters, links, keys, hostile texts, light, dark and print.

    Takes the Chromium that HOLDFAST_CHROMIUM names or the PATH holds; with HOLDFAST_AXE naming
    axe-core's `axe.min.js`, accessibility is checked too.
    """
    install(session, "tests", "browser")
    tests = (
        "tests/report/test_browser.py",
        "tests/report/test_browser_site.py",
        "tests/viewing/test_viewer_browser.py",
    )
    session.run("python", "-m", "pytest", *tests, "-rs", *session.posargs)


@nox.session
def systems(session: nox.Session) -> None:
    """Run the tests of this repository's own systems, with their real models and indexes."""
    install(session, "evals", "systems", "tests")
    session.run("python", "-m", "pytest", "tests/systems", *session.posargs, env=OFFLINE)


@nox.session
def adapters(session: nox.Session) -> None:
    """Run the tests of the adapters of ragas and deepeval, with both libraries."""
    install(session, "adapters")
    # deepeval brings plugins of pytest that nothing here uses, and one that warns of itself.
    ours = ("-p", "no:asyncio", "-p", "no:rerunfailures", "tests/adapters")
    session.run("python", "-m", "pytest", *ours, *session.posargs, env=OFFLINE)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and import contracts."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "types", "tests")
    session.run("pyright", "--pythonpath", f"{session.virtualenv.location}/bin/python")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure every performance claim beside its peers; posargs choose scripts by name."""
    chosen = session.posargs or sorted(path.stem for path in Path("benchmarks").glob("*.py"))
    # Only the systems themselves need what the suites need.
    models = {"adapted_verifier", "generation", "reranker_folds", "retrieval", "verifier"}
    real = models.intersection(chosen)
    install(session, "bench", *(["evals"] if real else []))
    for name in chosen:
        session.run("python", f"benchmarks/{name}.py")


@nox.session
def error_rates(session: nox.Session) -> None:
    """Measure the gate's error rates beside its peers and write docs/error-rates.md.

    Takes about a quarter of an hour on two cores; posargs are those of the script, such as
    `--runs 4000` or `--only trials`.
    """
    install(session, "bench")
    session.run("python", "benchmarks/error_rates.py", "--write", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the rules and the arithmetic in every small way, and see that a test notices.

    Takes about half an hour on one core; posargs choose areas, such as `intervals rules`.
    """
    install(session, "mutants", "tests", package=tuple(PYPROJECT["project"]["dependencies"]))
    session.run("python", "benchmarks/mutation/mutants.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Run the examples in docstrings and Markdown, and check the links between documents."""
    install(session, "tests")
    session.run("python", "-m", "pytest", "--doctest-modules", "src/holdfast", "-q")
    session.run("python", "-m", "pytest", "tests/test_repo.py", "tests/test_docs.py", "-q")


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the pictures of the explanation of the statistics, from the engine itself."""
    install(session, "pictures")
    session.run("python", "docs/draw_pictures.py")


@nox.session
def lock(session: nox.Session) -> None:
    """Lock every dependency at the newest version that pyproject.toml allows.

    Then run `nox -s evals systems adapters tests`, and accept no baseline before you know why a
    score moved. `-- --upgrade-package NAME` renews one library alone.
    """
    session.install("uv>=0.9")
    chosen = session.posargs or ("--upgrade",)
    plain = ("--no-annotate", "--custom-compile-command", "nox -s lock", "--quiet")
    for name, groups in LOCKS.items():
        named = [part for group in groups for part in ("--group", f"pyproject.toml:{group}")]
        every = ("--universal", "--python-version", "3.11", "--output-file", name)
        session.run("uv", "pip", "compile", "pyproject.toml", *named, *every, *plain, *chosen)
