/** The active filters as chips, each with its way out. */

import type { Search } from "./address";
import { h, swap } from "./dom";
import { valueName } from "./facets";
import { FACETS } from "./fields";
import { day, money, t } from "./i18n";
import { change, CLEARED } from "./state";
import { bounds, SPANS } from "./when";

export interface ActiveFilter {
  label: string;
  facet: string;
  without: (search: Search) => Search;
  only: (search: Search) => Search;
}

export function activeFilters({ refinementList = {}, usd, when }: Search): ActiveFilter[] {
  const active: ActiveFilter[] = FACETS.flatMap(({ name, attribute }) =>
    (refinementList[attribute] ?? []).map((value) => ({
      facet: t(name),
      label: valueName(name, value),
      without: (search) => withoutValue(search, attribute, value),
      only: (search) => ({ ...search, ...CLEARED, refinementList: { [attribute]: [value] } }),
    })),
  );
  if (usd) {
    const without = (search: Search): Search => ({ ...search, usd: undefined });
    const only = (search: Search): Search => ({ ...search, ...CLEARED, usd });
    active.push({ facet: t("usd"), label: fundingName(usd), without, only });
  }
  if (when) {
    const without = (search: Search): Search => ({ ...search, when: undefined });
    const only = (search: Search): Search => ({ ...search, ...CLEARED, when });
    active.push({ facet: t("when"), label: whenName(when), without, only });
  }
  return active;
}

function withoutValue(search: Search, attribute: string, value: string): Search {
  const chosen = search.refinementList?.[attribute] ?? [];
  const refinementList = { ...search.refinementList, [attribute]: chosen.filter((other) => other !== value) };
  return { ...search, refinementList };
}

export function whenName(when: string): string {
  if ((SPANS as readonly string[]).includes(when)) return t(when as (typeof SPANS)[number]);
  const [from, to] = bounds(when);
  if (from === undefined) return t("until", { date: day(to!) });
  if (to === undefined) return t("since", { date: day(from) });
  return day(from) === day(to) ? day(from) : `${day(from)} – ${day(to)}`;
}

export function fundingName(range: string): string {
  const [least, most] = range.split(":");
  if (!most) return `≥ ${money(Number(least))}`;
  return least ? `${money(Number(least))} – ${money(Number(most))}` : `≤ ${money(Number(most))}`;
}

export function drawChips(container: HTMLElement, search: Search): void {
  const active = activeFilters(search);
  const chips = active.map(({ facet, label, without }) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "chip", "aria-label": t("remove", { name: label }), title: facet, onclick: () => change(without) },
        h("span", { dir: "auto" }, label),
        h("span", { "aria-hidden": "true" }, " ×"),
      ),
    ),
  );
  const clear = (): void => change(() => CLEARED);
  const clearAll = h("li", {}, h("button", { type: "button", class: "link", onclick: clear }, t("clear")));
  swap(container, active.length > 0 && h("ul", {}, ...chips, active.length > 1 && clearAll));
}
