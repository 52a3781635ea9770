"""The contract of a search: how its parameters are called, what each filters, how they combine.

Everything that searches keeps it: the commands, alerts, keys, exports, the page's address, feeds.
Several values of one facet join by OR, different filters by AND. A facet takes names as people
write them; what they mean is `indexer.vocabulary`'s to say. `page_contract` writes what the page
needs of this into its sources. Reading an address is `indexer.web.question`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.vocabulary.meaning import ATTRIBUTES

# Fields that are no facets
TIME = "published_at"  # UNIX seconds
DAY = "published_day"  # UNIX seconds of its start, UTC; counted where TIME is filtered
FUNDING = "funding_usd"
STORY = "story_id"
SOURCE_ID = "source"

NEWEST_FIRST = (f"{TIME}:desc",)  # else the most relevant first

# Names in an address; each facet's own name stands there too, and may repeat.
WORDS = "q"
USD = "usd"  # least:most, either may be missing
SINCE = "since"  # a span back from now; before it FROM and TO do not count
FROM = "from"  # a day, its start
TO = "to"  # a day, its end
SORT = "sort"  # NEWEST, or by relevance
COPIES = "copies"  # ALL_COPIES, or one hit a story
VIEW = "view"  # the page's own
FORMAT = "format"  # the feeds' own
SHOWING = (SORT, COPIES, VIEW, FORMAT)  # say how hits are shown, not which
NEWEST = "newest"
ALL_COPIES = "all"

# Forms of values, in what Python and JavaScript read alike.
SPAN_FORM = "([0-9]{1,4})([hd])"
DAY_FORM = "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
USD_FORM = "[0-9]{1,15}:[0-9]{0,15}|:[0-9]{1,15}"
SPAN_UNITS_S: Mapping[str, int] = {"h": 3600, "d": 86_400}

MOST_WORDS = 300  # characters; the rest is cut
MOST_VALUES = 100  # of one facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """What a search can be narrowed by.

    name: of the parameter, the option and the kind of names it takes.
    attributes: those of the index that one of its values may stand in.
    """

    name: str
    attributes: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The attributes whose values people are shown, with their counts."""
        return tuple(attribute for attribute in self.attributes if attribute != SOURCE_ID)

    @property
    def field(self) -> str:
        """The field of the document that people are shown."""
        return self.shown[0].partition(".")[0]

    @property
    def levels(self) -> tuple[str, ...]:
        """Attributes of a hierarchy from its root on; empty for a plain facet."""
        return self.attributes if "." in self.attributes[0] else ()


FACETS: Mapping[str, Facet] = {
    name: Facet(name=name, attributes=attributes) for name, attributes in ATTRIBUTES.items()
}
COUNTED = tuple(attribute for facet in FACETS.values() for attribute in facet.shown)
