"""Worker processes: one page that hangs or crashes costs itself, never its neighbours."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from crawler.errors import ExtractionError
from crawler.workers.pool import Workers, harvest
from tests.crawler.jobs import job, process_id
from tests.factories import NOW

LIMIT_S = 0.4
HUNG_S = 5.0


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(2, limit_s=LIMIT_S, hung_s=HUNG_S)
    asyncio.run(pool.run(job, "warm"))  # the fork server's imports are nobody's time
    yield pool
    pool.close()


def test_a_call_gives_its_result(workers: Workers) -> None:
    assert asyncio.run(workers.run(job, "one")) == "one done"


def test_work_is_done_in_other_processes(workers: Workers) -> None:
    import os

    assert asyncio.run(workers.run(process_id, None)) != os.getpid()


@pytest.mark.parametrize(
    ("what", "reason", "words"),
    [
        ("refuse", "list-page", "12 headlines"),
        ("exit", "crash", "crashed its worker"),
        ("memory", "too-large", "memory"),
        ("bug", "crash", "KeyError"),
        ("deep", "crash", "RecursionError"),
    ],
)
def test_whatever_happens_to_a_call_is_an_extraction_error(
    workers: Workers, what: str, reason: str, words: str
) -> None:
    with pytest.raises(ExtractionError) as caught:
        asyncio.run(workers.run(job, what))

    assert caught.value.reason == reason
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_call_that_uses_up_its_cpu_seconds_ends_and_says_so(workers: Workers) -> None:
    with pytest.raises(ExtractionError, match=r"timeout: more than 0\.4 s of CPU"):
        asyncio.run(workers.run(job, "spin"))


def test_waiting_for_a_busy_machine_uses_up_nothing(workers: Workers) -> None:
    assert asyncio.run(workers.run(job, "nap")) == "nap done", "it took longer than that"


def test_a_hanging_call_costs_its_time_limit_and_not_its_neighbours(workers: Workers) -> None:
    async def both() -> tuple[str, float]:
        hanging = asyncio.ensure_future(workers.run(job, "hang"))
        neighbours = [await workers.run(job, f"n{n}") for n in range(5)]
        assert not hanging.done(), "the neighbours were done meanwhile"
        began = time.monotonic()
        with pytest.raises(ExtractionError) as caught:
            await hanging
        assert neighbours == [f"n{n} done" for n in range(5)]
        return caught.value.reason, time.monotonic() - began

    reason, seconds = asyncio.run(both())

    assert reason == "timeout"
    assert seconds < 10 * HUNG_S
    assert asyncio.run(workers.run(job, "after")) == "after done"


def test_a_crash_costs_nobody_else(workers: Workers) -> None:
    async def many() -> list[str | BaseException]:
        calls = [workers.run(job, what) for what in ("a", "exit", "b", "exit", "c", "d")]
        return await asyncio.gather(*calls, return_exceptions=True)

    ends = asyncio.run(many())

    assert [end for end in ends if isinstance(end, str)] == ["a done", "b done", "c done", "d done"]
    crashes = [end for end in ends if isinstance(end, ExtractionError)]
    assert [crash.reason for crash in crashes] == ["crash", "crash"]


def test_results_come_in_the_order_of_the_arguments(workers: Workers) -> None:
    asked = [f"line {number}" for number in range(50)]
    asked[7], asked[20], asked[30] = "hang", "exit", "refuse"

    found = list(workers.ordered(job, asked))

    assert [argument for argument, _ in found] == asked
    reasons = [end.reason for _, end in found if isinstance(end, ExtractionError)]
    assert reasons == ["timeout", "crash", "list-page"]
    assert all(end == f"{argument} done" for argument, end in found if isinstance(end, str))


def test_arguments_are_taken_a_window_at_a_time(workers: Workers) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "one"

    results = workers.ordered(job, endless())
    assert next(results) == ("one", "one done")

    assert taken <= 8 * workers.count


def test_a_page_is_extracted_and_enriched_in_one_call(workers: Workers) -> None:
    from crawler.article import Page

    words = "The chip maker opened a semiconductor plant for memory chips in Hangzhou, China. "
    body = (
        "<html lang=en><head><title>Chips</title></head><body><article><h1>Chip plant opens</h1>"
        + f"<p>{words * 3}</p>" * 6
        + "</article></body></html>"
    )
    page = Page(url="https://news.example/plant-1", body=body.encode(), fetched_at=NOW)

    ((article, facets),) = asyncio.run(workers.run(harvest, page))

    assert article.title == "Chip plant opens"
    assert facets.language == "en"
    assert facets.shingles
