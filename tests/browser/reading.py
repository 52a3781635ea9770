"""The search page as a reader sees it: what tests do with it, in a reader's words."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

AXE = Path(__file__).parents[2] / "indexer/web/page/node_modules/axe-core/axe.min.js"


class Reader:
    """One open page. Remembers what the page asked for and what its console complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, search: str = "") -> "Reader":
        self.page.goto(f"{self.url}/{search}")
        expect(self.page.locator(".stats")).not_to_be_empty()
        return self

    def type(self, words: str) -> None:
        self.page.get_by_role("searchbox", name="Search the news").fill(words)

    def total(self, words: str) -> None:
        """Wait until the page counts so many articles; it may know how many stories they tell."""
        expect(self.page.locator(".stats")).to_have_text(re.compile(rf"(^|\D){re.escape(words)}$"))

    def headlines(self) -> list[str]:
        return self.page.locator(".headline").all_inner_texts()

    def hit(self, words: str) -> Locator:
        return self.page.locator(".hit").filter(has_text=words).first

    def facet(self, name: str) -> Locator:
        return self.page.locator(f".facet-{name}")

    def value(self, facet: str, name: str) -> Locator:
        exact = re.compile(rf"^{re.escape(name)}$")
        names = self.page.locator(".name").get_by_text(exact)
        return self.facet(facet).locator(".value").filter(has=names)

    def choose(self, facet: str, name: str) -> None:
        self.value(facet, name).click()

    def count(self, facet: str, name: str) -> int:
        return int(self.value(facet, name).locator(".count").inner_text())

    def counts(self, facet: str) -> dict[str, int]:
        rows = self.facet(facet).locator(".value")
        names = rows.locator(".name").all_inner_texts()
        numbers = rows.locator(".count").all_inner_texts()
        return dict(zip(names, map(int, numbers), strict=True))

    def chips(self) -> list[str]:
        return [text.removesuffix(" ×") for text in self.page.locator(".chip").all_inner_texts()]

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )

    def faults(self) -> list[str]:
        """What axe finds serious or critical."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})"
        )
        return [
            f"{fault['id']}: {json.dumps([node['html'][:120] for node in fault['nodes'][:3]])}"
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
