"""An address shows how to get nowhere: its text hides what lets one in, and keeps the rest."""

import logging

import pytest

from indexer.foundation.addresses import Address, without_secrets

SECRET = "geheim-1f"


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        (f"http://me:{SECRET}@search.intra:7700", "http://***@search.intra:7700"),
        (f"HTTPS://{SECRET}@feeds.example/a", "HTTPS://***@feeds.example/a"),
        (f"https://me:pa/{SECRET}@host/x", "https://***@host/x"),
        (f"https://me:pa@{SECRET}@host/x", "https://***@host/x"),
        (f"postgresql+psycopg://me:{SECRET}@db/news", "postgresql+psycopg://me:***@db/news"),
        (f"postgresql://me:pa/{SECRET}@db/news", "postgresql://me:***@db/news"),
        (
            f"postgresql://db/news?user=me&password={SECRET}",
            "postgresql://db/news?user=me&password=***",
        ),
        (f"smtps://me%40x.example:{SECRET}@mail", "smtps://me%40x.example:***@mail"),
        (
            f"https://a.example/feed?lang=en&token={SECRET}#top",
            "https://a.example/feed?lang=en&token=***#top",
        ),
        (
            f"https://a.example/feed?private_token={SECRET}",
            "https://a.example/feed?private_token=***",
        ),
        (
            f"https://a.example/feed?X-Amz-Signature={SECRET}&x=1",
            "https://a.example/feed?X-Amz-Signature=***&x=1",
        ),
        (
            f"https://a.example/feed?API-KEY={SECRET};sig={SECRET}",
            "https://a.example/feed?API-KEY=***;sig=***",
        ),
        (
            "https://hooks.example/services/T0/B0/a1b2c3d4e5f6a7b8c9d0",
            "https://hooks.example/services/T0/B0/***",
        ),
    ],
)
def test_an_address_is_shown_without_its_secrets(whole: str, shown: str) -> None:
    address = Address(whole)

    assert [str(address), f"{address}", "%s" % address] == [shown] * 3  # noqa: UP031
    assert SECRET not in repr(address) + repr([address]) + f"{address!r:>80}{address:>80}"
    assert address.reveal() == whole


@pytest.mark.parametrize(
    "text",
    [
        "https://medium.com/@user/a-story",
        "sqlite:////srv/techwire-2026-10-31-copy/techwire.db",
        "https://news.example/2026/10/30/chips-and-more-chips-of-2026?keyword=a&tokens",
        "write to me@example.org: at 10:30",
        "",
    ],
)
def test_what_holds_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_secrets_are_found_inside_of_other_words() -> None:
    line = f"GET <https://me:{SECRET}@a.example/x?key={SECRET}> failed, then 'ftp://u:{SECRET}@b/'"

    assert without_secrets(line) == (
        "GET <https://***@a.example/x?key=***> failed, then 'ftp://u:***@b/'"
    )


def test_an_address_may_be_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("asking %s", Address(f"http://u:{SECRET}@h/"))

    assert caplog.messages == ["asking http://***@h/"]
