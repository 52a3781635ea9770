/** The line above the results: how many, in which order, one per story or all copies. */

import { BY_DATE, feedAddress, type Search } from "./address";
import { ALL_COPIES } from "./contract";
import { h, swap } from "./dom";
import { openDrawer } from "./drawer";
import { t } from "./i18n";
import { change } from "./state";

const MOST_COUNTED = 10_000; // the search server counts no further (indexer/search/index_settings.py)

/** Draws the bar; `total` says how many there are in words, for the live region too. */
export function drawBar(container: HTMLElement, total: string, search: Search, active: number): void {
  const filters = h(
    "button",
    { type: "button", class: "show-filters", "aria-controls": "facets", "data-key": "filters" },
    active ? t("showFilters", { n: active }) : t("filters"),
  );
  filters.addEventListener("click", openDrawer);
  // without words there is no better and worse match: the newest come first anyway
  const sort = Boolean(search.query) && select("sort", search.sortBy === BY_DATE ? "newest" : "relevance", ["relevance", "newest"], (value) =>
    change(() => ({ sortBy: value === "newest" ? BY_DATE : undefined })),
  );
  const copies = select(
    "copies",
    search.copies === ALL_COPIES ? "allCopies" : "oneStory",
    ["oneStory", "allCopies"],
    (value) => change(() => ({ copies: value === "allCopies" ? ALL_COPIES : undefined })),
  );
  const live = container.querySelector(".stats") ?? h("p", { class: "stats", role: "status", title: t("countsHint") });
  if (live.textContent !== total) live.textContent = total;
  const address = feedAddress(search);
  if (!live.isConnected) {
    const feed = h("a", { class: "feed", title: t("feed") }, "RSS");
    container.append(live, feed, h("div", { class: "tools" }));
  }
  container.querySelector(".feed")!.setAttribute("href", address);
  swap(container.querySelector(".tools")!, filters, sort, copies);
}

/** "312 stories in 480 articles", or "480 articles" when no story is known to have copies. */
export function totalOf(results: any, search: Search): string {
  const { nbHits } = results;
  if (!nbHits) return t("noStories");
  // Every article has one kind of access, so these add up to all of them.
  const access: Record<string, number> = results._rawResults?.[0]?.facets?.access ?? {};
  const articles = Math.max(nbHits, Object.values(access).reduce((sum, n) => sum + n, 0));
  const told = t("articles", { n: articles });
  if (search.copies === ALL_COPIES || nbHits === articles) return told;
  const stories = t("stories", { n: nbHits });
  return t("storiesIn", { stories: nbHits < MOST_COUNTED ? stories : t("atLeast", { n: stories }), articles: told });
}

type Choice = "relevance" | "newest" | "oneStory" | "allCopies";

function select(
  name: "sort" | "copies",
  value: Choice,
  choices: Choice[],
  choose: (value: string) => void,
): HTMLSelectElement {
  const options = choices.map((choice) => h("option", { value: choice, selected: choice === value }, t(choice)));
  const element = h("select", { "aria-label": t(name), "data-key": name }, ...options);
  element.addEventListener("change", () => choose(element.value));
  return element;
}
