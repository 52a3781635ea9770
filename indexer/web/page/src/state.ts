/** The search's state beyond InstantSearch's own widgets: span of time, view, story or all copies.
 *
 * Everything a reader can choose goes through `change`, so it is in the address and in the history.
 */

import type { InstantSearch } from "instantsearch.js";
import type { Search } from "./address";
import { INDEX } from "./client";
import { TIME } from "./fields";
import { bounds } from "./when";

export interface Rendered {
  results: any;
  search: Search;
  searching: boolean;
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
  return instance.createURL({ [INDEX]: { ...search, ...step(search) } } as any);
}

/** Sets the chosen values of one facet. */
export function choose(attribute: string, values: string[]): void {
  change(({ refinementList = {} }) => {
    const { [attribute]: _, ...others } = refinementList;
    return { refinementList: values.length ? { ...others, [attribute]: values } : others };
  });
}

export const CLEARED: Partial<Search> = { refinementList: {}, range: {}, when: undefined };

/** Holds our own three in InstantSearch's state; `when` becomes a filter whose days still count freely. */
export const extras: any = {
  $$type: "techwire.extras",
  init: () => {},
  render: () => {},
  dispose: ({ state }: any) => state,
  getWidgetUiState: (uiState: Search, { searchParameters }: any): Search => {
    const { when, copies, view } = searchParameters;
    return {
      ...uiState,
      ...(when ? { when } : {}),
      ...(copies ? { copies } : {}),
      ...(view ? { view } : {}),
    };
  },
  getWidgetSearchParameters: (state: any, { uiState }: { uiState: Search }) => {
    const { when = "", copies = "", view = "" } = uiState;
    let next = state.setQueryParameters({ when, copies, view }).addDisjunctiveFacet(TIME);
    next = next.clearRefinements(TIME);
    const [from, to] = when ? bounds(when) : [];
    if (from !== undefined) next = next.addNumericRefinement(TIME, ">=", from);
    if (to !== undefined) next = next.addNumericRefinement(TIME, "<=", to);
    return next;
  },
};

/** A widget that only shows: called after each answer. */
export function shows(render: (rendered: Rendered) => void): any {
  return {
    $$type: "techwire.shows",
    init: () => {},
    dispose: () => {},
    render: ({ results, instantSearchInstance }: any) =>
      render({
        results,
        search: current(),
        searching: instantSearchInstance.status === "stalled",
      }),
  };
}
