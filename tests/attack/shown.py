"""What a publisher wrote, where people look: page, feeds, mail, digest, terminal. Never as code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx

from indexer.foundation.times import now_utc
from tests.attack.asked import Door
from tests.attack.crawled import Crawled
from tests.attack.outcome import Outcome
from tests.attack.web import Answers, reply
from tests.indexer.alerts.mail_server import mail_server
from tests.journeys.program import Program
from tests.newsroom import hostile_bodies as bodies

WORD = "orbisilium"
READER = "reader@example.org"
# as HTML writes it: markup, a terminal's escapes, a line break for headers, bidi controls
TITLE = (
    f"{WORD} &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt; "
    "&#27;[31m&#27;]0;owned&#7; &#155;2J &#13;&#10;Bcc: all@example.org &#8238;tfel&#8297; ]]&gt; "
    "[x](javascript:alert(3)) "
)
AUTHOR = "Ann &#27;]8;;http://evil.example/&#7;Smith &#8238;htimS"

HARMFUL = re.compile(r"(?<!\\)<(?:script|img|iframe|svg)\b", re.IGNORECASE)  # \< in Markdown
# C0 but tab and line break, C1, and what turns the direction of writing
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile_words() -> Answers:
    """A site whose article says all that."""
    metas = {"author": AUTHOR, "og:title": TITLE, "article:published_time": f"{now_utc():%FT%TZ}"}
    head = "".join(
        f'<meta {kind}="{name}" content="{content}">'
        for name, content in metas.items()
        for kind in ("name", "property")
    )
    article = bodies.long_article(TITLE).replace("<title>", f"{head}<title>", 1)
    return {"/hostile": lambda _: reply(article)}


def ask_for_news(program: Program) -> None:
    """Have an alert for it before it is there: what came earlier is no news."""
    for name, told_by in (("by-feed", ("--feed",)), ("by-mail", ("--email", READER))):
        done = _mailing(program, 1).run("alerts", "add", name, WORD, *told_by)
        assert done.returncode == 0, done.stderr


def _mailing(program: Program, port: int) -> Program:
    """The same deployment with a mail server on this port of loopback."""
    mail = {
        "TECHWIRE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "TECHWIRE_MAIL_FROM": "news@example.org",
    }
    return replace(program, settings={**program.settings, **mail})


@dataclass(frozen=True, slots=True)
class Sight:
    """What stands somewhere. wrong: what of it must not, or None when it is not there at all."""

    name: str
    text: str
    harmful: re.Pattern[str]

    def outcome(self) -> Outcome:
        wrong = None
        if WORD not in self.text:
            wrong = f"the article is not there: {self.text[:150]!r}"
        elif found := self.harmful.search(self.text):
            wrong = f"shows {self.text[max(0, found.start() - 30) : found.end() + 30]!r}"
        return Outcome(kind="shown", name=self.name, wrong=wrong)


def look(crawled: Crawled, page: Door) -> Iterator[Outcome]:
    """Look everywhere."""
    for sight in (*_terminal(crawled), *_page(page), *_told(crawled)):
        yield sight.outcome()


def _terminal(crawled: Crawled) -> Iterator[Sight]:
    program, url = crawled.program, f"{crawled.more.url}/hostile"
    for words in (("search", WORD), ("why", url), ("extract", url), ("digest", "--out", ".")):
        done = program.run(*words)
        text = done.stdout + done.stderr
        # what a digest says is where it is; the two files are looked at too
        yield Sight(
            f"terminal, {words[0]}", text + (WORD if words[0] == "digest" else ""), CONTROLS
        )
    for file in sorted(program.home.glob("*.html")) + sorted(program.home.glob("*.md")):
        yield Sight(f"digest{file.suffix}", file.read_text(), HARMFUL)


def _page(page: Door) -> Iterator[Sight]:
    with httpx.Client(base_url=page.url, trust_env=False) as client:
        for path in ("/feed.xml", "/feed.xml?format=atom"):
            answer = client.get(path, params={"q": WORD})
            yield Sight(path, answer.text, HARMFUL)
        for item in client.get("/feed.json", params={"q": WORD}).json()["items"]:
            yield Sight("/feed.json", WORD + item.get("content_html", ""), HARMFUL)
        shown = client.get("/", params={"q": WORD})
        policy = shown.headers["content-security-policy"]
        strict = "script-src 'self'" in policy and "trusted-types 'none'" in policy
        yield Sight("the page's policy", f"{WORD} {'' if strict else '<script>'}", HARMFUL)


def _told(crawled: Crawled) -> Iterator[Sight]:
    with mail_server() as mails:
        program = _mailing(crawled.program, mails.port)
        done = program.run("alerts", "run")
    for file in program.home.glob("feeds/*"):
        yield Sight("an alert's feed", file.read_text(), HARMFUL)
    for mail in mails.mails:
        for part in mail.walk():
            if part.get_content_type() == "text/html":
                yield Sight("mail", part.get_content(), HARMFUL)
        yield Sight("a mail's subject", f"{WORD} {mail['subject']}", re.compile("[\x00-\x1f\x7f]"))
    to_others = [one for one in mails.recipients if READER not in one]
    reached = f"{WORD} {mails.recipients}" if mails.recipients else done.stdout + done.stderr
    yield Sight("a mail's readers", reached, re.compile("all@") if to_others else HARMFUL)
