/** The whole search in the address: shared, bookmarked, gone back to. The feeds read the same words. */

import { history } from "instantsearch.js/es/lib/routers";
import { INDEX } from "./client";
import { ALL_COPIES, MOST_WORDS, NEWEST, NEWEST_FIRST, PARAMETERS as P, USD_FORM } from "./contract";
import { FACETS } from "./fields";
import { readWhen } from "./when";

export const BY_DATE = `${INDEX}:${NEWEST_FIRST}`;
export const VIEWS = ["news", "grid", "trends", "coverage"] as const;
export type View = (typeof VIEWS)[number];

/** What the page remembers of a search, in InstantSearch's terms plus our own.
 *
 * usd: "least:most" in US dollars, either may be missing. when: see `when`.. */
export interface Search {
  query?: string;
  refinementList?: Record<string, string[]>;
  sortBy?: string;
  page?: number;
  when?: string;
  usd?: string;
  copies?: string;
  view?: string;
}

type Route = [string, string][];

export function toRoute(search: Search): Route {
  const route: Route = [];
  const { query, refinementList = {}, sortBy, usd, when, copies, view } = search;
  if (query) route.push([P.WORDS, query]);
  for (const { name, attribute } of FACETS) {
    for (const value of refinementList[attribute] ?? []) route.push([name, value]);
  }
  if (usd) route.push([P.USD, usd]);
  if (when?.includes("..")) {
    const [from, to] = when.split("..");
    if (from) route.push([P.FROM, from]);
    if (to) route.push([P.TO, to]);
  } else if (when) route.push([P.SINCE, when]);
  if (sortBy === BY_DATE) route.push([P.SORT, NEWEST]);
  if (copies === ALL_COPIES) route.push([P.COPIES, ALL_COPIES]);
  if (view && view !== "news") route.push([P.VIEW, view]);
  return route;
}

/** Reads an address; what it does not understand is left out, never passed on. */
export function fromRoute(route: Route): Search {
  const params = new URLSearchParams(route);
  const told = (name: string): string => params.get(name) ?? "";
  const search: Search = { query: [...told(P.WORDS)].slice(0, MOST_WORDS).join("") };
  const refined = FACETS.map(
    ({ name, attribute }) => [attribute, params.getAll(name).filter((value) => value.trim())] as const,
  );
  search.refinementList = Object.fromEntries(refined.filter(([, values]) => values.length));
  if (USD_FORM.test(told(P.USD))) search.usd = told(P.USD);
  const when = readWhen(told(P.SINCE) || `${told(P.FROM)}..${told(P.TO)}`);
  if (when) search.when = when;
  if (told(P.SORT) === NEWEST) search.sortBy = BY_DATE;
  if (told(P.COPIES) === ALL_COPIES) search.copies = ALL_COPIES;
  const view = told(P.VIEW);
  if ((VIEWS as readonly string[]).includes(view)) search.view = view;
  return search;
}

/** Where the same search is as a feed: RSS, or `atom` or `json`. */
export function feedAddress(search: Search, format?: string): string {
  const route = toRoute({ ...search, view: undefined, sortBy: undefined });
  if (format === "atom") route.push([P.FORMAT, format]);
  const query = new URLSearchParams(route).toString();
  const file = format === "json" ? "feed.json" : "feed.xml";
  return query ? `${file}?${query}` : file;
}

export const routing: any = {
  router: history<any>({
    createURL: ({ routeState, location }) => {
      const query = new URLSearchParams(routeState.route ?? []).toString();
      return `${location.origin}${location.pathname}${query ? `?${query}` : ""}`;
    },
    parseURL: ({ location }) => ({ route: [...new URLSearchParams(location.search)] }),
    writeDelay: 300,
    cleanUrlOnDispose: false,
  }),
  stateMapping: {
    stateToRoute: (uiState: any) => ({ route: toRoute(uiState[INDEX] ?? {}) }),
    routeToState: (routeState: any) => ({ [INDEX]: fromRoute(routeState.route ?? []) }),
  },
};
