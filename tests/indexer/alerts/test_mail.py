"""Alerts by mail, over a mail server on loopback."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer.alerts.running import RoundReport
from tests.indexer.alerts.desk import Desk
from tests.indexer.alerts.mail_server import MailServer, mail_server
from tests.loopback import closed_port

HOSTILE = '<script>alert(1)</script>\r\nBcc: all@example.org\x00 "芯片" <img onerror=x>'


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def mailing(desk: Desk, post: MailServer) -> Desk:
    url = f"smtp://me%40example.org:geheim@{post.host}:{post.port}"
    desk.config = replace(desk.config, smtp_url=url)
    desk.add(email="reader@example.org")
    return desk


def test_a_mail_holds_text_and_page(mailing: Desk, post: MailServer) -> None:
    mailing.publish("new", title="New chips", summary="They are small.", outlets=3)

    assert mailing.run() == RoundReport(found=1, sent=1)

    (mail,) = post.mails
    assert post.recipients == ["<reader@example.org>"]
    assert post.logins == ["\0me@example.org\0geheim"]
    assert (mail["From"], mail["To"]) == ("me@example.org", "reader@example.org")
    assert mail["Subject"] == "[mine] New chips"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        content = part.get_content()
        for words in ("New chips", "They are small.", "https://news.example/new", "in 3 outlets"):
            assert words in content


def test_several_stories_come_in_one_mail(mailing: Desk, post: MailServer) -> None:
    mailing.publish("one", "two", title="Chips")

    assert mailing.run() == RoundReport(found=2, sent=1)
    assert post.mails[0]["Subject"] == "[mine] 2 stories: Chips"


def test_a_hostile_headline_stays_text(mailing: Desk, post: MailServer) -> None:
    mailing.publish("bad", title=HOSTILE, summary="chips " + HOSTILE, language='"><script>')

    assert mailing.run() == RoundReport(found=1, sent=1)

    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert post.recipients == ["<reader@example.org>"]
    page = mail.get_body(("html",))
    assert page is not None
    content = page.get_content()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: all@example.org" in content
    assert "<script" not in content
    assert "<img" not in content


def test_a_refused_mail_goes_out_later_under_the_same_id(mailing: Desk, post: MailServer) -> None:
    mailing.publish("new", title="New chips")
    post.refuses = "451 mailbox busy"

    failed = mailing.run()
    assert failed.sent == 0
    assert "mailbox busy" in failed.errors[0]
    assert mailing.run() == RoundReport(), "not before its time"
    post.refuses = None
    mailing.wait(minutes=2)

    assert mailing.run() == RoundReport(sent=1)
    assert len(post.mails) == 1


def test_a_mail_server_that_is_down_keeps_the_message(mailing: Desk) -> None:
    mailing.config = replace(mailing.config, smtp_url=f"smtp://127.0.0.1:{closed_port()}")
    mailing.publish("new", title="New chips")

    assert "the mail server 127.0.0.1 failed" in mailing.run().errors[0]
    assert mailing.store.standing("mine").waiting == 1


def test_without_a_mail_server_the_setting_is_named(desk: Desk) -> None:
    desk.add(email="reader@example.org")
    desk.publish("new", title="New chips")

    assert "TECHWIRE_SMTP_URL" in desk.run().errors[0]


def test_a_password_never_goes_out_in_the_clear(desk: Desk) -> None:
    with mail_server(host="127.0.0.2") as other:
        url = f"smtp://me%40example.org:geheim@{other.host}:{other.port}"
        desk.config = replace(desk.config, smtp_url=url)
        desk.add(email="reader@example.org")
        desk.publish("new", title="New chips")

        done = desk.run()

        assert "offers no TLS" in done.errors[0]
        assert (other.logins, other.mails) == ([], [])
