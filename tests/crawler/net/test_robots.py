"""robots.txt is read as RFC 9309 wants it, in time that grows with its length."""

import pickle

import pytest

from crawler.net.robots import MOST_BYTES, MOST_RULES, read_robots

SITE = "https://news.example"


def allows(text: str | bytes, path: str) -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return read_robots(body, "techwire").allows(SITE + path)


@pytest.mark.parametrize(
    ("text", "closed", "open_"),
    [
        ("", (), ("/", "/a")),
        ("User-agent: *\nDisallow: /a", ("/a", "/ab", "/a/b"), ("/", "/b", "/A")),
        ("User-agent: *\nDisallow:", (), ("/", "/a")),
        ("Disallow: /a", (), ("/a",)),
        ("User-agent: otherbot\nDisallow: /", (), ("/a",)),
        ("User-agent: TechWire\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: techwire/1.0 (news)\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: *techwire*\nDisallow: /a", ("/a",), ("/b",)),
        # the most specific agent alone, wherever its group stands, and an empty one too
        ("User-agent: techwire\nDisallow: /a\nUser-agent: *\nDisallow: /b", ("/a",), ("/b",)),
        ("User-agent: *\nDisallow: /b\nUser-agent: techwire\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: *\nDisallow: /\nUser-agent: techwire\nDisallow:", (), ("/a",)),
        # a name that only begins as ours, or as which ours begins, is another's
        ("User-agent: tech\nDisallow: /\nUser-agent: techwires\nDisallow: /", (), ("/a",)),
        ("User-agent: wire\nDisallow: /", (), ("/a",)),
        # groups of one agent are one; a group may have several agents
        (
            "User-agent: techwire\nDisallow: /a\nUser-agent: x\nDisallow: /\n"
            "User-agent: techwire\nDisallow: /b",
            ("/a", "/b"),
            ("/c",),
        ),
        ("User-agent: x\nUser-agent: techwire\nUser-agent: y\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b", ("/a", "/b"), ("/c",)),
        # other records end no group and no list of agents; empty lines do not either
        ("User-agent: *\nSitemap: /s\n\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: x\n\nSitemap: /s\nNonsense: 1\nUser-agent: *\nDisallow: /a", ("/a",), ()),
        # ... but what a group may hold does
        ("User-agent: *\nCrawl-delay: 9\nUser-agent: x\nDisallow: /", (), ("/a",)),
        # the longest match counts, and the open one of two as long
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", ("/a", "/a/c"), ("/a/b", "/a/b/c")),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", ("/a/c",), ("/a/b",)),
        ("User-agent: *\nAllow: /a\nDisallow: /a", (), ("/a",)),
        ("User-agent: *\nAllow: /\nDisallow: /*.pdf", ("/x.pdf",), ("/x",)),
        # wildcards, the end, percent signs
        ("User-agent: *\nDisallow: /*/print$", ("/a/print",), ("/a/print/1", "/print")),
        ("User-agent: *\nDisallow: /a*b*c", ("/a-b-c-d",), ("/a-c-b",)),
        ("User-agent: *\nDisallow: /a$", ("/a",), ("/ab",)),
        ("User-agent: *\nDisallow: /*?", ("/a?b=1",), ("/a",)),
        ("User-agent: *\nDisallow: /caf\u00e9", ("/caf%C3%A9", "/caf%c3%a9/1"), ("/cafe",)),
        ("User-agent: *\nDisallow: /caf%c3%a9", ("/caf\u00e9",), ()),
        # comments, spaces, letters of either case, a colon that is missing, common misspellings
        ("USER-AGENT : *  # all\n  DISALLOW : /a  # and why", ("/a",), ("/b",)),
        ("user agent *\ndisallow /a", ("/a",), ("/b",)),
        ("Useragent: *\nDissalow: /a\nDisalow: /b", ("/a", "/b"), ("/c",)),
        # line ends, byte-order mark, bytes that are no UTF-8
        ("User-agent: *\rDisallow: /a\rAllow: /a/b", ("/a",), ("/a/b",)),
        ("User-agent: *\r\nDisallow: /a\r\n\r\nDisallow: /b", ("/a", "/b"), ("/c",)),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", ("/a",), ("/b",)),
        (b"User-agent: *\n# \xff\xfe\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: *\nAllow: /a\u2028Disallow: /b", (), ("/b",)),
        ("User-agent: *\nDisallow: /", ("/", "/a"), ("/robots.txt",)),
        ("<html>Not found: /</html>", (), ("/a",)),
    ],
)  # fmt: skip
def test_rules_mean_what_the_standard_says(
    text: str | bytes, closed: tuple[str, ...], open_: tuple[str, ...]
) -> None:
    assert [path for path in closed if allows(text, path)] == []
    assert [path for path in open_ if not allows(text, path)] == []


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7.0),
        ("User-agent: *\nCrawl-delay: 1.5 # s", 1.5),
        ("User-agent: techwire\nDisallow: /a\nUser-agent: *\nCrawl-delay: 7", 0.0),
        ("User-agent: techwire\nDisallow: /a\nUser-agent: techwire\nCrawl-delay: 7", 7.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: -3", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("", 0.0),
    ],
)
def test_the_delay_is_that_of_our_group(text: str, delay_s: float) -> None:
    assert read_robots(text.encode(), "techwire").delay_s == delay_s


def test_what_is_beyond_500_kib_is_not_read_and_that_is_said() -> None:
    head = "User-agent: *\nDisallow: /a\n"
    body = (head + "#" * (MOST_BYTES - len(head) - 10) + "\nAllow: /a/only-this-one\n").encode()

    rules = read_robots(body, "techwire")

    assert not rules.allows(f"{SITE}/a/b"), "half of a rule is none"
    assert rules.left_out == f"only the first 512000 of its {len(body)} bytes were read"
    assert read_robots(body[:MOST_BYTES], "techwire").left_out == ""


def test_rules_beyond_the_bounds_are_left_out_and_counted() -> None:
    many = "".join(f"Disallow: /{n}\n" for n in range(MOST_RULES + 7))

    rules = read_robots(f"User-agent: *\n{many}".encode(), "techwire")
    assert rules.left_out == f"7 of its {MOST_RULES + 7} rules for us were left out"
    assert not rules.allows(f"{SITE}/5")

    long = read_robots(f"User-agent: *\nDisallow: /{'a' * 3000}\nDisallow: /b".encode(), "techwire")
    assert long.left_out == "1 of its 2 rules for us were left out"
    assert not long.allows(f"{SITE}/b")


def test_another_s_rules_and_doubles_are_no_reason_to_leave_anything_out() -> None:
    others = "User-agent: x\n" + "".join(f"Disallow: /{n}\n" for n in range(2 * MOST_RULES))
    doubles = "User-agent: *\n" + "Disallow: /a\n" * (MOST_RULES + 7)

    rules = read_robots((others + doubles).encode(), "techwire")

    assert rules.left_out == ""
    assert not rules.allows(f"{SITE}/a")
    assert rules.allows(f"{SITE}/5")


def test_rules_travel_between_processes() -> None:
    rules = pickle.loads(pickle.dumps(read_robots(b"User-agent: *\nDisallow: /a", "techwire")))

    assert not rules.allows(f"{SITE}/a")
    assert rules.allows(f"{SITE}/b")
