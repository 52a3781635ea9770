"""Large numbers in words: what tells a sum's size also tells that there is one."""

import pytest

from crawler.enrichment.amounts import number_of, unit_of
from crawler.enrichment.funding.money import find_money
from crawler.enrichment.topics.sums import has_sum

SUMS = [
    ("$5m", 5e6), ("$5 million", 5e6), ("$250k", 250e3), ("$5bn", 5e9), ("$2 trillion", 2e12),
    ("€4 Mio", 4e6), ("€4 Milliarden", 4e9), ("€4 miljoen", 4e6), ("€4 miljard", 4e9),
    ("€4 mld", 4e9), ("€4 εκατομμύρια", 4e6), ("₹45 crore", 450e6), ("₹3 lakh", 300e3),
    ("₹3 करोड़", 30e6), ("৳3 কোটি", 30e6), ("৳3 লাখ", 300e3), ("Rp5 juta", 5e6),
    ("Rp5 miliar", 5e9), ("₫5 tỷ", 5e9), ("₴5 мільярдів", 5e9), ("₽5 млн", 5e6),
    ("$5 مليون", 5e6), ("$5 مليار", 5e9), ("$5 میلیون", 5e6), ("$5 میلیارد", 5e9),
    ("₪5 מיליון", 5e6), ("₪5 מיליארד", 5e9), ("฿5 ล้าน", 5e6), ("5亿美元", 500e6), ("5万円", 50e3),
    ("5억원", 500e6), ("5000만 달러", 50e6),
]  # fmt: skip


@pytest.mark.parametrize(("written", "amount"), SUMS, ids=[written for written, _ in SUMS])
def test_a_sum_is_seen_where_it_is_read(written, amount):
    text = f"raises {written} !"

    assert [money.amount for money in find_money(text)] == [amount]
    assert has_sum(text, 0, len("raises"))


@pytest.mark.parametrize(
    "text", ["raises 5 miles", "raises H-1B", "raises a 7B model", "raises 500 people", "raises 5"]
)
def test_a_number_of_something_else_is_no_sum(text):
    assert not has_sum(text, 0, len("raises"))


def test_numbers_and_units_in_words():
    assert number_of("1.500.000") == number_of("1,500,000") == 1.5e6
    assert number_of("1,5") == number_of("1.5") == 1.5
    assert (unit_of("crore"), unit_of(None)) == (1e7, 1)
