"""The taxonomy checks itself: its tree, its codes and every word of its term files."""

import re
from collections import Counter

import pytest

from crawler.enrichment.matching import Phrases, Text
from crawler.enrichment.terms import MASK, SIGN, TopicTerm, read_terms, term_files, vocabulary
from indexer.vocabulary.taxonomy import taxonomy

ROOTS = (
    "ai semiconductors startups markets policy security cloud devices robotics fintech crypto "
    "ecommerce gaming mobility climate health space telecom media labour"
)


def every_label() -> set[str]:
    tree = taxonomy()
    return {*tree.labels, *tree.off, tree.general, MASK, SIGN}


def test_the_tree_has_its_topics_and_at_least_120_subtopics():
    labels = taxonomy().labels.values()

    assert {label.id for label in labels if label.parent is None} >= set(ROOTS.split())
    assert sum(label.parent is not None for label in labels) >= 120


def test_every_subtopic_is_named_after_its_topic():
    for label in taxonomy().labels.values():
        if label.parent:
            assert label.id.startswith(f"{label.parent}."), label.id


def test_labels_are_told_apart_by_their_names():
    names = Counter(label.label for label in taxonomy().labels.values())

    assert [name for name, count in names.items() if count > 1] == []


def test_codes_are_newscodes_of_eight_digits_or_none():
    for label in taxonomy().labels.values():
        assert label.iptc is None or re.fullmatch(r"\d{8}", label.iptc), label


def test_soft_topics_are_no_anchors_but_name_subtopics_that_are():
    labels = taxonomy().labels

    assert not any(labels[topic].anchor for topic in ("markets", "policy", "labour"))
    assert labels["policy.ai"].anchor


@pytest.mark.parametrize("file", sorted(term_files()))
def test_every_line_of_a_term_file_names_a_label_and_a_weight(file):
    for term in read_terms(file):
        assert term.label in every_label(), term
        assert term.weight == 0.0 if term.label == MASK else 0.5 <= term.weight <= 4.0, term
        assert term.phrase == term.phrase.strip(), term
        assert len(term.phrase.strip("~")) > 0, term


@pytest.mark.parametrize("file", sorted(term_files()))
def test_no_term_stands_twice_for_one_topic(file):
    inherited = () if file in ("en", "names") else (*read_terms("en"), *read_terms("names"))
    known = {said(term) for term in inherited if term.label != MASK}
    twice = []
    for term in read_terms(file):
        if said(term) in known:
            twice.append(said(term))
        known.add(said(term))

    assert twice == []


def said(term: TopicTerm) -> tuple[str, str, bool]:
    return term.phrase, term.root, term.with_sum


@pytest.mark.parametrize("file", sorted(term_files()))
def test_every_term_is_found_where_it_is_written(file):
    terms = list(read_terms(file))
    phrases = Phrases((term.phrase, key) for key, term in enumerate(terms))
    missed = []
    for key, term in enumerate(terms):
        found = {match.key for match in phrases.find(Text.of(f"x, {as_written(term)}. y"))}
        if key not in found:
            missed.append(term.phrase)

    assert missed == []


def as_written(term: TopicTerm) -> str:
    return term.phrase.replace("~", "")


@pytest.mark.parametrize(
    "language", ["en", "zh", "ja", "es", "pt", "fr", "de", "id", "ar", "hi", "ko"]
)
def test_the_languages_of_our_sources_have_words_for_every_topic(language):
    roots = {term.root for term in read_terms(language)}

    assert set(ROOTS.split()) <= roots


def test_a_text_is_read_with_the_words_of_its_language_and_with_english_ones():
    words = {term.phrase for term in vocabulary("de").terms}

    assert {"halbleiter~", "data center", "OpenAI"} <= words
    assert "puces" not in words


def test_neighbouring_languages_share_their_words():
    assert vocabulary("ms") is vocabulary("id")
    assert vocabulary("zh-Hant") is vocabulary("zh-Hans")


def test_words_of_every_text_are_held_once_for_all_languages():
    everywhere, _ = vocabulary("de").phrases
    assert vocabulary("fr").phrases[0] is everywhere
    assert vocabulary("en").phrases == (everywhere,)


def test_a_languages_own_words_are_found_beside_english_ones():
    german = vocabulary("de")
    found = german.find(Text.of("OpenAI mietet ein data center für Halbleiter"))
    assert {german.terms[match.key].phrase for match in found} >= {
        "OpenAI",
        "data center",
        "halbleiter~",
    }


def test_a_language_without_words_of_its_own_gets_english_ones():
    assert vocabulary("xh").terms == vocabulary("en").terms


def test_a_text_of_unknown_language_is_read_with_all_words():
    assert len(vocabulary(None).terms) > 15_000
