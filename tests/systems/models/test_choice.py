import pytest

from holdfast.errors import UsageError
from systems.models.anthropic_server import AnthropicModel
from systems.models.choice import chosen_model
from systems.models.local import LocalModel
from systems.models.openai_server import OpenAIModel


def choose(folder, name=None, **environ):
    return chosen_model(name, environ=environ, start=folder)


def test_without_a_setting_it_is_nano(tmp_path):
    assert choose(tmp_path) == LocalModel(model="nano")


def test_one_setting_names_every_kind_of_model(tmp_path):
    assert choose(tmp_path, HOLDFAST_MODEL=str(tmp_path)) == LocalModel(model=str(tmp_path))
    assert choose(tmp_path, HOLDFAST_MODEL="hf:o/n") == LocalModel(model="hf:o/n")
    found = choose(tmp_path, HOLDFAST_MODEL="openai:m", HOLDFAST_BASE_URL="http://127.0.0.1/v1")
    assert found == OpenAIModel(model="m", base_url="http://127.0.0.1/v1")
    assert choose(tmp_path, HOLDFAST_MODEL="anthropic:m") == AnthropicModel(model="m")
    assert choose(tmp_path, "anthropic:n", HOLDFAST_MODEL="nano") == AnthropicModel(model="n")


def test_a_name_with_colons_of_its_own_is_kept(tmp_path):
    assert choose(tmp_path, HOLDFAST_MODEL="openai:qwen3:8b").spec.params["model"] == "qwen3:8b"


def test_a_profile_holds_the_settings(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.holdfast.models.house]\nmodel = "openai:big"\nbase_url = "http://house/v1"\n'
        'omit = ["seed"]\nkey_env = "HOUSE_KEY"\n'
        '[tool.holdfast.models.gpu]\nmodel = "hf:o/n"\nprecision = "bfloat16"\nmost = 64\n'
        '[tool.holdfast.prices."openai:big"]\ninput = 1\noutput = 2.5\ndate = "2026-11"\n'
    )
    house = choose(tmp_path, HOLDFAST_MODEL="house")
    assert house.base_url == "http://house/v1" and house.omit == ("seed",)
    assert house.spec.params["price"] == "1 in, 2.5 out, USD per million tokens, 2026-11"
    gpu = choose(tmp_path, HOLDFAST_MODEL="gpu")
    assert gpu == LocalModel(model="hf:o/n", precision="bfloat16", most=64)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "nanoo", "unknown model 'nanoo'.*did you mean 'nano'"),
        ("", "openai:", "unknown model 'openai:'"),
        ("[tool.holdfast.models.house]\nmodel = 'nano'", "hause", "did you mean 'house'"),
        ("[tool.holdfast.models.house]\nmost = 3", "house", "must name its model"),
        (
            "[tool.holdfast.models.house]\nmodel = 'nano'\nprecison = 'x'",
            "house",
            "unknown setting 'precison'.*did you mean 'precision'",
        ),
        (
            "[tool.holdfast.models.house]\nmodel = 'openai:m'\nmost = 'x'",
            "house",
            "'most'.*must be of type int, got 'x'",
        ),
        (
            "[tool.holdfast.prices.'openai:m']\ninput = 1",
            "openai:m",
            "must hold input and output",
        ),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path, text, name, message):
    (tmp_path / "pyproject.toml").write_text(f"[tool.holdfast]\n{text}\n")
    with pytest.raises(UsageError, match=message):
        choose(tmp_path, HOLDFAST_MODEL=name)


def test_known_prices_are_stated_with_their_date(tmp_path):
    stated = choose(tmp_path, HOLDFAST_MODEL="openai:gpt-5.4-mini").spec.params["price"]
    assert stated == "0.75 in, 4.5 out, USD per million tokens, 2026-06"
