"""What a second reading of the page changes in the own one."""

from crawler.extraction.body.second import without_loose_end
from crawler.extraction.body.tokens import agreement, runs, share
from tests.crawler.extraction.pages import PARAGRAPHS

NOTE = "This note of the publisher stands below every text."


def test_what_only_one_reading_has_behind_the_last_common_line_goes():
    assert without_loose_end([*PARAGRAPHS, NOTE], list(PARAGRAPHS), ()) == list(PARAGRAPHS)


def test_what_only_one_reading_has_within_the_story_stays():
    own = [*PARAGRAPHS[:3], NOTE, *PARAGRAPHS[3:]]

    assert without_loose_end(own, list(PARAGRAPHS), [NOTE[:9]]) == own


def test_entries_of_lists_at_the_end_stay():
    own = [*PARAGRAPHS, "Spain (Group F)", NOTE]

    assert without_loose_end(own, list(PARAGRAPHS), ["Spain (Group F)"]) == own[:-1]


def test_a_reading_that_knows_little_of_the_story_cuts_nothing():
    own = [*PARAGRAPHS, NOTE]

    assert without_loose_end(own, list(PARAGRAPHS[:2]), ()) == own
    assert without_loose_end(own, [], ()) == own


def test_words_are_told_apart_in_scripts_without_spaces():
    assert runs("新しい工場") == {tuple("新しい"), tuple("しい工"), tuple("い工場")}
    assert share("新しい工場", runs("この新しい工場は大きい")) == 1.0


def test_texts_agree_by_the_words_they_have_in_common():
    assert agreement("one two three", "One, two; three!") == 1.0
    assert agreement("one two", "two three") == 0.5
    assert agreement("one", "") == 0.0
