"""`techwire sources` as people type it, where it needs no site."""

from pathlib import Path

import pytest

from tests.command_line import Run, command_line

ENTRY = """[[source]]
id = "inside"
name = "Inside"
homepage = "https://news.example/"
{listing}
country = "DE"
language = "en"
"""


@pytest.fixture
def techwire(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return command_line(monkeypatch, capsys)


@pytest.mark.parametrize("kind", ["feeds", "sitemaps", "sections"])
@pytest.mark.parametrize("host", ["169.254.169.254", "[::1]", "localhost", "2852039166"])
def test_a_listing_in_a_private_network_is_refused_before_it_is_written_down(
    techwire: Run, own_settings: Path, monkeypatch: pytest.MonkeyPatch, kind: str, host: str
) -> None:
    entry = own_settings / "entry.toml"
    entry.write_text(ENTRY.format(listing=f'{kind} = ["http://{host}/x"]'))

    code, out, err = techwire("sources", "add", "--toml", str(entry))

    assert (code, out) == (2, "")
    assert "source inside: " in err
    assert "is a private address: list it in TECHWIRE_ALLOW_HOSTS" in err
    assert not (own_settings / "home" / "sources.toml").exists()

    monkeypatch.setenv("TECHWIRE_ALLOW_HOSTS", f"{host} 127.0.0.1")
    assert techwire("sources", "add", "--toml", str(entry))[0] == 0
