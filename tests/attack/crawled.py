"""One crawl over every hostile site: each case is a source, and its neighbours must not notice."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.attack.outcome import Outcome
from tests.attack.sites import NEIGHBOUR, STOLEN, Site, claiming, leading_to
from tests.attack.web import Answers, Served, Web, reply
from tests.journeys.program import Program

NEIGHBOURS = 3
CRAWL_S = 1_500.0  # silent hosts alone take three times a minute
MOST_MB = 700  # of the crawl's own process; a quiet crawl of as many sites takes 200


class Crawled:
    """A crawl over `sites`, and what it left: documents by address, and what it said."""

    def __init__(self, program: Program, web: Web, sites: Sequence[Site], more: Answers) -> None:
        self.program = program
        canary: Answers = {"*": lambda base: reply("never")}
        self.canaries = [web.add(canary, "127.0.0.2")]
        port = int(self.canaries[0].url.rpartition(":")[2])
        with suppress(OSError):  # no IPv6 here
            self.canaries.append(web.add(canary, "::1", port))
        self.neighbours = [web.add(NEIGHBOUR) for _ in range(NEIGHBOURS)]
        all_sites = [*sites, *leading_to(port), claiming(f"{self.neighbours[0].url}/honest")]
        self.served = [(site, web.add(site.answers)) for site in all_sites]
        self.more = web.add(more)
        sources = program.home.parent / "sources.toml"
        sources.write_text("".join(self._tables()))
        watched = replace(program, module="tests.attack.watched", limit_s=CRAWL_S)
        done = watched.run("crawl", "--sources", str(sources), "--all-topics")
        self.code, self.said, self.told = done.returncode, done.stderr, done.stdout
        self.documents = program.documents()

    def _tables(self) -> Iterator[str]:
        named = [(f"site-{n}", one, site.answers) for n, (site, one) in enumerate(self.served)]
        named += [(f"neighbour-{n}", one, NEIGHBOUR) for n, one in enumerate(self.neighbours)]
        for name, one, answers in [*named, ("more", self.more, NEIGHBOUR)]:
            yield f'[[source]]\nid = "{name}"\nname = "{name}"\nhomepage = "{one.url}/"\n'
            yield f'feeds = ["{one.url}/feed"]\nlanguage = "en"\ndelay_s = 0\n'
            if "/sitemap.xml" in answers:
                yield f'sitemaps = ["{one.url}/sitemap.xml"]\n'

    def outcomes(self) -> Iterator[Outcome]:
        for site, served in self.served:
            yield Outcome(kind=site.kind, name=site.name, wrong=self._wrong(site, served))
        for number, neighbour in enumerate(self.neighbours):
            missing = [
                p for p in ("/hostile", "/honest") if neighbour.url + p not in self.documents
            ]
            wrong = f"{missing} not stored" if missing else None
            yield Outcome(kind="neighbours", name=f"site {number}", wrong=wrong)
        yield from self._process()

    def _wrong(self, site: Site, served: Served) -> str | None:
        if site.honest and f"{served.url}/honest" not in self.documents:
            lines = [line for line in self.said.splitlines() if f"{served.url}/" in line]
            return f"its honest page was not stored: {' | '.join(lines)[:400] or 'nothing said'}"
        found = self.documents.get(f"{served.url}/hostile", {})
        if site.text is not None and site.text not in found.get("text", ""):
            return f"{site.text!r} was not found in its text"
        if site.never is not None and site.never in served.asked:
            return f"{site.never} was asked for"
        return None

    def _process(self) -> Iterator[Outcome]:
        """What the crawl as a whole must be like."""
        asked = [path for canary in self.canaries for path in canary.asked]
        held = re.findall("^HELD .*$", self.said, re.MULTILINE)
        peak_mb = int((re.findall(r"^PEAK (\d+) MB$", self.said, re.MULTILINE) or ["0"])[-1])
        stolen = [url for url, one in self.documents.items() if one["title"] == STOLEN]
        victim = self.documents.get(f"{self.neighbours[0].url}/honest", {})
        for name, wrong in (
            ("exit code", None if self.code in (0, 3) else f"{self.code}: {self.said[-300:]}"),
            ("one line for each fault", "a traceback" if "Traceback" in self.said else None),
            ("event loop", f"{len(held)} times: {held[0]}" if held else None),
            ("memory", f"{peak_mb} MB" if not 0 < peak_mb < MOST_MB else None),
            ("closed addresses", f"asked for {asked}" if asked else None),
            ("a neighbour's document", f"{stolen}" if victim.get("title") == STOLEN else None),
        ):
            yield Outcome(kind="crawl", name=name, wrong=wrong)


def crawl_all(
    folder: Path,
    web: Web,
    sites: Sequence[Site],
    *,
    more: Answers,
    before: Callable[[Program], None],
) -> Crawled:
    """Crawl hostile sites into a fresh data folder.

    more: a further site's answers. before: what is done in that folder first.
    """
    settings = {
        "TECHWIRE_ALLOW_HOSTS": "127.0.0.1",
        "TECHWIRE_WORKERS": "2",
    }
    program = Program(folder / "home", settings)
    before(program)
    return Crawled(program, web, sites, more)
