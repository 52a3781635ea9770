/** The contract of a search, as the page needs it.
 *
 * Written by `python -m indexer.search.page_contract`; change indexer/search/contract.py instead.
 */

export const SEPARATOR = " > ";
export const TIME = "published_at";
export const DAY = "published_day";
export const FUNDING = "funding_usd";
export const STORY = "story_id";
export const NEWEST_FIRST = "published_at:desc";
export const NEWEST = "newest";
export const ALL_COPIES = "all";
export const MOST_WORDS = 300;
export const SPAN_UNITS_S = { h: 3600, d: 86400 };
export const SPAN_FORM = /^(?:([0-9]{1,4})([hd]))$/;
export const DAY_FORM = /^(?:([0-9]{4})-([0-9]{1,2})-([0-9]{1,2}))$/;
export const USD_FORM = /^(?:[0-9]{1,15}:[0-9]{0,15}|:[0-9]{1,15})$/;

/** Names in an address, beside those of the facets. */
export const PARAMETERS = {
  WORDS: "q",
  USD: "usd",
  SINCE: "since",
  FROM: "from",
  TO: "to",
  SORT: "sort",
  COPIES: "copies",
  VIEW: "view",
  FORMAT: "format",
} as const;

/** By name in the address: the attribute shown, and the levels of a hierarchy. */
export const SEARCHED = {
  topic: { attribute: "topics", levels: ["topics.lvl0", "topics.lvl1"] },
  region: { attribute: "regions", levels: ["regions.lvl0", "regions.lvl1", "regions.lvl2"] },
  source: { attribute: "source_name" },
  language: { attribute: "language" },
  company: { attribute: "companies" },
  access: { attribute: "access" },
  stage: { attribute: "funding_stage" },
} as const;
