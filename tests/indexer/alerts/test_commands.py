"""`techwire alerts` and `techwire digest` as people type them."""

import hashlib
import hmac
import json
import re
import socket
import textwrap
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.runs import logs
from indexer.alerts import webhook
from indexer.foundation.times import now_utc
from tests.command_line import Run, command_line
from tests.indexer.alerts.desk import Desk
from tests.loopback import Site
from tests.rounds import Rounds

HOW_TO = Path(__file__).parents[3] / "docs/how-to/alerts.md"


@pytest.fixture
def techwire(
    desk: Desk,
    own_settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command line at the desk. Returns: exit code, stdout, stderr."""
    monkeypatch.setattr(logs, "set_up_logs", lambda _console: None)
    monkeypatch.setenv("TECHWIRE_HOME", str(desk.config.home))
    monkeypatch.setenv("MEILI_URL", str(desk.config.meili_url))
    monkeypatch.setenv("MEILI_MASTER_KEY", str(desk.config.meili_key))
    monkeypatch.setenv("MEILI_INDEX", desk.config.meili_index)
    desk.now = now_utc() - timedelta(minutes=5)
    desk.publish("now", title="Chips of now")

    return command_line(monkeypatch, capsys)


def test_an_alert_is_added_run_listed_and_removed(
    techwire: Run, desk: Desk, receiver: Site
) -> None:
    code, out, _ = techwire("alerts", "add", "mine", "chips", "--webhook", receiver.url)
    assert code == 0
    assert "alert mine: “chips”\n" in out
    assert "it finds 1 stories of the last day" in out
    secret = re.search(r"secret: (\S{40,})", out)
    assert secret is not None
    desk.now = now_utc()
    desk.publish("new", title="New chips")

    assert techwire("alerts", "run") == (0, "1 new stories, 1 messages sent\n", "")
    assert json.loads(techwire("alerts", "run", "--json")[1])["sent"] == 0
    (listed,) = json.loads(techwire("alerts", "list", "--json")[1])
    assert (listed["name"], listed["words"], listed["told"]) == ("mine", "chips", 1)
    shown = techwire("alerts", "list")[1]
    assert shown == f"mine: “chips”; webhook {receiver.url}; 1 told\n"
    assert secret[1] not in json.dumps(listed) + shown

    assert techwire("alerts", "remove", "mine") == (0, "alert mine is gone\n", "")
    assert "no alerts yet" in techwire("alerts", "list")[1]


def test_a_run_that_could_not_tell_ends_with_one(techwire: Run, desk: Desk) -> None:
    techwire("alerts", "add", "mine", "chips", "--email", "me@example.org")
    desk.now = now_utc()
    desk.publish("new", title="New chips")

    code, out, _ = techwire("alerts", "run")

    assert code == 1
    assert "alert mine: no mail server is set: write TECHWIRE_SMTP_URL" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("alerts add Mine chips --feed", "alert name 'Mine'"),
        ("alerts add mine --feed", "either a search"),
        ("alerts add mine chips", "say one of feed"),
        ("alerts add mine chips --email me", "write one address"),
        ("alerts add mine chips --feed --digest weekly", "hourly or daily"),
        ("alerts add taken chips --feed", "there is an alert taken already"),
        ("alerts add written chips --feed", "alerts.toml"),
        ("alerts remove written", "remove it there"),
        ("alerts remove nobody", "there is no alert 'nobody'"),
        ("alerts add mine --topic semicond --feed", "did you mean Semiconductors & chips?"),
        ("alerts add mine --region Ukrane --feed", "did you mean Europe > Ukraine?"),
        ("alerts add mine --region Birmingham --feed", "may be Europe > United Kingdom > Birm"),
        ("alerts add mine --company Nvdia --feed", "did you mean Nvidia?"),
        ("alerts add mine --source heise --feed", "did you mean heise-online?"),
        ("alerts add mine --silent heise --feed", "did you mean heise-online?"),
        ("digest --since soon", "--since is 'soon'"),
        ("digest --out alerts.toml", "--out is 'alerts.toml'"),
    ],
)
def test_a_bad_input_is_one_line(techwire: Run, desk: Desk, words: str, said: str) -> None:
    desk.add("taken")
    for folder in (desk.config.home, Path()):
        (folder / "alerts.toml").write_text('[written]\nwords = "x"\nfeed = true\n')

    code, out, err = techwire(*words.split())

    assert (code, out) == (2, "")
    assert err.startswith("techwire: ")
    assert said in err
    assert err.count("\n") == 1


def test_an_alert_says_what_was_understood_and_keeps_what_was_written(techwire: Run) -> None:
    code, out, err = techwire(
        *("alerts", "add", "mine", "--region", "UK", "--source", "techcrunch", "--feed")
    )

    assert (code, err) == (0, "understood UK as Europe > United Kingdom\n")
    assert "alert mine: region UK, source techcrunch\n" in out
    (listed,) = json.loads(techwire("alerts", "list", "--json")[1])
    assert listed["region"] == ["UK"]


def test_a_watch_for_silence_keeps_the_ids_of_its_sources(techwire: Run) -> None:
    code, out, _ = techwire("alerts", "add", "mine", "--silent", "heise online", "--feed")

    assert code == 0
    assert "alert mine: silence of heise-online\n" in out
    assert "no article of heise-online yet" in out


def test_an_alert_of_the_file_that_cannot_run_ends_the_run_with_one(
    techwire: Run, desk: Desk
) -> None:
    tables = ('[typo]\ntopic = "semicond"\nfeed = true', '[odd]\nwords = "x"', "[good]")
    good = 'words = "chips"\nfeed = true'
    (desk.config.home / "alerts.toml").write_text("\n".join((*tables, good)))
    techwire("alerts", "run")
    desk.now = now_utc()
    desk.publish("new", title="New chips")

    code, out, _ = techwire("alerts", "run")

    assert code == 1
    assert "1 new stories, 1 messages sent\n" in out
    assert "alert typo does not run: no topic like 'semicond'" in out
    assert "alert odd: say one of feed" in out
    code, out, err = techwire("alerts", "list")
    assert code == 1
    assert "good: “chips”" in out
    assert "alert odd: say one of feed" in err


def test_following_says_the_same_trouble_once(
    techwire: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(words="", topic=["alchemy"])
    rounds = Rounds(3)
    monkeypatch.setattr("indexer.cli.alerts.until_stopped", lambda: rounds)

    code, out, _ = techwire("alerts", "run", "--follow")

    assert (code, len(rounds.waits)) == (0, 3)
    assert out.count("no topic like 'alchemy'") == 1


def test_the_digest_names_its_files(techwire: Run, desk: Desk) -> None:
    code, out, _ = techwire("digest", "--since", "1d", "--out", "today")

    assert code == 0
    page, text = map(Path, out.split())
    assert "Chips of now" in page.read_text()
    assert "Chips of now" in text.read_text()


def test_the_readmes_check_of_a_signature_holds(techwire: Run, desk: Desk, receiver: Site) -> None:
    _, out, _ = techwire("alerts", "add", "mine", "chips", "--webhook", receiver.url)
    desk.now = now_utc()
    desk.publish("new", title="New chips")
    techwire("alerts", "run")
    block = re.search(r"```python\n(import hashlib.*?)```", HOW_TO.read_text(), re.DOTALL)
    assert block is not None
    names: dict[str, Callable[..., bool]] = {}
    exec(textwrap.dedent(block[1]), names)
    (asked,) = receiver.asked
    secret = out.partition("secret: ")[2].split()[0]
    headers = {name.title(): value for name, value in asked.headers.items()}

    is_ours = names["is_ours"]
    assert is_ours(headers, asked.body, secret)
    assert not is_ours(headers, asked.body + b" ", secret)
    assert not is_ours(headers, asked.body, "another")
    old = {**headers, "Techwire-Timestamp": "1700000000"}
    signed = hmac.new(secret.encode(), b"1700000000." + asked.body, hashlib.sha256)
    old["Techwire-Signature"] = f"sha256={signed.hexdigest()}"
    assert not is_ours(old, asked.body, secret)


INSIDE = [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "https://[fd00:ec2::254]/",
    "https://[::ffff:169.254.169.254]/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://169.254.169.254./",
    "https://10.1.2.3/",
    "https://0.0.0.0/",
    "http://hooks.example/",  # without TLS
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_webhook_into_a_private_network_is_refused_at_once(
    techwire: Run, desk: Desk, address: str
) -> None:
    code, out, err = techwire("alerts", "add", "mine", "chips", "--webhook", address)

    assert (code, out) == (2, "")
    assert err.startswith("techwire: alert mine: ")
    assert "TECHWIRE_ALLOW_HOSTS" in err
    assert "no alerts yet" in techwire("alerts", "list")[1]


def answering(address: str) -> Callable[..., list[tuple[object, ...]]]:
    """A name server's answer, which no test may ask for."""
    return lambda *_, **__: [(2, 1, 6, "", (address, 0))]


def test_a_name_that_leads_inside_is_refused_too(
    techwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook.socket, "getaddrinfo", answering("169.254.169.254"))
    words = ("alerts", "add", "mine", "chips", "--webhook", "https://hooks.example/")

    code, _, err = techwire(*words)

    assert code == 2
    assert "hooks.example leads to the private address 169.254.169.254" in err

    monkeypatch.setenv("TECHWIRE_ALLOW_HOSTS", "169.254.0.0/16")
    assert techwire(*words)[0] == 0


def test_a_name_that_leads_nowhere_now_is_accepted_and_said(
    techwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(webhook.socket, "getaddrinfo", silent)

    code, out, _ = techwire("alerts", "add", "mine", "chips", "--webhook", "https://hooks.example/")

    assert code == 0
    assert "hooks.example cannot be looked up now (Name or service not known)" in out


def test_a_webhook_of_the_file_that_may_not_be_asked_is_named_before_it_has_news(
    techwire: Run, desk: Desk
) -> None:
    table = '[inside]\nwords = "chips"\nwebhook = "https://169.254.169.254/"\n'
    (desk.config.home / "alerts.toml").write_text(table + f'secret = "{"s" * 16}"\n')

    code, _, err = techwire("alerts", "list")
    assert (code, err.count("\n")) == (1, 1)
    assert "alert inside: 169.254.169.254 is a private address" in err

    code, out, _ = techwire("alerts", "run")
    assert code == 1
    assert out.count("169.254.169.254 is a private address") == 1
