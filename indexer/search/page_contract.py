"""What the page needs of the contract of a search, written into its sources; for developers.

    python -m indexer.search.page_contract

The file is kept beside the page's other sources, so building the page needs nothing of this.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from indexer.search import contract
from indexer.vocabulary.meaning import STEP

TARGET = Path(__file__).parents[1] / "web" / "page" / "src" / "contract.ts"

_HEAD = """\
/** The contract of a search, as the page needs it.
 *
 * Written by `python -m indexer.search.page_contract`; change indexer/search/contract.py instead.
 */
"""
_CONSTANTS = {
    "SEPARATOR": STEP,
    "TIME": contract.TIME,
    "DAY": contract.DAY,
    "FUNDING": contract.FUNDING,
    "STORY": contract.STORY,
    "NEWEST_FIRST": contract.NEWEST_FIRST[0],
    "NEWEST": contract.NEWEST,
    "ALL_COPIES": contract.ALL_COPIES,
    "MOST_WORDS": contract.MOST_WORDS,
    "SPAN_UNITS_S": dict(contract.SPAN_UNITS_S),
}
_FORMS = {
    "SPAN_FORM": contract.SPAN_FORM,
    "DAY_FORM": contract.DAY_FORM,
    "USD_FORM": contract.USD_FORM,
}
_PARAMETERS = ("WORDS", "USD", "SINCE", "FROM", "TO", "SORT", "COPIES", "VIEW", "FORMAT")


def written() -> str:
    """The module in TypeScript."""
    parameters = {name: getattr(contract, name) for name in _PARAMETERS}
    facets = {
        facet.name: {"attribute": facet.field}
        | ({"levels": list(facet.levels)} if facet.levels else {})
        for facet in contract.FACETS.values()
    }
    return "\n".join(
        (
            _HEAD,
            *(f"export const {name} = {_literal(value)};" for name, value in _CONSTANTS.items()),
            *(f"export const {name} = /^(?:{form})$/;" for name, form in _FORMS.items()),
            "",
            "/** Names in an address, beside those of the facets. */",
            _table("PARAMETERS", parameters),
            "",
            "/** By name in the address: the attribute shown, and the levels of a hierarchy. */",
            _table("SEARCHED", facets),
            "",
        )
    )


def _table(name: str, rows: Mapping[str, object]) -> str:
    lines = "".join(f"  {key}: {_literal(value)},\n" for key, value in rows.items())
    return f"export const {name} = {{\n{lines}}} as const;"


def _literal(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key}: {_literal(one)}' for key, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
    print(f"{TARGET.name} written")
