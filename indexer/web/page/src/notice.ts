/** One calm line when the search cannot answer, and asking again until it can. */

import { events, SearchFailed } from "./client";
import { byId } from "./dom";
import { t } from "./i18n";

const AGAIN_MS = 4000;

export function watchFailures(again: () => void): void {
  const notice = byId("notice");
  let timer: number | undefined;
  events.addEventListener("answered", () => {
    notice.hidden = true;
    window.clearTimeout(timer);
  });
  events.addEventListener("failed", (event) => {
    const error = (event as CustomEvent).detail as SearchFailed;
    notice.textContent = wordsFor(error);
    notice.hidden = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(again, AGAIN_MS);
  });
}

function wordsFor({ code, message }: SearchFailed): string {
  if (code === "search_server_down" || code === "page_server_down") return t("down");
  if (code === "search_key_refused") return t("refused");
  if (code === "index_not_found") return t("unindexed");
  return t("failed", { reason: message || code });
}
