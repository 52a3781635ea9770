"""robots.txt → what it allows us, by RFC 9309, in time that grows with its length alone.

A parser that keeps every group with every rule needs minutes for a hostile file of 100 KB: so only
the groups that count for us reach it, as one. Groups of our name are one group, as are those of
`*`, which count when none has our name. Pure; sitemaps in it are read by `discovery.sitemaps`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from protego import Protego

from crawler.errors import CompressionError, ExtractionError
from crawler.formats.compression import PackedBody
from crawler.rights.preferences import MOST_RULES as MOST_PREFERENCES
from crawler.rights.preferences import NAMES as PREFERENCES
from crawler.rights.preferences import Usage, read_usage
from crawler.settings import MAX_BODY_BYTES, ROBOTS_NAME

MOST_BYTES = 512_000  # RFC 9309, 2.5
MOST_RULES = 10_000  # of our group; each page is held against all of them
MOST_CHARS = 2_083  # of a rule: no address that is fetched is longer

_LINE_END = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"user[ -]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
# with the misspellings that are common; what else a group may hold ends its list of agents as well
_RULE = re.compile(
    r"(allow|dis{1,2}al{1,2}[ao]w|diasllow|crawl[ -]delay|request[ -]rate|visit[ -]time"
    r"|content-usage|content-signal)"
    r"\s*[:\s]\s*(.*)",
    re.IGNORECASE,
)
_NAMES = {"a": "Allow", "d": "Disallow", "c": "Crawl-delay"}
_NAMES |= {name.lower(): name for name in PREFERENCES}
_LICENCE = re.compile(r"(?i)license\s*:\s*(https?://[^\s#]{1,2000})")
MOST_LICENCES = 3  # that one robots.txt names
_TOKEN = re.compile(r"[\w-]+")
_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # Python's, not the RFC's


@dataclass(frozen=True, slots=True, eq=False)
class RobotsRules:
    """What one robots.txt means for us.

    delay_s: its Crawl-delay, 0 without one. left_out: what of it was not read, in words, or "".
    usage: what our group says of the use of its pages. licences: addresses; they hold for all.
    """

    group: Protego
    delay_s: float = 0.0
    left_out: str = ""
    usage: tuple[Usage, ...] = ()
    licences: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        return self.group.can_fetch(url, "*")


NO_RULES = RobotsRules(group=Protego())


def read_robots(body: bytes, agent: str = ROBOTS_NAME) -> RobotsRules:
    """The rules for a robot. agent: its name, as robots.txt files write it ("techwire")."""
    lines = _LINE_END.split(body[:MOST_BYTES].decode("utf-8-sig", "replace"))
    left_out = []
    if len(body) > MOST_BYTES:
        lines.pop()  # half a rule may mean anything
        left_out.append(f"only the first {MOST_BYTES} of its {len(body)} bytes were read")
    found = _rules_for(agent.lower(), lines)
    usage = [rule for rule in found if rule.startswith(PREFERENCES)]
    rules = [rule for rule in found if not rule.startswith(PREFERENCES)]
    kept = [rule for rule in rules if len(rule) <= MOST_CHARS][:MOST_RULES]
    if len(kept) < len(rules):
        left_out.append(f"{len(rules) - len(kept)} of its {len(rules)} rules for us were left out")
    group = Protego.parse("\n".join(["User-agent: *", *kept]))
    delay_s = group.crawl_delay("*") or 0.0
    return RobotsRules(
        group=group,
        delay_s=delay_s,
        left_out="; ".join(left_out),
        usage=tuple(_usage(rule) for rule in usage[:MOST_PREFERENCES]),
        licences=tuple(dict.fromkeys(_licences(lines)))[:MOST_LICENCES],
    )


def read_packed_robots(file: PackedBody) -> RobotsRules:
    """The rules for us of a file as it travelled. Raises: ExtractionError, as a worker's calls."""
    try:
        body = file.inflated(limit=MAX_BODY_BYTES).body
    except CompressionError as error:
        raise ExtractionError("not-text", str(error)) from error
    return read_robots(body)


def _rules_for(agent: str, lines: list[str]) -> list[str]:
    """The rules of all groups that count for a robot, each once, as `Name: value`."""
    found: dict[str, dict[str, None]] = {}  # by agent: ours, or "*"
    named: set[str] = set()
    in_rules = True
    for line in lines:
        line = line.partition("#")[0].strip()
        if said := _AGENT.match(line):
            if in_rules:
                named, in_rules = set(), False
            who = _agent_of(said[1])
            if who in ("*", agent):
                named.add(who)
                found.setdefault(who, {})
        elif said := _RULE.match(line):
            in_rules = True
            name = _NAMES.get(said[1].lower()) or _NAMES.get(said[1][0].lower())
            value = _OTHER_LINE_ENDS.sub(lambda end: quote(end[0]), said[2])
            for who in named if name else ():
                found[who][f"{name}: {value}"] = None
    return list(found.get(agent, found.get("*", {})))


def _usage(rule: str) -> Usage:
    name, _, value = rule.partition(": ")
    return read_usage(name, value)


def _licences(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if said := _LICENCE.match(line.strip()):
            yield said[1]


def _agent_of(value: str) -> str:
    """Whom a group names, in lower case, without a version or what else stands behind it."""
    if value.split()[:1] == ["*"]:
        return "*"
    token = _TOKEN.match(value.strip("* "))
    return token[0].lower() if token else ""
