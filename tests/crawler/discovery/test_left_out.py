"""What the listings of one source leave out becomes one line."""

from crawler.discovery.listing import MOST_LEFT_OUT, left_out_words, summed


def test_counts_of_the_same_are_added_up() -> None:
    lines = (
        "1 item left out: files, no pages",
        "2 sub-sitemaps left out: on other sites",
        "41 items left out: files, no pages",
    )

    assert summed(lines) == [
        "42 items left out: files, no pages",
        "2 sub-sitemaps left out: on other sites",
    ]


def test_what_is_not_counted_stands_once_and_what_stands_alone_stays_as_it_is() -> None:
    doubt = "the feed is not well-formed XML: read as far as possible"
    other = "only the first 50000 items were read"

    assert summed([doubt, doubt, other, "1 item with a date that cannot be read"]) == [
        doubt,
        other,
        "1 item with a date that cannot be read",
    ]


def test_a_source_with_much_left_out_says_how_much_more_there_is() -> None:
    lines = [f"1 item left out: reason {n}" for n in "abcdefgh"]

    words = left_out_words(lines)

    assert words.count("; ") == MOST_LEFT_OUT
    assert words.endswith("; and 2 lines more")
