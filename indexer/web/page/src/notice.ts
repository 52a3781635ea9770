/** One calm line while the search cannot answer; `client` asks again meanwhile. */

import { events, type SearchFailed } from "./client";
import { byId } from "./dom";
import { t } from "./i18n";

export function watchFailures(): void {
  const notice = byId("notice");
  events.addEventListener("answered", () => {
    notice.hidden = true;
  });
  events.addEventListener("failed", (event) => {
    notice.textContent = wordsFor((event as CustomEvent).detail as SearchFailed);
    notice.hidden = false;
  });
}

function wordsFor({ code, message }: SearchFailed): string {
  if (code === "search_server_down" || code === "page_server_down") return t("down");
  if (code === "search_key_refused") return t("refused");
  if (code === "index_not_found") return t("unindexed");
  return t("failed", { reason: message || code });
}
