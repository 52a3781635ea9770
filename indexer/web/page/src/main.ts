/** Starts the page: InstantSearch, its widgets, and the views. */

import instantsearch from "instantsearch.js/es";
import connectConfigure from "instantsearch.js/es/connectors/configure/connectConfigure";
import connectInfiniteHits from "instantsearch.js/es/connectors/infinite-hits/connectInfiniteHits";
import connectSearchBox from "instantsearch.js/es/connectors/search-box/connectSearchBox";
import connectSortBy from "instantsearch.js/es/connectors/sort-by/connectSortBy";
import { BY_DATE, feedAddress, routing } from "./address";
import { amountWidget } from "./amounts";
import { drawBar, totalOf } from "./bar";
import { activeFilters, drawChips } from "./chips";
import { INDEX, searchClient } from "./client";
import { ALL_COPIES } from "./contract";
import { dateWidget } from "./dates";
import { byId, h, swap } from "./dom";
import { closeButton, keepAtHand, showTotal } from "./drawer";
import { emptiness } from "./empty";
import { facetWidgets } from "./facets";
import { SHOWN, type Hit } from "./fields";
import { watchForNews } from "./fresh";
import { row } from "./hits";
import { chooseLanguage, t, translatePage } from "./i18n";
import { keys } from "./keys";
import { watchFailures } from "./notice";
import { applyTheme, recall, settings } from "./settings";
import { current, extras, follow, shows } from "./state";
import { watchUnderstanding } from "./understood";
import { viewLinks, viewWidget } from "./views";

const HITS_A_PAGE = 20;
const TYPING_PAUSE_MS = 120;

async function start(): Promise<void> {
  applyTheme();
  await chooseLanguage(recall("language"));
  translatePage();
  settings(byId("settings"));
  const search = instantsearch({
    indexName: INDEX,
    searchClient: searchClient as any,
    routing,
    future: { preserveSharedStateOnUnmount: true },
  });
  follow(search);
  const facets = byId("facets");
  search.addWidgets([
    connectConfigure(() => {})({
      searchParameters: {
        hitsPerPage: HITS_A_PAGE,
        attributesToRetrieve: SHOWN,
        attributesToHighlight: ["title", "summary", "text"],
        attributesToSnippet: ["summary:48", "text:36"],
        snippetEllipsisText: "…",
      } as any,
    }),
    extras,
    searchBox(),
    connectSortBy(() => {})({ items: [{ value: INDEX, label: "" }, { value: BY_DATE, label: "" }] }),
    dateWidget(facets),
    ...facetWidgets(facets),
    amountWidget(facets),
    summary(),
    viewLinks(byId("views")),
    hits(byId("news")),
    viewWidget(byId("view"), [byId("news"), byId("fresh")]),
    waiting(byId("news")),
  ]);
  facets.prepend(closeButton());
  keepAtHand(byId("settings"), facets);
  search.on("error", () => {}); // told by the notice
  watchFailures();
  watchUnderstanding();
  keys();
  search.start();
  watchForNews(byId("fresh"), () => search.refresh());
}

function searchBox(): any {
  const input = byId<HTMLInputElement>("query");
  let timer: number | undefined;
  let refine: (query: string) => void = () => {};
  let asked = "";
  const ask = (): void => {
    window.clearTimeout(timer);
    asked = input.value;
    refine(asked);
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, TYPING_PAUSE_MS);
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  return connectSearchBox((options) => {
    refine = options.refine;
    const { query = "" } = current(); // options.query is that of the last answer
    if (query === asked) return; // what is being typed stays
    asked = query;
    input.value = query;
  })({});
}

function summary(): any {
  return shows(({ results, search }) => {
    if (!results) return;
    const total = totalOf(results, search);
    drawBar(byId("bar"), total, search, activeFilters(search).length);
    showTotal(total);
    drawChips(byId("chips"), search);
    for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=alternate]")) {
      const [, format] = /(atom|json)/.exec(link.type) ?? [];
      link.href = feedAddress(search, format);
    }
    document.title = search.query ? `${search.query} · techwire` : "techwire";
  });
}

/** Only a wait that lasts is shown, so quick answers do not flicker. */
function waiting(container: HTMLElement): any {
  return {
    $$type: "techwire.waiting",
    init: () => container.setAttribute("aria-busy", "true"),
    dispose: () => {},
    render: ({ instantSearchInstance }: any) =>
      container.setAttribute("aria-busy", String(instantSearchInstance.status === "stalled")),
  };
}

function hits(container: HTMLElement): any {
  const list = h("ol", { class: "hits" });
  const foot = h("div", { class: "foot" });
  container.append(list, foot);
  return connectInfiniteHits(({ items, isLastPage, showMore, results }) => {
    if (!results) return;
    const withCopies = current().copies !== ALL_COPIES;
    swap(list, ...items.map((hit) => h("li", {}, row(hit as unknown as Hit, withCopies))));
    const more = h("button", { type: "button", class: "more", "data-key": "show more", onclick: showMore }, t("more"));
    swap(foot, !isLastPage && items.length > 0 && more);
    if (!items.length) void explain(foot);
  })({ escapeHTML: false } as any);
}

async function explain(foot: HTMLElement): Promise<void> {
  const search = current();
  const reason = await emptiness(search).catch(() => undefined); // the notice tells of failures
  if (reason && JSON.stringify(search) === JSON.stringify(current())) swap(foot, reason);
}

void start();
