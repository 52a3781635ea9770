"""What a feed says of the use of its articles: RSL as elements of the feed or of an item, links.

Source: RSL 1.0, rslstandard.org/rsl.
"""

from collections.abc import Sequence

from crawler.article import Signal
from crawler.formats.markup import Element, local_name
from crawler.rights.licences import KIND, NAMESPACE, licence_signals, parts_in
from crawler.urls import join


def licensing(element: Element) -> list[Element]:
    """Children of a channel or an item that say something of its use."""
    return [child for child in element if _is_rsl(child) or _links_licence(child)]


def feed_signals(said: Sequence[Element], url: str, base: str) -> tuple[Signal, ...]:
    """What such children say of a page. url: the page's. base: what links count from."""
    own = [child for child in said if _is_rsl(child)]
    found = licence_signals(parts_in(own), url, "RSL in the feed") if own else []
    for child in said:
        if _links_licence(child):
            address = join(base, child.get("href") or "")
            if address.startswith(("http://", "https://")):
                found.append(Signal(mark="licence", words=address))
    return tuple(found)


def _is_rsl(element: Element) -> bool:
    return str(element.tag).startswith(f"{{{NAMESPACE}}}")


def _links_licence(element: Element) -> bool:
    return (
        local_name(element) == "link"
        and element.get("rel") == "license"
        and KIND in (element.get("type") or "").lower()
    )
