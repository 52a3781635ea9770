"""What a publisher wrote, where people look: page, feeds, mail, digest, terminal. Never as code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx

from tests.attack.asked import Door
from tests.attack.crawled import Crawled
from tests.attack.outcome import Outcome
from tests.attack.web import Answers, reply
from tests.indexer.alerts.mail_server import mail_server
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

HARMFUL = re.compile(r"<(?:script|img|iframe|svg)\b", re.IGNORECASE)
# C0 but tab and line break, C1, and what turns the direction of writing
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile_words() -> Answers:
    """A site whose article says all that."""
    byline = f'<meta name="author" content="{AUTHOR}"><meta property="og:title" content="{TITLE}">'
    article = bodies.long_article(TITLE).replace("<title>", f"{byline}<title>", 1)
    return {"/hostile": lambda _: reply(article)}


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
        settings = {
            "TECHWIRE_SMTP_URL": f"smtp://127.0.0.1:{mails.port}",
            "TECHWIRE_MAIL_FROM": "news@example.org",
        }
        program = replace(crawled.program, settings={**crawled.program.settings, **settings})
        program.run("alerts", "add", "hostile", WORD, "--feed", "--email", READER)
        done = program.run("alerts", "run")
    for file in program.home.glob("feeds/*"):
        yield Sight("an alert's feed", file.read_text(), HARMFUL)
    for mail in mails.mails:
        for part in mail.walk():
            if part.get_content_type() == "text/html":
                yield Sight("mail", part.get_content(), HARMFUL)
        yield Sight("a mail's subject", f"{WORD} {mail['subject']}", CONTROLS)
    others = (
        "" if mails.recipients and all(READER in one for one in mails.recipients) else "<script"
    )
    yield Sight("a mail's readers", f"{WORD} {others} {done.stderr if others else ''}", HARMFUL)
