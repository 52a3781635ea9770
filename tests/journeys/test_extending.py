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


SEABED = (
    "Kelpbot said on Monday that its seabed robots will map the sea floor near Port Kelp, "
    "for whoever asks. Seabed mapping takes a year, said the firm from Kelpville. "
)


def test_words_of_the_documents_tag_what_is_stored_anew(tmp_path: Path) -> None:
    [words] = re.findall(
        r"```toml\n# vocabulary.toml\n(.*?)```",
        (ROOT / "docs/extending.md").read_text(),
        re.DOTALL,
    )
    saved = tmp_path / "page.html"
    saved.write_text(
        '<html><head><title>Robots map the sea</title><link rel="canonical" '
        'href="https://news.example/robots-map-the-sea-floor"></head><body><article>'
        f"<h1>Robots map the sea floor</h1><p>{SEABED * 3}</p></article></body></html>"
    )
    program = Program(tmp_path / "home", {})
    program.json("crawl", "--archive", str(saved), "--no-index", "--all-topics")
    before = program.json("extract", str(saved))
    (program.home / "vocabulary.toml").write_text(words)

    after = program.json("extract", str(saved))
    replayed = program.run("replay", "--enrich-only")

    assert "ocean-tech" not in before["topics"]
    assert after["topics"][0] == "ocean-tech"
    assert "ocean-tech.seabed-mapping" in after["subtopics"]
    assert after["places"] == ["Oceania > New Zealand > Kelpville"]
    assert after["companies"] == ["Kelp Robotics"]
    assert "topics gained: Ocean tech 1" in replayed.stdout
    assert "companies: 1 documents" in replayed.stdout


def test_a_fault_in_words_of_ones_own_stops_the_start_with_what_to_write(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", {})
    program.home.mkdir()
    file = program.home / "vocabulary.toml"
    file.write_text('[[place]]\nname = "Kelpville"\ncountry = "Kelpland"\n')
    saved = tmp_path / "page.html"
    saved.write_text("<p>one</p>")

    done = program.run("extract", str(saved))

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"techwire: {file}: place 'Kelpville': country is 'Kelpland': "
        'write two letters (ISO 3166-1), such as "FR"',
        f"{file}: place 'Kelpville': latitude is missing: write latitude = ...",
        f"{file}: place 'Kelpville': longitude is missing: write longitude = ...",
    ]


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
