"""Tests of holdfast.redaction: secrets go, everything else stays."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.redaction import REDACTED, is_secret, redacted, redacted_text
from holdfast.system import Spec

SECRET_NAMES = [
    "api_key", "apikey", "API-KEY", "apiKey", "openai_api_key", "OPENAI_API_KEY", "X-Api-Key",
    "password", "db_password", "dbPassword", "passwd", "pwd", "passphrase", "secret",
    "client_secret", "clientSecret", "credentials", "Authorization", "proxy-authorization",
    "Cookie", "access_key", "aws_secret_access_key", "private_key", "auth_token", "access_token",
    "PGPASSWORD", "DB_PASS", "openai_key", "anthropicKey", "session_key",
    "accessToken", "connection_string", "sas_token", "signing_key", "subscription-key",
]  # fmt: skip
PLAIN_NAMES = [
    "max_tokens", "token_limit", "tokenizer", "tokenizer_name", "tokens_per_minute", "key", "keys",
    "sort_key", "cache_key", "primary_key", "keyword", "monkey", "password_min_length",
    "secretary", "author", "authority", "passage", "bypass", "temperature", "prompt", "model",
    "api_version", "api_base", "keyboard", "compass", "passed", "signature_style",
    "passwordless", "pass_k", "pass_threshold", "first_pass", "key_metric", "token_ids",
    "secret_santa_rules", "cookie_policy", "use_api_key_rotation",
]  # fmt: skip
KEYS = [
    "sk-abcdefghijklmnopqrstuvwx", "sk-proj-AbC_d-1234567890abcdef",
    "sk-ant-api03-abcdefghij-klmnop", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_11ABCDEFG0123456789_abcdef", "glpat-abcdefghij1234567890",
    "xoxb-123456789012-abcdefghijkl", "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA-1234567890abcdefghijklmnopqrstu", "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "gsk_abcdefghijklmnopqrstuvwx1234", "sk_live_abcdefghij1234567890",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
]  # fmt: skip
INNOCENT = [
    "d0185ea8a10d9c321f778960e0a16e42",
    "00353e57be322cb9590bd2e380b8938eb891b991",
    "sentence-transformers/all-MiniLM-L6-v2",
    "task-specific-instructions-for-everyone",
    "risk-based-assessment-of-all-the-things",
    "https://api.example.com:8443/v1/chat?model=m-2024-08-06",
    "Answer in at most max_tokens=20481024 tokens; tokenizer: cl100k_base_2024",
    "Return JSON like {\"keyword\": \"insurance2024\"} and cite [1].",
    "2026-11-22T12:59:34.209+00:00",
    "Ask for the password: never repeat it.",
    "run --max-tokens 20481024 --tokenizer cl100k_base_2024 --seed 12345678",
    "https://someone@example.com/a, https://example.com/@name12345678901234567890",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TOKENS = st.from_regex(r"[A-Za-z0-9]{7,30}[0-9][A-Za-z]", fullmatch=True)


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_setting_whose_name_says_so_is_a_secret_whatever_it_holds(name: str) -> None:
    for value in ("@", "hunter2", "@ @", 1234, ["@", "@"], {"inner": "@"}):
        found = json.dumps(redacted({name: value}))
        assert REDACTED in found
        assert not any(piece in found for piece in ("@", "hunter2", "1234"))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://a.blob.core.example/c?sv=2020&sig=abcd%2F1234efgh%3D", "1234efgh"),
        ("https://0123456789abcdef0123456789abcdef01234567@github.com/x", "89abcdef"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "XXXX"),
        ("serve --api-key abcd1234efgh --port 80", "abcd1234efgh"),
        ("serve --password 'hunter2hunter2'", "hunter2"),
    ],
)
def test_secrets_in_addresses_and_commands_go(text: str, secret: str) -> None:
    assert secret not in redacted_text(text) and REDACTED in redacted_text(text)
    assert redacted_text(redacted_text(text)) == redacted_text(text)


def test_what_follows_an_option_for_a_secret_is_one() -> None:
    command = ["serve", "--api-key", "abc", "--max-tokens", "512", "--password=hunter2hunter2"]
    found = redacted({"command": command})
    assert found == {
        "command": [*command[:2], REDACTED, *command[3:5], f"--password={REDACTED}"],
    }


@pytest.mark.parametrize("name", PLAIN_NAMES)
@given(value=st.sampled_from([*INNOCENT, "some words", "x"]) | st.integers())
def test_a_setting_that_only_sounds_alike_stays(name: str, value: str | int) -> None:
    assert redacted({name: value}) == {name: value}


def test_a_setting_that_is_off_or_empty_says_so() -> None:
    unset = {"api_key": None, "password": "", "secret": True}
    assert redacted(unset) == unset


@pytest.mark.parametrize(
    ("name", "value", "secret"),  # a setting, and whether it is a secret
    [
        ("token", "a81bc81b-dead-4e5d", True),
        ("hf_token", "abcdefghijklmnopqrstuvwxyz", True),
        ("pad_token", "<|endoftext|>", False),
        ("eos_token", "<|reserved_special_token_8|>", False),
        ("mask_token", "[MASK]", False),
        ("stop_token", "END", False),
        ("bos_token", "two words here 22", False),
    ],
)
def test_a_token_is_a_secret_only_where_it_looks_like_one(
    name: str,
    value: str,
    secret: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert is_secret(name, value) == secret


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("around", ["{}", "use {} now", 'key="{}"', "({}),", "header: {}\nnext"])
def test_a_key_of_a_known_form_goes_wherever_it_stands(key: str, around: str) -> None:
    text = around.format(key)
    assert redacted_text(text) == around.format(REDACTED)
    assert key not in json.dumps(redacted({"note": [text], text: 1}))


@pytest.mark.parametrize("text", INNOCENT)
def test_digests_names_and_instructions_stay(text: str) -> None:
    assert redacted_text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgres://bob:pa%24s@db:5432/x", "postgres://[redacted]@db:5432/x"),
        ("redis://:pw@h/0", "redis://[redacted]@h/0"),
        ("see https://host/path:8@home", "see https://host/path:8@home"),
        ("Authorization: Bearer abcdef0123456789abcd", "Authorization: Bearer [redacted]"),
        ("DB_PASSWORD=hunter22 run", "DB_PASSWORD=[redacted] run"),
        ("?api_key=abcd1234efgh&top=5", "?api_key=[redacted]&top=5"),
        ('"client_secret": "abcd1234efgh"', '"client_secret": "[redacted]"'),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter",
            "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nafter",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE, cut", "-----BEGIN PRIVATE KEY-----[redacted]"),
    ],
)
def test_logins_and_assignments_inside_a_text_go(text: str, kept: str) -> None:
    assert redacted_text(text) == kept


@given(value=JSON)
def test_redacting_twice_is_redacting_once_and_keeps_the_form(value: object) -> None:
    once = redacted(value)  # type: ignore[arg-type]
    assert redacted(once) == once
    assert type(once) is type(value)


@given(name=st.sampled_from(SECRET_NAMES), secret=TOKENS, before=st.text(), after=st.text())
def test_no_secret_survives_in_a_label_or_in_what_is_recorded(
    name: str, secret: str, before: str, after: str
) -> None:
    spec = Spec(name="chat", params={"a": before, name: secret, "deep": [{name: [secret]}]})
    kept = json.dumps(dict(spec.recorded.params)) + spec.label
    assert kept.count(REDACTED) >= 4
    assert secret not in kept.replace(json.dumps(before), "").replace(before, "")
    assert spec.recorded.label == spec.label
    assert spec.recorded.recorded == spec.recorded


@given(secrets=st.lists(TOKENS, min_size=2, max_size=2, unique=True))
def test_what_is_recorded_tells_nothing_of_which_secret_it_was(secrets: list[str]) -> None:
    first, second = (Spec(name="chat", params={"api_key": secret}) for secret in secrets)
    assert first.recorded == second.recorded
    assert first.recorded.digest == second.recorded.digest
    assert first.digest != second.digest  # answers of one account are not handed to another


@given(params=st.dictionaries(st.sampled_from(PLAIN_NAMES), st.sampled_from(INNOCENT)))
def test_a_spec_without_secrets_is_recorded_as_it_is(params: dict[str, str]) -> None:
    spec = Spec(name="chat", params=params, artifacts={"index": "d0185ea8"})
    assert spec.recorded is spec


def test_texts_become_artifacts_by_their_digest() -> None:
    spec = Spec(name="chat", texts={"support.md": "Be kind."}, artifacts={"weights": "d0"})
    assert dict(spec.artifacts)["weights"] == "d0"
    assert spec.recorded.digest == spec.digest
    assert spec.recorded.texts == {}
    assert spec.digest != Spec(name="chat", texts={"support.md": "Be brief."}).digest
    with pytest.raises(Exception, match=r"'support\.md' of the spec 'chat' is of type bytes"):
        Spec(name="chat", texts={"support.md": b"Be kind."})  # type: ignore[dict-item]


def test_a_long_text_is_redacted_in_a_moment() -> None:
    for piece in (
        "a=b:",
        "api_key_",
        "x://",
        "Bearer ",
        "-----BEGIN PRIVATE KEY-----",
        "sk-",
        "eyJ.",
    ):
        assert redacted_text(piece * 60_000)
