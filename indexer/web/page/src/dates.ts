/** The date filter: spans back from now, an own range, and the days' histogram to drag over. */

import { TIME } from "./contract";
import { h, swap } from "./dom";
import { histogram } from "./histogram";
import { t } from "./i18n";
import { change, shows } from "./state";
import { SPANS } from "./when";

export function dateWidget(container: HTMLElement): any {
  const body = h("div", { class: "facet-body" });
  container.append(h("details", { class: "facet facet-when", open: true }, h("summary", {}, t("when")), body));
  const spans = h("div", { class: "spans", role: "group", "aria-label": t("when") });
  const days = h("div", { class: "days" });
  const from = dateInput("from");
  const to = dateInput("to");
  const choose = (when: string | undefined): void => change(() => ({ when }));
  const chooseRange = (): void => {
    const range = `${from.value}..${to.value}`;
    choose(range === ".." ? undefined : range);
  };
  from.addEventListener("change", chooseRange);
  to.addEventListener("change", chooseRange);
  body.append(spans, days, h("div", { class: "own" }, labelled("from", from), labelled("to", to)));

  return shows(({ results, search: { when } }) => {
    const all = ["", ...SPANS];
    swap(
      spans,
      ...all.map((span) =>
        h(
          "button",
          {
            type: "button",
            class: "span",
            "aria-pressed": (when ?? "") === span ? "true" : "false",
            "data-key": `span ${span}`,
            onclick: () => choose(span || undefined),
          },
          t((span || "anyTime") as "anyTime"),
        ),
      ),
    );
    const [start = "", end = ""] = when?.includes("..") ? when.split("..") : [];
    if (document.activeElement !== from) from.value = start;
    if (document.activeElement !== to) to.value = end;
    histogram(days, dayCounts(results), when, choose);
  });
}

/** Articles of each day (its start in UNIX seconds), whatever days are chosen. */
export function dayCounts(results: any): Map<number, number> {
  const facet = results?.disjunctiveFacets?.find(({ name }: { name: string }) => name === TIME);
  const counts = Object.entries((facet?.data ?? {}) as Record<string, number>);
  return new Map(counts.map(([start, count]) => [Number(start), count]));
}

function dateInput(name: "from" | "to"): HTMLInputElement {
  return h("input", { type: "date", id: `date-${name}`, min: "1990-01-01", max: "2100-01-01" });
}

function labelled(name: "from" | "to", input: HTMLInputElement): HTMLElement {
  return h("label", { for: input.id }, h("span", {}, t(name)), input);
}
