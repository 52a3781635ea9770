/** When an article came out: "3 h ago", with the exact time and its evidence on hover. */

import { h } from "./dom";
import type { Hit } from "./fields";
import { ago, exact, t } from "./i18n";

export function time(hit: Hit): HTMLElement {
  if (hit.published_at == null) return h("span", { class: "quiet" }, t("undated"));
  const { raw, source, precision } = hit.published ?? {};
  const evidence = [
    exact(hit.published_at),
    raw && t("dateRaw", { raw }),
    source && t("dateFrom", { source }),
    precision === "day" && t("precisionDay"),
  ].filter(Boolean);
  const moment = new Date(hit.published_at * 1000).toISOString();
  return h("time", { datetime: moment, title: evidence.join("\n") }, ago(hit.published_at));
}
