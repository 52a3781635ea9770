"""Work beside a crawl goes on behind whatever error it meets, and says each of them once."""

import threading

from structlog.testing import capture_logs

from crawler.runs.repeating import repeating


def test_an_error_nobody_thought_of_is_one_line_and_the_work_goes_on() -> None:
    done = threading.Event()
    ends = iter([KeyError("a bug"), KeyError("a bug"), None, ValueError("of\nanother"), None])

    def work() -> None:
        end = next(ends, "over")
        if end == "over":
            done.set()
        elif isinstance(end, Exception):
            raise end

    with capture_logs() as lines, repeating("housekeeping", work, every_s=0.01):
        assert done.wait(30)

    assert [(line["event"], line["error"]) for line in lines] == [
        ("housekeeping failed", "KeyError: 'a bug'"),
        ("housekeeping failed", "ValueError: of another"),
    ]


def test_it_ends_with_its_block() -> None:
    with repeating("nothing", lambda: None, every_s=0.01):
        assert "nothing" in {thread.name for thread in threading.enumerate()}

    assert "nothing" not in {thread.name for thread in threading.enumerate()}
