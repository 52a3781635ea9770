"""Takes the pictures of the page that the README shows: python tests/browser/screenshots.py URL.

URL is a running page's address, that of `techwire demo` for instance; pictures go to docs/.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DOCS = Path(__file__).parents[2] / "docs"

# file, width, height, colours, address after the page's own
PICTURES = [
    ("page.png", 1280, 860, "light", ""),
    ("page-dark.png", 1280, 800, "dark", "?q=chip"),
    ("page-phone.png", 360, 740, "light", ""),
    ("page-grid.png", 1280, 800, "light", "?view=grid"),
    ("page-trends.png", 1280, 800, "light", "?view=trends"),
    ("page-coverage.png", 1280, 800, "light", "?view=coverage"),
]


def main(url: str, folder: Path = DOCS) -> None:
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, width, height, colours, search in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if colours == "dark" else "light",
                locale="en-US",
            )
            page.goto(f"{url.rstrip('/')}/{search}")
            page.locator(".stats:not(:empty)").wait_for(state="attached")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / name)
            page.close()
            print(folder / name)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python tests/browser/screenshots.py URL [FOLDER]")
    main(sys.argv[1], *map(Path, sys.argv[2:]))
