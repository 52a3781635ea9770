/** The search's state beyond InstantSearch's own widgets: span of time, view, story or all copies.
 *
 * Everything a reader can choose goes through `change`, so it is in the address and in the history.
 */

import type { InstantSearch } from "instantsearch.js";
import { toRoute, type Search } from "./address";
import { INDEX } from "./client";
import { FUNDING, TIME } from "./contract";
import { bounds } from "./when";

export interface Rendered {
  results: any;
  search: Search;
}

let instance: InstantSearch;

export function follow(search: InstantSearch): void {
  instance = search;
}

export function current(): Search {
  return (instance.getUiState()[INDEX] ?? {}) as Search;
}

/** Changes the search and begins at its first page. */
export function change(step: (search: Search) => Partial<Search>): void {
  instance.setUiState((uiState: any) => {
    const search: Search = uiState[INDEX] ?? {};
    return { ...uiState, [INDEX]: { ...search, page: undefined, ...step(search) } };
  });
}

/** The address of the search after a step, for links. */
export function addressAfter(step: (search: Search) => Partial<Search>): string {
  const search = current();
  const query = new URLSearchParams(toRoute({ ...search, ...step(search) })).toString();
  return query ? `?${query}` : location.pathname;
}

/** Sets the chosen values of one facet. */
export function choose(attribute: string, values: string[]): void {
  change(({ refinementList = {} }) => {
    const { [attribute]: _, ...others } = refinementList;
    return { refinementList: values.length ? { ...others, [attribute]: values } : others };
  });
}

export const CLEARED: Partial<Search> = { refinementList: {}, usd: undefined, when: undefined };

const OWN = ["when", "usd", "copies", "view"] as const;

function within(state: any, attribute: string, [from, to]: (number | undefined)[]): any {
  let next = state.clearRefinements(attribute);
  if (from !== undefined) next = next.addNumericRefinement(attribute, ">=", from);
  if (to !== undefined) next = next.addNumericRefinement(attribute, "<=", to);
  return next;
}

/** Holds our own part of a search in InstantSearch's state; `when` becomes a filter whose days still count freely. */
export const extras: any = {
  $$type: "techwire.extras",
  init: () => {},
  render: () => {},
  dispose: ({ state }: any) => state,
  getWidgetUiState: (uiState: Search, { searchParameters }: any): Search => {
    const own = OWN.flatMap((name) => (searchParameters[name] ? [[name, searchParameters[name]]] : []));
    return { ...uiState, ...Object.fromEntries(own) };
  },
  getWidgetSearchParameters: (state: any, { uiState }: { uiState: Search }) => {
    const own = Object.fromEntries(OWN.map((name) => [name, uiState[name] ?? ""]));
    let next = state.setQueryParameters(own).addDisjunctiveFacet(TIME);
    const { when, usd } = own;
    next = within(next, TIME, when ? bounds(when) : []);
    return within(next, FUNDING, usd ? usd.split(":").map((end) => (end ? Number(end) : undefined)) : []);
  },
};

/** A widget that only shows: called at the start, without results, and after each answer. */
export function shows(render: (rendered: Rendered) => void): any {
  return {
    $$type: "techwire.shows",
    init: () => render({ results: undefined, search: current() }),
    dispose: () => {},
    render: ({ results }: any) => render({ results, search: current() }),
  };
}
