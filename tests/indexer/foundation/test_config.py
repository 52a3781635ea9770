"""Settings: read from `.env` and the environment, and refused in one line when wrong."""

import os
from pathlib import Path

import httpx
import pytest
import requests

from indexer.foundation.addresses import Address
from indexer.foundation.config import Config, ask_loopback_directly, load
from indexer.foundation.errors import ConfigError


def test_without_settings_everything_lies_in_the_users_data_folder() -> None:
    config = Config.from_env({})

    assert config.home == Path("~/.local/share/techwire").expanduser().resolve()
    assert config.database_url == Address(f"sqlite:///{config.home}/techwire.db")
    assert config.meili_url is None
    assert config.meili_index == "news"
    assert config.workers >= 1


def test_every_setting_is_read() -> None:
    config = Config.from_env(
        {
            "MEILI_URL": " http://search.intra:7700/ ",
            "MEILI_API_KEY": "key",
            "MEILI_INDEX": "nachrichten",
            "TECHWIRE_HOME": "/var/lib/techwire",
            "TECHWIRE_DATABASE_URL": "postgresql+psycopg://u:p@db/techwire",
            "TECHWIRE_CONTACT": "news@example.org",
            "TECHWIRE_ALLOW_HOSTS": "127.0.0.1, 10.0.0.0/8 news.intra",
            "TECHWIRE_SERVE_HOSTS": "news.example.org, 10.0.0.7 [::1] 2001:db8::7",
            "TECHWIRE_WORKERS": "7",
            "TECHWIRE_LEASE_S": "60",
            "TECHWIRE_SMTP_URL": "smtps://me%40x.example:geheim@mail.intra",
            "TECHWIRE_MAIL_FROM": "news@example.org",
        }
    )

    assert config == Config(
        home=Path("/var/lib/techwire"),
        database_url="postgresql+psycopg://u:p@db/techwire",
        meili_url="http://search.intra:7700",
        meili_key="key",
        meili_index="nachrichten",
        contact="news@example.org",
        allow_hosts=("127.0.0.1", "10.0.0.0/8", "news.intra"),
        serve_hosts=("news.example.org", "10.0.0.7", "[::1]", "2001:db8::7"),
        workers=7,
        lease_s=60,
        smtp_url="smtps://me%40x.example:geheim@mail.intra",
        mail_from="news@example.org",
    )
    assert "geheim" not in repr(config)


def test_the_master_key_goes_before_the_api_key() -> None:
    config = Config.from_env({"MEILI_MASTER_KEY": "master", "MEILI_API_KEY": "api"})

    assert config.meili_key == "master"


def test_empty_settings_count_as_absent() -> None:
    config = Config.from_env({"MEILI_URL": "", "MEILI_MASTER_KEY": " ", "TECHWIRE_WORKERS": ""})

    assert config.meili_url is None
    assert config.meili_key is None


@pytest.mark.parametrize("url", ["mail.intra:25", "smtp://", "http://u:geheim@x", "smtp://x:99999"])
def test_a_bad_mail_server_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="TECHWIRE_SMTP_URL") as caught:
        Config.from_env({"TECHWIRE_SMTP_URL": url})

    assert "geheim" not in str(caught.value)


def test_the_key_is_not_printed() -> None:
    assert "geheim" not in repr(Config.from_env({"MEILI_MASTER_KEY": "geheim"}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEILI_URL", "localhost:7700"),
        ("MEILI_URL", "ftp://search"),
        ("MEILI_URL", "http://"),
        ("MEILI_URL", "http://two words"),
        ("MEILI_INDEX", "my news"),
        ("MEILI_INDEX", "n" * 401),
        ("TECHWIRE_HOME", "~nobody-of-this-name/techwire"),
        ("TECHWIRE_DATABASE_URL", "mysql://host/techwire"),
        ("TECHWIRE_MAIL_FROM", "News <news@example.org>"),
        ("TECHWIRE_CONTACT", "Jürgen"),
        ("TECHWIRE_CONTACT", "a@b\r\nCookie: c"),
        ("TECHWIRE_ALLOW_HOSTS", "127.0.0.1 http://news.intra/"),
        ("TECHWIRE_SERVE_HOSTS", "news.example.org https://news.example.org"),
        ("TECHWIRE_SERVE_HOSTS", "news.example.org:8710"),
        ("TECHWIRE_SERVE_HOSTS", "10.0.0.7:8710"),
        ("TECHWIRE_SERVE_HOSTS", "*"),
        ("TECHWIRE_WORKERS", "0"),
        ("TECHWIRE_WORKERS", "-2"),
        ("TECHWIRE_WORKERS", "two"),
        ("TECHWIRE_WORKERS", "100000"),
        ("TECHWIRE_RIGHTS_REFUSE", "no-seach"),
        ("TECHWIRE_LEASE_S", "3"),
        ("TECHWIRE_LEASE_S", "soon"),
    ],
)
def test_a_wrong_value_is_named_with_its_setting_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})

    words = str(caught.value)
    assert words.startswith(f"{name} ")
    assert ".env" in words
    assert "\n" not in words


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_means_psycopg(scheme: str) -> None:
    config = Config.from_env({"TECHWIRE_DATABASE_URL": f"{scheme}://u:p@db/techwire"})

    assert config.database_url == Address("postgresql+psycopg://u:p@db/techwire")


def test_a_database_password_stays_out_of_the_complaint() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"TECHWIRE_DATABASE_URL": "mysql://user:geheim@host/techwire"})

    assert "geheim" not in str(caught.value)


def test_an_env_file_is_read_and_the_environment_goes_before_it(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file = own_settings / ".env"
    env_file.write_text('MEILI_INDEX=from_file\nTECHWIRE_WORKERS="3"  # three\n')
    monkeypatch.setenv("MEILI_INDEX", "from_environment")

    config = load()

    assert (config.meili_index, config.workers) == ("from_environment", 3)


def test_a_dollar_in_a_key_stays_a_dollar(own_settings: Path) -> None:
    (own_settings / ".env").write_text("MEILI_MASTER_KEY=pa$HOME${HOME}\n")

    assert load().meili_key == "pa$HOME${HOME}"


def test_no_env_file_is_fine(own_settings: Path) -> None:
    assert load().home == own_settings / "home"


@pytest.mark.parametrize(
    "content",
    [
        b"MEILI_URL\n",
        b'MEILI_URL="http://127.0.0.1:7700\nMEILI_INDEX=news\n',
        b"MEILI_INDEX=\xff\xfe\n",
        b"= value\n",
    ],
    ids=["no value", "quote not closed", "not UTF-8", "no name"],
)
def test_an_env_file_with_a_bad_line_stops_the_start_in_one_line(
    own_settings: Path, content: bytes
) -> None:
    (own_settings / ".env").write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load()

    assert ".env" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_data_folder_is_made_when_it_is_first_needed(tmp_path: Path) -> None:
    config = Config.from_env({"TECHWIRE_HOME": str(tmp_path / "a" / "b")})

    assert config.make_home() == tmp_path / "a" / "b"
    assert config.home.is_dir()


def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    config = Config.from_env({"TECHWIRE_HOME": str(tmp_path / "file" / "home")})

    with pytest.raises(ConfigError, match="TECHWIRE_HOME"):
        config.make_home()


PROXY = {"http_proxy": "http://proxy.intra:3128"}


@pytest.mark.parametrize(
    ("env", "direct"),
    [
        ({}, None),
        (PROXY, "localhost,127.0.0.1,127.0.0.0/8,::1"),
        (
            {"HTTPS_PROXY": "http://proxy.intra:3128", "NO_PROXY": "db.intra, localhost"},
            "db.intra,localhost,127.0.0.1,127.0.0.0/8,::1",
        ),
        ({**PROXY, "no_proxy": "*"}, "*"),
        ({**PROXY, "no_proxy": "a.intra", "NO_PROXY": "b.intra"},
         "a.intra,localhost,127.0.0.1,127.0.0.0/8,::1"),
    ],
)  # fmt: skip
def test_no_proxy_is_asked_for_what_is_on_this_machine(
    env: dict[str, str], direct: str | None
) -> None:
    env = dict(env)
    ask_loopback_directly(env)

    assert (env.get("no_proxy"), env.get("NO_PROXY")) == (direct, direct)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:7700/", "http://localhost:7700/", "http://127.0.0.9:7700/",
            "http://[::1]:7700/"],
)  # fmt: skip
def test_the_libraries_heed_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.intra:3128")
    assert requests.utils.get_environ_proxies(url)

    ask_loopback_directly(os.environ)

    assert requests.utils.get_environ_proxies(url) == {}
    assert requests.utils.get_environ_proxies("http://search.intra/")
    httpx.Client().close()


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("", {"no-search", "no-mining", "no-ai"}),
        ("no-search, no-training", {"no-search", "no-training"}),
        ("none", set()),
    ],
)
def test_the_rights_that_keep_pages_out_are_settable(written: str, refused: set[str]) -> None:
    config = Config.from_env({"TECHWIRE_RIGHTS_REFUSE": written})

    assert config.rights_refuse == refused
    told = config.told().get("TECHWIRE_RIGHTS_REFUSE", "")
    assert Config.from_env({"TECHWIRE_RIGHTS_REFUSE": told}) == config
