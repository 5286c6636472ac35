"""Settings: where they come from, what is refused and how, and that secrets stay secret."""

from pathlib import Path

import pytest

from graph.settings import (
    DEFAULT_DATABASE_URL,
    InvalidSettings,
    Settings,
    load_settings,
    shown_value,
    variable_name,
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and no variables of ours."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_name(name), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults() -> None:
    loaded = load_settings()

    assert loaded.settings.database_url == "sqlite:///var/peerscore.sqlite3"
    assert (loaded.settings.host, loaded.settings.port) == ("127.0.0.1", 8000)
    assert (loaded.settings.max_nodes, loaded.settings.max_depth) == (50_000, 12)
    assert loaded.settings.max_body_bytes == 1_048_576
    assert (loaded.settings.executor, loaded.settings.document_cache, loaded.settings.debug) == ("planned", 500, False)
    assert (loaded.settings.score_cache, loaded.settings.catalogue_cache) == ("on", "on")
    assert set(loaded.origins.values()) == {"default"}


def test_a_flag_wins_over_a_variable_and_that_over_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("PEERSCORE_PORT=1001\nPEERSCORE_HOST=10.0.0.1\nPEERSCORE_MAX_DEPTH=5\nOTHER=1\n")
    monkeypatch.setenv("PEERSCORE_PORT", "1002")
    monkeypatch.setenv("PEERSCORE_HOST", "10.0.0.2")

    loaded = load_settings({"port": 1003, "log_level": None})

    found = {name: (getattr(loaded.settings, name), loaded.origins[name]) for name in ("port", "host", "max_depth")}
    assert found == {"port": (1003, "flag"), "host": ("10.0.0.2", "variable"), "max_depth": (5, ".env")}
    assert loaded.origins["log_level"] == "default"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERSCORE_PORT", "")

    loaded = load_settings()

    assert (loaded.settings.port, loaded.origins["port"]) == (8000, "default")


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERSCORE_CORS_ORIGINS", "https://a.example, http://localhost:3000,")

    assert load_settings().settings.cors_origins == ("https://a.example", "http://localhost:3000")


def test_unknown_variables_are_refused_with_the_name_that_was_meant(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("PEERSCORE_DATABSE_URL=sqlite:///x\n")
    monkeypatch.setenv("PEERSCORE_PROT", "1")
    monkeypatch.setenv("PEERSCORE_QQQQ", "1")

    with pytest.raises(InvalidSettings) as caught:
        load_settings()

    assert caught.value.sentences == (
        "PEERSCORE_PROT is not a setting of Peerscore; did you mean PEERSCORE_PORT?",
        "PEERSCORE_QQQQ is not a setting of Peerscore; without it, `peerscore config` lists those that are.",
        "PEERSCORE_DATABSE_URL in .env is not a setting of Peerscore; did you mean PEERSCORE_DATABASE_URL?",
    )


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PEERSCORE_PORT", "abc", "PEERSCORE_PORT takes a whole number from 1 to 65535."),
        ("PEERSCORE_PORT", "0", "PEERSCORE_PORT takes a whole number from 1 to 65535."),
        ("PEERSCORE_PORT", "65536", "PEERSCORE_PORT takes a whole number from 1 to 65535."),
        ("PEERSCORE_EXPLORER", "maybe", "PEERSCORE_EXPLORER takes true or false."),
        ("PEERSCORE_LOG_FORMAT", "xml", "PEERSCORE_LOG_FORMAT takes auto, console or json."),
        ("PEERSCORE_MAX_DEPTH", "-1", "PEERSCORE_MAX_DEPTH takes a whole number of at least 1."),
        ("PEERSCORE_EXECUTOR", "fast", "PEERSCORE_EXECUTOR takes planned or graphql-core."),
        ("PEERSCORE_DOCUMENT_CACHE", "-1", "PEERSCORE_DOCUMENT_CACHE takes a whole number of at least 0."),
        ("PEERSCORE_DEBUG", "2", "PEERSCORE_DEBUG takes true or false."),
        (
            "PEERSCORE_CORS_ORIGINS",
            "https://a.example/path,example.org",
            (
                "PEERSCORE_CORS_ORIGINS takes origins such as https://example.org, separated by commas, "
                "or * for every website."
            ),
        ),
    ],
)
def test_a_bad_value_gives_one_line_that_says_what_the_setting_takes(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettings) as caught:
        load_settings()

    assert caught.value.sentences == (sentence,)


def test_all_that_is_wrong_is_said_at_once_by_the_name_that_was_used(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("PEERSCORE_MAX_NODES=many\n")

    with pytest.raises(InvalidSettings) as caught:
        load_settings({"log_level": "loud"})

    assert caught.value.sentences == (
        "--log-level takes debug, info, warning, error or critical.",
        "PEERSCORE_MAX_NODES in .env takes a whole number of at least 1.",
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgres://peer:pa/hunter2@host/peerscore",
        "mysql://peer:hunter2@host/peerscore",
        "//peer:hunter2@host/peerscore",
        "postgres://peer:hunter2@host",
    ],
)
def test_a_bad_address_is_refused_without_its_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERSCORE_DATABASE_URL", url)

    with pytest.raises(InvalidSettings) as caught:
        load_settings()

    assert str(caught.value).startswith("PEERSCORE_DATABASE_URL takes sqlite:///file or postgres://")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///var/x.sqlite3", "sqlite:///var/x.sqlite3"),
        ("postgres://peer@host:5433/db", "postgres://peer@host:5433/db"),
        ("postgres://peer:hunter2@host:5433/db", "postgres://peer:***@host:5433/db"),
        ("postgres://peer:hun@ter2@host/db?ssl=require", "postgres://peer:***@host/db?ssl=require"),
        ("postgres:///db?user=peer&password=hunter2&a=b", "postgres:///db?user=peer&password=***&a=b"),
    ],
)
def test_a_password_is_hidden_when_settings_are_shown(url: str, shown: str) -> None:
    settings = load_settings({"database_url": url}).settings

    assert shown_value(settings, "database_url") == shown
    assert "hunter2" not in repr(settings)


def test_a_file_that_is_not_text_is_refused(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(b"PEERSCORE_HOST=\xff\n")

    with pytest.raises(InvalidSettings, match=r"The file \.env cannot be read"):
        load_settings()


def test_the_example_file_shows_every_setting_with_its_default(repository: Path) -> None:
    settings = load_settings().settings
    expected = [f"#{variable_name(name)}={shown_value(settings, name)}" for name in Settings.model_fields]

    lines = (repository / ".env.example").read_text().splitlines()

    assert sorted(line for line in lines if line.startswith("#PEERSCORE_")) == sorted(expected)
    assert settings.database_url == DEFAULT_DATABASE_URL
