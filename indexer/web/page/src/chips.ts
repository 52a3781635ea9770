/** The active filters as chips, each with its way out. */

import type { Search } from "./address";
import { h, swap } from "./dom";
import { valueName } from "./facets";
import { FACETS, FUNDING } from "./fields";
import { day, money, t } from "./i18n";
import { change, choose, CLEARED } from "./state";
import { bounds, SPANS } from "./when";

export interface ActiveFilter {
  label: string;
  facet: string;
  remove: () => void;
}

export function activeFilters({ refinementList = {}, range = {}, when }: Search): ActiveFilter[] {
  const active: ActiveFilter[] = FACETS.flatMap((facet) => {
    const chosen = refinementList[facet.attribute] ?? [];
    return chosen.map((value) => ({
      facet: t(facet.name),
      label: valueName(facet.name, value),
      remove: () => choose(facet.attribute, chosen.filter((other) => other !== value)),
    }));
  });
  if (range[FUNDING]) {
    const remove = (): void => change(() => ({ range: {} }));
    active.push({ facet: t("usd"), label: fundingName(range[FUNDING]), remove });
  }
  if (when) {
    active.push({ facet: t("when"), label: whenName(when), remove: () => change(() => ({ when: undefined })) });
  }
  return active;
}

export function whenName(when: string): string {
  if (when in SPANS) return t(when as keyof typeof SPANS);
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
  const chips = active.map(({ facet, label, remove }) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "chip", "aria-label": t("remove", { name: label }), title: facet, onclick: remove },
        h("span", { dir: "auto" }, label),
        h("span", { "aria-hidden": "true" }, " ×"),
      ),
    ),
  );
  const clear = (): void => change(() => CLEARED);
  const clearAll = h("li", {}, h("button", { type: "button", class: "link", onclick: clear }, t("clear")));
  swap(container, active.length > 0 && h("ul", {}, ...chips, active.length > 1 && clearAll));
}
