"""What pyproject.toml can say, and what it must not."""

from pathlib import Path

import pytest

from holdfast.commands.rulebook import rules_of
from holdfast.config import Config, did_you_mean, find_metric, find_root, load_config
from holdfast.errors import UsageError
from holdfast.metric import Better
from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.system import Spec


def load(folder: Path, text: str = "") -> Config:
    if text:
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return load_config(folder, environ={})


def metric(
    name: str,
    *,
    bounds: tuple[float, float] | None = (0.0, 1.0),
    better: Better = "higher",
    k: int = 0,
) -> MetricRecord:
    return MetricRecord(
        spec=Spec(name=name, params={"k": k} if k else {}), better=better, bounds=bounds
    )


def test_a_project_without_settings_has_defaults(tmp_path: Path):
    config = load(tmp_path, "[project]\nname = 'x'\n")

    assert config.store == tmp_path / "reports"
    assert config.choose(None).name == "pr"
    assert config.suites == {}


def test_a_folder_without_any_project_is_its_own_root(tmp_path: Path):
    assert find_root(tmp_path / "a") in {tmp_path / "a", *tmp_path.parents}


def test_settings_are_found_from_any_subfolder(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nstore = 'evidence'\n")
    deep = tmp_path / "packages" / "one" / "src"
    deep.mkdir(parents=True)
    (tmp_path / "packages" / "one" / "pyproject.toml").write_text("[project]\nname = 'one'\n")

    assert load_config(deep, environ={}).store == tmp_path / "evidence"


def test_the_search_ends_at_the_repository(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nstore = 'outside'\n")
    inside = tmp_path / "repository"
    (inside / ".git").mkdir(parents=True)

    assert load_config(inside, environ={}).store == inside / "reports"


def test_the_store_is_the_argument_then_the_environment_then_the_file(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nstore = 'written'\n")
    environ = {"HOLDFAST_STORE": "named"}

    assert load_config(tmp_path, environ=environ, store="given").store == tmp_path / "given"
    assert load_config(tmp_path, environ=environ).store == tmp_path / "named"
    assert load_config(tmp_path, environ={}).store == tmp_path / "written"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.holdfast]\nstroe = 'x'", "unknown key 'stroe'.*did you mean 'store'"),
        ("[tool.holdfast]\nstore = 3", "'store' .* must be text, got 3"),
        ("[tool.holdfast]\nprofile = 'relase'", "unknown profile 'relase'; did you mean 'release'"),
        ("[tool]\nholdfast = 3", "must be a table, got 3"),
        ("[tool.holdfast]\nsuites = 3", "'suites' in .* must be a table"),
        ("[tool.holdfast.suites]\nrag = 3", "suites.rag in .* must be a table"),
        ("[tool.holdfast.suites.rag]\npolicy = 3", "unknown key 'policy'.*did you mean 'policies'"),
        ("[tool.holdfast.profiles.nightly]", "needs on_inconclusive"),
        (
            "[tool.holdfast.profiles.nightly]\non_inconclusive = 'block'",
            "must be one of .*; got 'block'",
        ),
        ("[tool.holdfast.suites.rag.policies.tone]\nmargn = 1", "unknown key 'margn'.*'margin'"),
        ("[tool.holdfast.suites.rag.policies.tone]\nmargin = '1'", "must be a number, got '1'"),
        ("[tool.holdfast.suites.rag.policies.tone]\nmargin = true", "must be a number, got True"),
        ("[tool.holdfast.suites.rag.policies.tone]\nrole = 'gates'", "must be one of 'gate'"),
        (
            "[tool.holdfast.suites.rag.policies.tone]\nestimand = 'x'",
            "one of 'population', 'suite'",
        ),
        ("[tool.holdfast.suites.rag.policies.tone]\nslices = 'x'", "one of 'warn', 'gate', 'off'"),
        ("[tool.holdfast", "cannot read .*pyproject.toml.*correct the file"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path: Path, text: str, message: str):
    with pytest.raises(UsageError, match=message):
        load(tmp_path, text)


def test_a_project_can_have_a_profile_of_its_own(tmp_path: Path):
    config = load(
        tmp_path,
        "[tool.holdfast]\nprofile = 'nightly'\n"
        "[tool.holdfast.profiles.nightly]\non_inconclusive = 'fail'\n",
    )

    assert config.choose(None).on_inconclusive == "fail"
    assert config.choose("pr").on_inconclusive == "pass_with_warning"


def test_the_file_overrides_the_suite_setting_by_setting(tmp_path: Path):
    config = load(
        tmp_path,
        '[tool.holdfast.suites.rag.policies."recall(k=5)"]\nmargin = 0.05\n',
    )
    beside = (
        Policy(metric="recall(k=5)", margin=0.01, floor=0.8),
        Policy(metric="tone", margin=0.3),
    )

    rules = rules_of(
        [metric("recall", k=5), metric("tone")], beside=beside, tables=config.suites["rag"]
    )

    assert rules.policies == (
        Policy(metric="recall(k=5)", margin=0.05, floor=0.8),
        Policy(metric="tone", margin=0.3),
    )
    assert rules.notes == ()


def test_a_metric_without_policy_is_gated_by_default_and_the_note_says_so():
    rules = rules_of([metric("tone")])

    assert rules.policies == (Policy(metric="tone", margin=0.02),)
    assert "tone has no policy, so it is gated with the default margin of 0.02" in rules.notes[0]


def test_a_metric_without_bounds_is_shown_and_the_note_says_what_it_needs():
    rules = rules_of([metric("latency", bounds=None, better="lower")])

    assert rules.policies[0].role == "info"
    assert "to gate it, give it a margin" in rules.notes[0]


def test_a_floor_alone_keeps_the_default_margin(tmp_path: Path):
    config = load(tmp_path, "[tool.holdfast.suites.rag.policies.tone]\nfloor = 0.7\n")

    rules = rules_of([metric("tone")], tables=config.suites["rag"])

    assert rules.policies == (Policy(metric="tone", margin=0.02, floor=0.7),)
    assert len(rules.notes) == 1


def test_a_policy_for_a_metric_that_nobody_measures_is_refused(tmp_path: Path):
    config = load(tmp_path, "[tool.holdfast.suites.rag.policies.tome]\nmargin = 0.7\n")

    with pytest.raises(UsageError, match=r"policies.\"tome\".*unknown metric 'tome'.*'tone'"):
        rules_of([metric("tone")], tables=config.suites["rag"])


def test_a_bare_name_stands_for_the_only_metric_that_has_it():
    labels = ["recall(k=5)", "ndcg(k=5)", "ndcg(k=10)"]

    assert find_metric("recall", labels, where="--margin") == "recall(k=5)"
    with pytest.raises(UsageError, match=r"could be any of ndcg\(k=5\), ndcg\(k=10\)"):
        find_metric("ndcg", labels, where="--margin")


def test_a_guess_is_only_made_where_something_is_close():
    assert did_you_mean("zzz", ["recall"]) == " (known: recall)"
    assert did_you_mean("zzz", []) == " (none is known)"


def test_tables_of_models_and_prices_are_kept_for_the_systems(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.holdfast.models.house]\nmodel = 'openai:x'\n"
        '[tool.holdfast.prices."openai:x"]\ninput = 1\n'
    )
    config = load_config(tmp_path, environ={})
    assert config.models == {"house": {"model": "openai:x"}}
    assert config.prices == {"openai:x": {"input": 1}}
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nmodels = 'nano'\n")
    with pytest.raises(UsageError, match=r"'models' in \[tool.holdfast\] must"):
        load_config(tmp_path, environ={})
