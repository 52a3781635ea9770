/** A search as Meilisearch's API takes it, for the views that ask beside InstantSearch. */

import type { Search } from "./address";
import { INDEX, toServerFilter } from "./client";
import { FUNDING, TIME } from "./contract";
import { FACETS } from "./fields";
import { bounds } from "./when";

export interface Query {
  indexUid: string;
  q: string;
  filter: (string | string[])[];
  [more: string]: unknown;
}

/** The query of a search; `more` adds or replaces parameters. Without a limit only counts come. */
export function queryOf(search: Search, more: Record<string, unknown> = {}): Query {
  return { indexUid: INDEX, q: search.query ?? "", filter: filtersOf(search), limit: 0, ...more };
}

/** Values of one facet join by OR, facets by AND. */
export function filtersOf({ refinementList = {}, usd, when }: Search): (string | string[])[] {
  const filters: (string | string[])[] = FACETS.flatMap(({ attribute }) => {
    const chosen = refinementList[attribute] ?? [];
    return chosen.length ? [chosen.map((value) => equals(attribute, value))] : [];
  });
  if (usd) filters.push(...between(FUNDING, usd.split(":").map((end) => (end ? Number(end) : undefined))));
  if (when) filters.push(...between(TIME, bounds(when)));
  return filters;
}

export function equals(attribute: string, value: string): string {
  const filter = toServerFilter(`${attribute}:${value}`);
  const colon = filter.indexOf(":");
  return `${JSON.stringify(filter.slice(0, colon))} = ${quoted(filter.slice(colon + 1))}`;
}

export function between(attribute: string, [from, to]: (number | undefined)[]): string[] {
  const ends: string[] = [];
  if (from !== undefined) ends.push(`${attribute} >= ${from}`);
  if (to !== undefined) ends.push(`${attribute} <= ${to}`);
  return ends;
}

function quoted(value: string): string {
  return `"${value.replace(/([\\"])/g, "\\$1")}"`;
}
