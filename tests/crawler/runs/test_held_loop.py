"""What held a crawl's event loop is counted, and said in its summary."""

import io
from typing import Any

from rich.console import Console

from crawler.runs.crawling import CrawlReport, print_crawl
from crawler.runs.loop_watch import Hold
from crawler.runs.process import note_hold
from crawler.spiders.tally import Tally

SHORT = Hold(seconds=1.2, cpu_s=0.1, place="crawler/a.py:1 one < crawler/b.py:2 two", over=True)
LONG = Hold(seconds=12.7, cpu_s=12.6, place="crawler/c.py:3 three", over=True)


class Crawler:
    """A crawl with a spider that counts."""

    class Spider:
        tally = Tally()

    spider = Spider()


def summary(**counts: Any) -> str:
    printed = io.StringIO()
    report = CrawlReport(
        sources=1,
        listings=1,
        listings_failed=0,
        found=0,
        fetched=0,
        stored=0,
        dropped={},
        failed={},
        problems={},
        seconds=1.0,
        **counts,
    )
    print_crawl(Console(file=printed, width=60), report)
    return printed.getvalue()


def test_what_is_over_is_counted_and_the_longest_kept_with_its_place() -> None:
    crawler: Any = Crawler()
    for hold in (SHORT, LONG, SHORT):
        note_hold(crawler, hold)
    note_hold(crawler, Hold(seconds=20.0, cpu_s=0.0, place="x", over=False))

    assert crawler.spider.tally["loop held"] == 3
    assert crawler.spider.tally.longest_hold[1] == "12.7 s (12.6 s of CPU) at crawler/c.py:3 three"


def test_the_summary_says_it_in_one_line() -> None:
    once = summary(loop_held=1, longest_hold=str(SHORT)).splitlines()
    often = summary(loop_held=3, longest_hold=str(LONG)).splitlines()

    assert once[1] == (
        "the event loop was held for over a second once: 1.2 s (0.1 s of CPU) at "
        "crawler/a.py:1 one < crawler/b.py:2 two"
    )
    assert often[1] == (
        "the event loop was held for over a second 3 times, longest: 12.7 s (12.6 s of CPU) at "
        "crawler/c.py:3 three"
    )
    assert "event loop" not in summary()
