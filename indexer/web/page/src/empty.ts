/** An empty result explains itself: which filter, how many without it, who is silent there; and offers a way out. */

import type { Search } from "./address";
import { activeFilters } from "./chips";
import { post } from "./client";
import { countryName, sources, stateName, type Source } from "./coverage";
import { h } from "./dom";
import { queryOf } from "./filters";
import { SEPARATOR } from "./fields";
import { ago, t } from "./i18n";
import { change, CLEARED } from "./state";

const MOST_SILENT = 6;

export async function emptiness(search: Search): Promise<Node> {
  const active = activeFilters(search);
  const without = active.map(({ without: next }) => next(search));
  const wordless = { ...search, query: "" };
  const others = [...without, ...(search.query ? [wordless] : []), { query: search.query }];
  const [answer, silent] = await Promise.all([
    post("multi-search", { queries: others.map((other) => queryOf(other)) }),
    silentThere(search).catch(() => []),
  ]);
  const counts: number[] = answer.results.map((result: any) => result.estimatedTotalHits ?? 0);
  const ways = active.flatMap(({ label, without: next }, position) =>
    counts[position] ? [way(t("without", { name: label }), counts[position], () => change(next))] : [],
  );
  const unfiltered = counts.at(-1)!;
  if (active.length > 1 && unfiltered) {
    ways.push(way(t("withoutFilters"), unfiltered, () => change(() => CLEARED)));
  }
  if (search.query && active.length && counts[active.length]) {
    ways.push(way(t("withoutWords"), counts[active.length], () => change(() => ({ query: "" }))));
  }
  return h(
    "section",
    { class: "empty" },
    h("h2", {}, t("emptyTitle")),
    ways.length ? h("ul", {}, ...ways) : h("p", {}, t(search.query ? "emptyWords" : "emptyIndex")),
    silent.length > 0 && h("p", { class: "quiet" }, t("silentThere")),
    silent.length > 0 && h("ul", { class: "quiet" }, ...silent.slice(0, MOST_SILENT).map(silentLine)),
  );
}

function way(label: string, n: number, onclick: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "link", onclick }, label);
  return h("li", {}, button, ` ${t("articles", { n })}`);
}

/** Sources of the chosen places that were not heard lately. */
async function silentThere({ refinementList = {} }: Search): Promise<Source[]> {
  const places = (refinementList.regions ?? []).flatMap((path) => path.split(SEPARATOR).slice(0, 2).at(-1)!);
  const named = refinementList.source_name ?? [];
  if (!places.length && !named.length) return [];
  return (await sources()).filter(
    ({ state, region, country, name }) =>
      state !== "ok" &&
      (named.includes(name) || places.includes(region ?? "") || places.includes(countryName(country, "en"))),
  );
}

function silentLine({ name, state, last_seen: seen }: Source): HTMLElement {
  return h("li", {}, `${name}: ${stateName(state)}${seen === null ? "" : `, ${t("lastSeen")} ${ago(seen)}`}`);
}
