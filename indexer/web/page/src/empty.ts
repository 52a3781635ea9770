/** An empty result explains itself: which filter, how many without it, who is silent there; and offers a way out. */

import type { Search } from "./address";
import { activeFilters } from "./chips";
import { post } from "./client";
import { SEPARATOR } from "./contract";
import { countryName, sources, stateName, type Source } from "./coverage";
import { h } from "./dom";
import { queryOf } from "./filters";
import { ago, t } from "./i18n";
import { change, CLEARED } from "./state";

const MOST_SILENT = 6;
const MOST_FILTERS = 10; // looked at; the server takes so many queries at once
const UNHEARD = ["silent", "blocked", "failing"];

/** label: what the step does, in words. n: articles it would find. */
interface Way {
  label: string;
  step: (search: Search) => Partial<Search>;
  n: number;
}

export async function emptiness(search: Search): Promise<Node> {
  const [ways, silent] = await Promise.all([waysOut(search), silentThere(search).catch(() => [])]);
  return h(
    "section",
    { class: "empty" },
    h("h2", {}, t("emptyTitle")),
    ways.length ? h("ul", { class: "ways" }, ...ways.map(wayLine)) : h("p", {}, t(search.query ? "emptyWords" : "emptyIndex")),
    silent.length > 0 && h("p", { class: "quiet" }, t("silentThere")),
    silent.length > 0 && h("ul", { class: "quiet" }, ...silent.slice(0, MOST_SILENT).map(silentLine)),
  );
}

/** Steps that would find something. When giving up one filter does not help, filters stand in each other's way:
 * then those that keep one alone are offered too. */
async function waysOut(search: Search): Promise<Way[]> {
  const active = activeFilters(search).slice(0, MOST_FILTERS);
  const several = active.length > 1;
  const without = active.map((one): Way => ({ label: t("without", { name: one.label }), step: one.without, n: 0 }));
  const alone = active.map((one): Way => ({ label: t("only", { name: one.label }), step: one.only, n: 0 }));
  const unfiltered = { label: t("withoutFilters"), step: () => CLEARED, n: 0 };
  const wordless = { label: t("withoutWords"), step: () => ({ query: "" }), n: 0 };
  const all: Way[] = [...without, ...(several ? [...alone, unfiltered] : []), ...(search.query ? [wordless] : [])];
  if (!active.length) return [];
  const queries = all.map(({ step }) => queryOf({ ...search, ...step(search) }));
  const { results } = await post("multi-search", { queries });
  const counted = all.map((one, position) => ({ ...one, n: results[position].estimatedTotalHits ?? 0 }));
  const found = counted.filter(({ n }) => n);
  const oneLessHelps = counted.slice(0, without.length).some(({ n }) => n);
  return oneLessHelps ? found.filter(({ label }) => !alone.some((one) => one.label === label)) : found;
}

function wayLine({ label, step, n }: Way): HTMLElement {
  const button = h("button", { type: "button", class: "link", onclick: () => change(step) }, label);
  return h("li", {}, button, " ", h("span", { class: "quiet" }, t("articles", { n })));
}

/** Sources of the chosen places that were not heard lately. */
async function silentThere({ refinementList = {} }: Search): Promise<Source[]> {
  const places = (refinementList.regions ?? []).flatMap((path) => path.split(SEPARATOR).slice(0, 2).at(-1)!);
  const named = refinementList.source_name ?? [];
  if (!places.length && !named.length) return [];
  return (await sources()).filter(
    ({ state, region, country, name }) =>
      UNHEARD.includes(state) &&
      (named.includes(name) || places.includes(region ?? "") || places.includes(countryName(country, "en"))),
  );
}

function silentLine({ name, state, last_seen: seen }: Source): HTMLElement {
  return h("li", {}, `${name}: ${stateName(state)}${seen === null ? "" : `, ${t("lastSeen")} ${ago(seen)}`}`);
}
