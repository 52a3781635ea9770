/** Topics × places of the current search: where is AI funding happening this week? */

import type { Search } from "./address";
import { post } from "./client";
import { SEPARATOR } from "./contract";
import { h, svg } from "./dom";
import { equals, queryOf } from "./filters";
import { FACETS, lastStep } from "./fields";
import { nameOf, number, t } from "./i18n";
import { change } from "./state";

const ROWS = 14;
const COLUMNS = 10;

const shown = (path: string): string => nameOf(lastStep(path));

type Counts = Record<string, number>;

/** Asks twice: which topics and places there are, then the places of each topic. */
export async function grid(search: Search): Promise<Node> {
  const chosen = search.refinementList ?? {};
  const [topicLevel, topicsWithin] = level("topics", chosen.topics);
  const [placeLevel, placesWithin] = level("regions", chosen.regions);
  const all = await post("multi-search", { queries: [queryOf(search, { facets: [topicLevel, placeLevel] })] });
  const counts = all.results[0].facetDistribution ?? {};
  const topics = largest(counts[topicLevel], topicsWithin, ROWS);
  const places = largest(counts[placeLevel], placesWithin, COLUMNS);
  if (!topics.length || !places.length) return h("p", { class: "quiet" }, t("noGrid"));

  const queries = topics.map((topic) => {
    const query = queryOf(search, { facets: [placeLevel] });
    return { ...query, filter: [...query.filter, equals("topics", topic)] };
  });
  const answer = await post("multi-search", { queries });
  const rows: Counts[] = answer.results.map((result: any) => result.facetDistribution?.[placeLevel] ?? {});
  return table(topics, places, rows);
}

/** The level below what is chosen: of one region its countries, of one country its cities. */
function level(attribute: string, chosen: string[] = []): [string, string] {
  const levels = FACETS.find((facet) => facet.attribute === attribute)!.levels!;
  if (chosen.length !== 1) return [levels[0], ""];
  const depth = chosen[0].split(SEPARATOR).length;
  if (depth >= levels.length) return [levels[depth - 1], chosen[0]];
  return [levels[depth], chosen[0] + SEPARATOR];
}

function largest(counts: Counts = {}, within: string, most: number): string[] {
  return Object.entries(counts)
    .filter(([value]) => value.startsWith(within))
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([value]) => value);
}

function table(topics: string[], places: string[], rows: Counts[]): HTMLElement {
  const most = Math.max(1, ...rows.flatMap((row) => places.map((place) => row[place] ?? 0)));
  const head = h("tr", {}, h("td", {}), ...places.map((place) => h("th", { scope: "col", dir: "auto" }, shown(place))));
  const body = topics.map((topic, position) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", dir: "auto" }, shown(topic)),
      ...places.map((place) => cell(topic, place, rows[position][place] ?? 0, most)),
    ),
  );
  return h(
    "div",
    { class: "grid", role: "region", tabindex: "0", "aria-label": t("gridTitle") },
    h("table", {}, h("caption", {}, t("gridTitle")), h("thead", {}, head), h("tbody", {}, ...body)),
  );
}

function cell(topic: string, place: string, n: number, most: number): HTMLElement {
  if (!n) return h("td", { class: "none" }, h("span", { class: "quiet" }, "·"));
  const go = (): void =>
    change(({ refinementList = {} }) => ({
      view: undefined,
      refinementList: { ...refinementList, topics: [topic], regions: [place] },
    }));
  const label = `${shown(topic)}, ${shown(place)}: ${t("articles", { n })}`;
  const shade = svg("rect", { width: "100%", height: "100%", opacity: 0.12 + 0.88 * Math.sqrt(n / most) });
  const square = svg("svg", { "aria-hidden": "true" }, shade);
  return h("td", {}, h("button", { type: "button", "aria-label": label, title: label, onclick: go }, square, number(n)));
}
