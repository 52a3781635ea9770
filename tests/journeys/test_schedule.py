"""Two runs of one schedule do not get into each other's way, and a failed one tells."""

import json
import threading
from pathlib import Path

from tests.journeys.program import Program
from tests.loopback import Answer, Asked, serving


def a_source(name: str, url: str) -> str:
    return (
        f'[[source]]\nid = "{name}"\nname = "{name}"\nhomepage = "{url}/"\n'
        f'feeds = ["{url}/feed"]\ndelay_s = 0\n'
    )


def test_a_second_run_leaves_the_work_to_the_first_and_a_failed_one_tells(tmp_path: Path) -> None:
    asked, released = threading.Event(), threading.Event()

    def answer(request: Asked) -> Answer:
        if request.path == "/robots.txt":
            asked.set()
            released.wait(120)
        return Answer(status=404)

    with serving(answer) as site, serving(lambda _: Answer(status=204)) as hook:
        sources = tmp_path / "sources.toml"
        sources.write_text(a_source("one", site.url))
        settings = {
            "TECHWIRE_ALLOW_HOSTS": "127.0.0.1",
            "TECHWIRE_FAILURE_WEBHOOK": f"{hook.url}/failed",
        }
        program = Program(tmp_path / "home", settings)
        words = ("crawl", "--sources", str(sources), "--no-index")
        first = program.start(*words)
        try:
            assert asked.wait(120)

            second = program.run(*words)

            assert second.returncode == 0, second.stderr
            (line,) = second.stdout.splitlines()
            assert line.startswith(f"1 sources left to another crawl, process {first.pid} on ")
            assert "since 20" in line
            assert hook.asked == []
        finally:
            released.set()
            _, told = first.communicate(timeout=120)

    assert first.returncode == 1
    assert "techwire: the crawl failed: none of 1 listings could be read, such as " in told
    assert json.loads(hook.asked[0].body)["exit_code"] == 1
