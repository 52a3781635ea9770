/** The funding amount: at least a million, ten, a hundred. */

import { fundingName } from "./chips";
import { h, swap } from "./dom";
import { t } from "./i18n";
import { change, shows } from "./state";

const LEAST = ["", "1000000:", "10000000:", "100000000:"];

export function amountWidget(container: HTMLElement): any {
  const spans = h("div", { class: "spans", role: "group", "aria-label": t("usd") });
  const body = h("div", { class: "facet-body" }, spans);
  container.append(h("details", { class: "facet" }, h("summary", {}, t("usd")), body));
  return shows(({ search: { usd = "" } }) => {
    const buttons = LEAST.map((least) =>
      h(
        "button",
        {
          type: "button",
          class: "span",
          "aria-pressed": usd === least ? "true" : "false",
          "data-key": `usd ${least}`,
          onclick: () => change(() => ({ usd: least || undefined })),
        },
        least ? fundingName(least) : t("anyAmount"),
      ),
    );
    swap(spans, ...buttons);
  });
}
