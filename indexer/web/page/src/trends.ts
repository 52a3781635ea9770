/** Topics and companies rising over the last days, measured against the two weeks before. */

import type { Search } from "./address";
import { post } from "./client";
import { DAY, TIME } from "./contract";
import { h, svg } from "./dom";
import { between, equals, queryOf } from "./filters";
import { lastStep, type Facet } from "./fields";
import { day, nameOf, number, t } from "./i18n";
import { change, choose } from "./state";
import { DAY_S } from "./when";

const RECENT_DAYS = 3;
const BEFORE_DAYS = 14;
const SHOWN = 10;
const FEWEST = 2; // one article is no trend
const GROUPS = [
  { facet: "topic", attribute: "topics", counted: "topics.lvl1" },
  { facet: "company", attribute: "companies", counted: "companies" },
  { facet: "region", attribute: "regions", counted: "regions.lvl1" },
] as const;

type Group = (typeof GROUPS)[number];
interface Riser {
  value: string;
  recent: number;
  usual: number;
  rise: number;
}

/** Compares two spans of the search, whatever dates it has. */
export async function trends(search: Search, now = Math.floor(Date.now() / 60_000) * 60): Promise<Node> {
  const timeless = { ...search, when: undefined };
  const turn = now - RECENT_DAYS * DAY_S;
  const spans = [
    [turn, now],
    [turn - BEFORE_DAYS * DAY_S, turn],
  ].map(([from, to]) => {
    const query = queryOf(timeless, { facets: GROUPS.map(({ counted }) => counted) });
    return { ...query, filter: [...query.filter, ...between(TIME, [from, to - 1])] };
  });
  const answer = await post("multi-search", { queries: spans });
  const [recent, before] = answer.results.map((result: any) => result.facetDistribution ?? {});
  const sections = await Promise.all(
    GROUPS.map(async (group) => {
      const rising = risers(recent[group.counted], before[group.counted]);
      return section(group, rising, await daily(timeless, group, rising, now));
    }),
  );
  return h(
    "div",
    { class: "trends" },
    h("p", { class: "quiet" }, t("trendsTitle", { recent: RECENT_DAYS, before: BEFORE_DAYS })),
    h("div", { class: "trend-groups" }, ...sections),
  );
}

/** Values whose recent count stands out, the surest first: a difference of Poisson counts in its own spread. */
export function risers(recent: Record<string, number> = {}, before: Record<string, number> = {}): Riser[] {
  const share = RECENT_DAYS / BEFORE_DAYS;
  return Object.entries(recent)
    .map(([value, n]) => {
      const usual = (before[value] ?? 0) * share;
      return { value, recent: n, usual, rise: (n - usual) / Math.sqrt(n + usual * share + 1) };
    })
    .filter(({ recent: n, rise }) => n >= FEWEST && rise > 0)
    .sort((one, other) => other.rise - one.rise)
    .slice(0, SHOWN);
}

/** Articles of each day for each riser. */
async function daily(search: Search, group: Group, rising: Riser[], now: number): Promise<number[][]> {
  const first = Math.floor(now / DAY_S) * DAY_S - (RECENT_DAYS + BEFORE_DAYS - 1) * DAY_S;
  const days = Array.from({ length: RECENT_DAYS + BEFORE_DAYS }, (_, position) => first + position * DAY_S);
  if (!rising.length) return [];
  const queries = rising.map(({ value }) => {
    const query = queryOf(search, { facets: [DAY] });
    return { ...query, filter: [...query.filter, equals(group.attribute, value), ...between(TIME, [first])] };
  });
  const answer = await post("multi-search", { queries });
  return answer.results.map((result: any) =>
    days.map((start) => result.facetDistribution?.[DAY]?.[String(start)] ?? 0),
  );
}

function section(group: Group, rising: Riser[], days: number[][]): HTMLElement {
  const rows = rising.map((riser, position) => row(group, riser, days[position]));
  return h(
    "section",
    {},
    h("h2", {}, t(group.facet as Facet["name"])),
    rows.length ? h("ol", {}, ...rows) : h("p", { class: "quiet" }, t("noTrends")),
  );
}

function row({ attribute }: Group, { value, recent, usual }: Riser, days: number[]): HTMLElement {
  const go = (): void => {
    change(() => ({ view: undefined, when: undefined }));
    choose(attribute, [value]);
  };
  const compared = usual
    ? t("trendRise", { n: recent, usual: number(Math.round(usual * 10) / 10) })
    : t("trendNew", { n: recent });
  return h(
    "li",
    {},
    h("button", { type: "button", class: "link", dir: "auto", onclick: go }, nameOf(lastStep(value))),
    sparkline(days),
    h("span", { class: "quiet" }, compared),
  );
}

function sparkline(days: number[]): SVGElement {
  const most = Math.max(1, ...days);
  const today = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
  const bars = days.map((n, position) => {
    const height = (n / most) * 20;
    const recent = position >= days.length - RECENT_DAYS;
    const start = today - (days.length - 1 - position) * DAY_S;
    return svg(
      "rect",
      { x: position * 5, y: 20 - height, width: 4, height, class: recent ? "recent" : "before" },
      svg("title", {}, t("dayCount", { date: day(start), n })),
    );
  });
  return svg("svg", { viewBox: `0 0 ${days.length * 5} 20`, class: "sparkline", "aria-hidden": "true" }, ...bars);
}
