/** Looks for newer stories once a minute and offers them; the list moves only when the reader says so. */

import type { Search } from "./address";
import { INDEX, post } from "./client";
import { ALL_COPIES, NEWEST_FIRST, STORY } from "./contract";
import { h, swap } from "./dom";
import { filtersOf } from "./filters";
import { t } from "./i18n";
import { current } from "./state";

const EVERY_MS = 60_000;
const LOOKED_AT = 20;

export function watchForNews(container: HTMLElement, show: () => void): void {
  let known: { of: string; ids: Set<string> } | undefined;
  const take = (): void => {
    known = undefined;
    swap(container);
    show();
  };
  const look = async (): Promise<void> => {
    if (document.hidden) return;
    const search = current();
    const of = JSON.stringify(search);
    const ids = await newest(search).catch(() => undefined);
    if (!ids || of !== JSON.stringify(current())) return;
    if (known?.of !== of) known = { of, ids: new Set(ids) };
    const n = ids.filter((id) => !known!.ids.has(id)).length;
    swap(container, n > 0 && h("button", { type: "button", class: "fresh", onclick: take }, t("fresh", { n })));
  };
  window.setInterval(() => void look(), EVERY_MS);
}

async function newest(search: Search): Promise<string[]> {
  const query = {
    indexUid: INDEX,
    q: search.query ?? "",
    filter: filtersOf(search),
    sort: [NEWEST_FIRST],
    attributesToRetrieve: ["id"],
    limit: LOOKED_AT,
    ...(search.copies === ALL_COPIES ? {} : { distinct: STORY }),
  };
  const answer = await post("multi-search", { queries: [query] });
  return answer.results[0].hits.map(({ id }: { id: string }) => id);
}
