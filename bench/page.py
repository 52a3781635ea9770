"""How soon a reader sees results: milliseconds from the request of the page to its first hit.

    python bench/page.py

`techwire demo` in a process of its own, Debian's Chromium with an empty cache for every load; in
the same run the time until the HTML is there, which no page can be faster than.
"""

import re
import signal
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
LOADS = 10
NOTE_FIRST_HIT = """
new MutationObserver(() => {
  if (window.firstHit === undefined && document.querySelector(".hit"))
    window.firstHit = performance.now();
}).observe(document, {childList: true, subtree: true});
"""
HTML_MS = "performance.getEntriesByType('navigation')[0].responseEnd"


def main() -> None:
    if not Path(CHROMIUM).is_file():
        sys.exit("Chromium is absent: on Debian run apt-get install chromium")
    demo = subprocess.Popen(
        [sys.executable, "-m", "crawler", "demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        address = served_at(demo)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            loads = [load(browser, address) for _ in range(LOADS)]
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)
    for name, times in zip(("the HTML", "first hit"), zip(*loads, strict=True), strict=True):
        print(f"{name:<10} median {statistics.median(times):4.0f} ms, slowest {max(times):4.0f} ms")


def served_at(demo: "subprocess.Popen[str]") -> str:
    """The page's address, once the demo has crawled and says so."""
    for line in demo.stdout or ():
        found = re.search(r"Search page: (\S+)", line)
        if found:
            return found[1]
    sys.exit("the demo ended before its page was there")


def load(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds until the HTML was there, and until the first hit stood in the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.add_init_script(NOTE_FIRST_HIT)
    page.goto(address)
    page.wait_for_selector(".hit")
    times = float(page.evaluate(HTML_MS)), float(page.evaluate("window.firstHit"))
    context.close()
    return times


if __name__ == "__main__":
    main()
