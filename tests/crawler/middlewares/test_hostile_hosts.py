"""What a host sends to keep a crawl from its work costs that host alone."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import brotli
import pytest

from crawler.net.robots import MOST_BYTES
from tests.crawler.middlewares.test_middlewares import CRAWL_S, feed, read_outcomes
from tests.crawler.offline.test_bulk import HTML
from tests.loopback import Answer, Asked, html, serving

AGENTS = 3_000
ROBOTS = {
    "many groups": "".join(f"User-agent: a{n}\n" for n in range(AGENTS))
    + "".join(f"Allow: /{n}\n" for n in range(AGENTS)),
    "too long": "User-agent: *\nDisallow: /closed/\n" + "#" * MOST_BYTES,
    "a bomb": "#" * 30_000_000,
}
AUTHOR = f"<author>{'@' * 200}</author>"


def hostile_answer(name: str, asked: Asked) -> Answer:
    base = f"http://{asked.headers['host']}"
    if asked.path == "/robots.txt":
        body = brotli.compress(ROBOTS.get(name, "").encode(), quality=1)
        return Answer(body=body, headers={"Content-Encoding": "br", "Content-Type": "text/plain"})
    if asked.path == "/.well-known/tdmrep.json":
        return Answer(body=b"[" * 150_000, headers={"Content-Type": "application/json"})
    if asked.path == "/feed":
        listed = feed([f"{base}/story-{n}-of-a-plant" for n in range(2)])
        hostile = listed.body.replace(b"</item>", AUTHOR.encode() * 20 + b"</item>")
        return Answer(body=hostile, headers=listed.headers)
    page = html(HTML.replace("opens", f"opens at {asked.path}"))
    return Answer(
        body=brotli.compress(page.body), headers={**page.headers, "Content-Encoding": "br"}
    )


def test_hosts_that_send_what_is_dear_to_read_are_read_or_told_of(tmp_path: Path) -> None:
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(lambda asked, name=name: hostile_answer(name, asked)))
            for name in ROBOTS
        }
        order = {
            "home": str(tmp_path),
            "allow_hosts": ["127.0.0.1"],
            "sources": [
                {
                    "id": name.replace(" ", "-"),
                    "name": name,
                    "homepage": site.url,
                    "feeds": [f"{site.url}/feed"],
                    "delay_s": 0.1,
                }
                for name, site in sites.items()
            ],
        }
        ended = subprocess.run(
            [sys.executable, "-m", "tests.crawler.one_crawl"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=CRAWL_S,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)

    assert report["stored"] == 4, "of two sites, with robots.txt that can be read"
    assert set(read_outcomes(tmp_path).values()) == {"stored"}
    (words,) = report["problems"].values()
    assert words.startswith("a-bomb: unreachable: http://127.0.0.1:")
    assert "robots.txt: not read: not-text: over 20000000 bytes when inflated" in words
    cut = [line for line in ended.stderr.splitlines() if "bytes were read" in line]
    assert len(cut) == 1
    assert "/robots.txt: only the first 512000 of its" in cut[0]
    if report["longest_hold"]:  # of a busy machine; computing for a second would be a fault
        assert "(0." in report["longest_hold"], report["longest_hold"]


@pytest.mark.parametrize("name", ROBOTS)
def test_each_of_these_files_is_small_on_its_way(name: str) -> None:
    assert len(brotli.compress(ROBOTS[name].encode(), quality=1)) < 50_000
