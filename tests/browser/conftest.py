"""Chromium, the embedded engine with sample documents, and the page before it; all on loopback."""

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import meilisearch
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from indexer.search.index_settings import index_settings
from indexer.web.app import STATIC, create_app
from tests.browser.reading import Reader
from tests.browser.samples import sample_coverage, sample_documents
from tests.indexer.web.loopback import running

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ENGINE_START_S = 20.0
WAIT_MS = 8_000

OpenPage = Callable[..., Reader]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is absent: apt-get install chromium")
    if not STATIC.joinpath("index.html").is_file():
        pytest.skip("the page is not built: pip install -e . in the checkout")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded engine that holds the sample documents."""
    data = tmp_path_factory.mktemp("engine")
    command = [sys.executable, "-m", "indexer.embedded", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        url = _address(data / "server.json", process)
        client = meilisearch.Client(url)
        for task in (
            client.create_index("news", {"primaryKey": "id"}),
            client.index("news").update_settings(index_settings()),
            client.index("news").add_documents(sample_documents()),
        ):
            done = client.wait_for_task(task.task_uid, timeout_in_ms=20_000)
            assert done.status == "succeeded", done.error
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address(told: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + ENGINE_START_S
    while time.monotonic() < deadline and process.poll() is None:
        if told.is_file():
            return str(json.loads(told.read_text())["url"])
        time.sleep(0.05)
    raise RuntimeError("the embedded engine did not start")


@pytest.fixture(scope="session")
def web(engine: str) -> Iterator[str]:
    """The address of the page."""
    app = create_app(meili_url=engine, search_key=None, index="news", coverage=sample_coverage)
    with running(app) as url:
        yield url


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> "defaultdict[tuple[str, str], BrowserContext]":
    """One browser context for each language and colour scheme: the page's files are read once."""

    class Contexts(defaultdict[tuple[str, str], BrowserContext]):
        def __missing__(self, key: tuple[str, str]) -> BrowserContext:
            locale, colours = key
            scheme = "dark" if colours == "dark" else "light"
            self[key] = browser.new_context(locale=locale, color_scheme=scheme)
            return self[key]

    return Contexts()


@pytest.fixture
def open_page(
    contexts: "defaultdict[tuple[str, str], BrowserContext]", web: str
) -> Iterator[OpenPage]:
    """Opens the page in a tab of its own; afterwards nothing may have gone wrong.

    Every test so also checks that the page asked nobody but its own server, and that its
    Content-Security-Policy had nothing to refuse.
    """
    readers: list[Reader] = []

    def open_page(
        search: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        locale: str = "en-US",
        colours: str = "light",
        before: Callable[[Page], None] = lambda page: None,
    ) -> Reader:
        page = contexts[locale, colours].new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(WAIT_MS)
        before(page)
        readers.append(Reader(page, web))
        return readers[-1].open(search)

    yield open_page
    for reader in readers:
        reader.page.close()
        elsewhere = [url for url in reader.asked if not url.startswith(web)]
        assert elsewhere == []
        assert reader.complaints == []
