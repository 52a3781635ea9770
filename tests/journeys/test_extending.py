"""Scrapy's own commands inside the project, and the examples of docs/extending.md as they stand."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.program import Program
from tests.loopback import Answer, Asked, Site, html, serving

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = dict(
    re.findall(r"```python\n# (\S+)\n(.*?)```", (ROOT / "docs/extending.md").read_text(), re.DOTALL)
)
STORY = (
    "Chipmaker Orbisil said on Monday that a plant will make memory chips for AI servers, with "
    "semiconductor tools from two suppliers. Kumo Robotics is its first customer. "
)


def answer(asked: Asked) -> Answer:
    if asked.path == "/robots.txt":
        return Answer(body=b"User-agent: *\nDisallow: /closed")
    return html(
        "<html><head><title>Orbisil builds a plant</title></head><body><article>"
        f"<h1>Orbisil builds a plant</h1><p>{STORY * 3}</p></article></body></html>"
    )


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(answer) as found:
        yield found


@pytest.fixture
def opened(tmp_path: Path) -> Program:
    return Program(tmp_path / "home", {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})


def scrapy(program: Program, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env=program.env(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_scrapys_commands_work_inside_the_project(site: Site, opened: Program) -> None:
    spiders = scrapy(opened, "list")
    fetched = scrapy(opened, "fetch", f"{site.url}/a")
    shell = scrapy(opened, "shell", f"{site.url}/a", "-c", "response.css('h1::text').get()")

    assert spiders.stdout.split() == ["news", "watch"]
    assert "<h1>Orbisil builds a plant</h1>" in fetched.stdout
    assert shell.stdout.split("\n")[0] == "Orbisil builds a plant"
    assert "Traceback" not in fetched.stderr + shell.stderr


def test_a_closed_address_and_a_closed_page_stay_so_and_are_named(
    site: Site, opened: Program, tmp_path: Path
) -> None:
    private = scrapy(Program(tmp_path / "other", {}), "fetch", f"{site.url}/a")
    refused = scrapy(opened, "fetch", f"{site.url}/closed")

    assert (private.stdout, refused.stdout) == ("", "")
    assert "127.0.0.1 is a private address: list it in TECHWIRE_ALLOW_HOSTS" in private.stderr
    assert "/closed" not in site.paths()


def test_the_spider_of_the_documents_runs(site: Site, opened: Program, tmp_path: Path) -> None:
    example = EXAMPLES["titles.py"].replace(
        'name = "titles"', f'name = "titles"\n    start_urls = ["{site.url}/a"]'
    )
    (tmp_path / "titles.py").write_text(example)

    done = scrapy(opened, "runspider", str(tmp_path / "titles.py"), "-O", f"{tmp_path}/out.json")

    assert json.loads((tmp_path / "out.json").read_text()) == [
        {"url": f"{site.url}/a", "title": "Orbisil builds a plant"}
    ], done.stderr


def test_the_step_of_the_documents_adds_its_companies(tmp_path: Path) -> None:
    (tmp_path / "our_package.py").write_text(EXAMPLES["our_package.py"])
    info = tmp_path / "our_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[techwire.enrichers]\nours = our_package:mark_customers\n"
    )
    line = {"id": "1", "title": "Orbisil builds a plant", "text": STORY}
    (tmp_path / "in.jsonl").write_text(json.dumps(line))

    subprocess.run(
        [sys.executable, "-m", "crawler", "enrich", "--jsonl", "in.jsonl", "out.jsonl"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}", "TECHWIRE_HOME": str(tmp_path)},
        check=True,
    )

    facets = json.loads((tmp_path / "out.jsonl").read_text())
    assert {"Orbisil", "Kumo Robotics"} <= set(facets["companies"])
