/** The filters beside the results: plain lists, and trees whose levels are one choice. */

import connectRefinementList from "instantsearch.js/es/connectors/refinement-list/connectRefinementList";
import { SEPARATOR } from "./contract";
import { h, swap } from "./dom";
import { FACETS, lastStep, type Facet } from "./fields";
import { isWord, languageName, nameOf, number, t } from "./i18n";
import { choose, current } from "./state";

type Item = { value: string; label: string; count: number; isRefined: boolean };

const FEW = 8;
const MANY = 200;

/** How a facet's value is shown to people. */
export function valueName(facet: Facet["name"], value: string): string {
  if (facet === "language") return languageName(value);
  if (facet === "access" && ["free", "metered", "teaser"].includes(value)) return t(value as "free");
  if (facet === "stage") return stageName(value);
  return facet === "topic" || facet === "region" ? nameOf(lastStep(value)) : value;
}

function stageName(value: string): string {
  const [, before, letter] = /^(pre-)?series-([a-z])$/.exec(value) ?? [];
  if (letter) return t(before ? "preSeries" : "series", { letter: letter.toUpperCase() });
  const key = `stage_${value}`;
  return isWord(key) ? t(key) : value;
}

export function facetWidgets(container: HTMLElement): any[] {
  return FACETS.map((facet) => {
    const body = h("div", { class: "facet-body" });
    const box = h(
      "details",
      { class: `facet facet-${facet.name}`, open: facet.open },
      h("summary", {}, t(facet.name)),
      body,
    );
    container.append(box);
    return facet.levels ? tree(facet, body) : list(facet, body);
  });
}

function list(facet: Facet, body: HTMLElement): any {
  const rows = h("ul", { class: "values" });
  const foot = h("div");
  let find: HTMLInputElement | undefined;
  if (facet.searchable) {
    const label = t("findIn", { facet: t(facet.name) });
    find = h("input", { type: "search", class: "find", placeholder: label, "aria-label": label, dir: "auto" });
    body.append(find);
  }
  body.append(rows, foot);
  let searchFor: (text: string) => void = () => {};
  find?.addEventListener("input", () => searchFor(find.value));

  return connectRefinementList((options: any) => {
    const { items, refine, searchForItems, isFromSearch, canToggleShowMore, isShowingMore, toggleShowMore } =
      options;
    searchFor = searchForItems;
    const shown = items as Item[];
    hideWhenEmpty(body, shown.length > 0 || isFromSearch);
    swap(rows, ...shown.map((item) => h("li", {}, choice(facet, item, () => refine(item.value)))));
    if (isFromSearch && !shown.length) rows.append(h("li", { class: "quiet" }, t("nothingFound")));
    const more = isShowingMore ? t("showLess") : t("more");
    swap(
      foot,
      canToggleShowMore &&
        h("button", { type: "button", class: "link", "data-key": "more", onclick: toggleShowMore }, more),
    );
  })({
    attribute: facet.attribute,
    limit: FEW,
    showMore: true,
    showMoreLimit: MANY,
    sortBy: ["isRefined", "count:desc", "name:asc"],
    escapeFacetValues: false,
  } as any);
}

function choice(facet: Facet, item: Item, onchange: () => void): HTMLElement {
  const name = valueName(facet.name, item.value);
  return h(
    "label",
    { class: "value" },
    h("input", { type: "checkbox", checked: item.isRefined, onchange, "data-key": item.value }),
    h("span", { class: "name", dir: "auto", title: name }, name),
    h("span", { class: "count" }, number(item.count)),
  );
}

/** Opened branches stay open while the reader stays on the page. */
function tree(facet: Facet, body: HTMLElement): any {
  const opened = new Set<string>();
  let whole = false;
  let items: Item[] = [];
  const rows = h("div");
  body.append(rows);

  const draw = (): void => {
    const chosen = items.filter((item) => item.isRefined).map((item) => item.value);
    const branch = (parent: string): HTMLElement => {
      const inside = children(items, parent);
      const few = parent || whole ? inside : inside.slice(0, FEW + 4);
      return h("ul", { class: "values" }, ...few.map((item) => leaf(item)));
    };
    const leaf = (item: Item): HTMLElement => {
      const hasMore = items.some((other) => other.value.startsWith(item.value + SEPARATOR));
      const holdsChosen = chosen.some((value) => value.startsWith(item.value + SEPARATOR));
      const isOpen = opened.has(item.value) || holdsChosen;
      const toggle = (): void => {
        if (!opened.delete(item.value)) opened.add(item.value);
        draw();
      };
      const name = valueName(facet.name, item.value);
      const fold = h(
        "button",
        {
          type: "button",
          class: "fold",
          "aria-expanded": isOpen ? "true" : "false",
          "aria-label": t(isOpen ? "fold" : "open", { name }),
          "data-key": `fold ${item.value}`,
          onclick: toggle,
        },
        isOpen ? "▾" : "▸",
      );
      const row = h(
        "div",
        { class: "branch" },
        hasMore ? fold : h("span", { class: "fold" }),
        choice(facet, item, () => choose(facet.attribute, afterToggle(chosen, item.value))),
      );
      return h("li", {}, row, hasMore && isOpen && branch(item.value));
    };
    const tops = children(items, "");
    const more = whole ? t("showLess") : t("showAll", { n: tops.length });
    const toggleWhole = (): void => {
      whole = !whole;
      draw();
    };
    swap(
      rows,
      branch(""),
      tops.length > FEW + 4 &&
        h("button", { type: "button", class: "link", "data-key": "more", onclick: toggleWhole }, more),
    );
  };

  return connectRefinementList((options: any) => {
    items = options.items;
    hideWhenEmpty(body, items.length > 0);
    draw();
  })({
    attribute: facet.attribute,
    limit: 1000,
    sortBy: ["count:desc", "name:asc"],
    escapeFacetValues: false,
  } as any);
}

function children(items: Item[], parent: string): Item[] {
  const depth = parent ? parent.split(SEPARATOR).length + 1 : 1;
  return items.filter(
    ({ value }) =>
      value.split(SEPARATOR).length === depth && (!parent || value.startsWith(parent + SEPARATOR)),
  );
}

/** Choosing a part replaces the whole it lies in, and the other way round: else the part would do nothing. */
export function afterToggle(chosen: string[], value: string): string[] {
  if (chosen.includes(value)) return chosen.filter((other) => other !== value);
  const apart = chosen.filter(
    (other) => !other.startsWith(value + SEPARATOR) && !value.startsWith(other + SEPARATOR),
  );
  return [...apart, value];
}

function hideWhenEmpty(body: HTMLElement, hasValues: boolean): void {
  (body.parentElement as HTMLElement).hidden = !hasValues;
}

/** Adds a value to a facet from elsewhere on the page, a hit's topic for example. */
export function addChoice(name: Facet["name"], value: string): void {
  const { attribute } = FACETS.find((facet) => facet.name === name)!;
  const chosen = current().refinementList?.[attribute] ?? [];
  if (!chosen.includes(value)) choose(attribute, afterToggle(chosen, value));
}
