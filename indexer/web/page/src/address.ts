/** The whole search in the address: shared, bookmarked, gone back to. The feeds read the same words. */

import { history } from "instantsearch.js/es/lib/routers";
import { INDEX } from "./client";
import { FACETS } from "./fields";
import { isWhen } from "./when";

export const NEWEST = `${INDEX}:published_at:desc`;
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

const USD = /^(\d{1,15}:\d{0,15}|:\d{1,15})$/;

export function toRoute(search: Search): Route {
  const route: Route = [];
  const { query, refinementList = {}, sortBy, usd, when, copies, view } = search;
  if (query) route.push(["q", query]);
  for (const { name, attribute } of FACETS) {
    for (const value of refinementList[attribute] ?? []) route.push([name, value]);
  }
  if (usd) route.push(["usd", usd]);
  if (when?.includes("..")) {
    const [from, to] = when.split("..");
    if (from) route.push(["from", from]);
    if (to) route.push(["to", to]);
  } else if (when) route.push(["since", when]);
  if (sortBy === NEWEST) route.push(["sort", "newest"]);
  if (copies === "all") route.push(["copies", "all"]);
  if (view && view !== "news") route.push(["view", view]);
  return route;
}

/** Reads an address; what it does not understand is left out, never passed on. */
export function fromRoute(route: Route): Search {
  const params = new URLSearchParams(route);
  const search: Search = { query: (params.get("q") ?? "").slice(0, 300) };
  const refined = FACETS.map(({ name, attribute }) => [attribute, params.getAll(name)] as const);
  search.refinementList = Object.fromEntries(refined.filter(([, values]) => values.length));
  const usd = params.get("usd");
  if (usd && USD.test(usd)) search.usd = usd;
  const when = params.get("since") ?? `${params.get("from") ?? ""}..${params.get("to") ?? ""}`;
  if (isWhen(when)) search.when = when;
  if (params.get("sort") === "newest") search.sortBy = NEWEST;
  if (params.get("copies") === "all") search.copies = "all";
  const view = params.get("view");
  if (view && (VIEWS as readonly string[]).includes(view)) search.view = view;
  return search;
}

/** Where the same search is as a feed: RSS, or `atom` or `json`. */
export function feedAddress(search: Search, format?: string): string {
  const route = toRoute({ ...search, view: undefined, sortBy: undefined });
  if (format === "atom") route.push(["format", format]);
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
