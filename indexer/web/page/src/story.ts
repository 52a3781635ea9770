/** "Also in 7 outlets": the other copies of a story, asked for when a reader unfolds them. */

import { INDEX, post } from "./client";
import { NEWEST_FIRST, STORY } from "./contract";
import { h, swap, webAddress } from "./dom";
import type { Hit } from "./fields";
import { language as tongue, languageName, t } from "./i18n";
import { time } from "./published";

const FIELDS = ["id", "url", "title", "source_name", "source", "language", "published_at", "published", "access"];
const MOST = 50;

/** The button that unfolds, and the list it unfolds. */
export function unfolding(hit: Hit): [HTMLElement, HTMLElement] {
  const copies = h("ul", { class: "copies", hidden: true });
  const others = t("alsoIn", { n: hit.outlets - 1 });
  const toggle = h(
    "button",
    { type: "button", class: "unfold", "aria-expanded": "false", "data-key": `story ${hit.id}` },
    others,
  );
  toggle.addEventListener("click", () => {
    const open = copies.hidden;
    copies.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) void show(hit, copies);
  });
  return [toggle, copies];
}

async function show(hit: Hit, list: HTMLElement): Promise<void> {
  if (!list.childElementCount) swap(list, h("li", { class: "quiet" }, t("loadingStory")));
  try {
    const answer = await post(`indexes/${INDEX}/search`, {
      filter: [`${STORY} = ${JSON.stringify(hit.story_id)}`],
      attributesToRetrieve: FIELDS,
      distinct: "id",
      sort: [NEWEST_FIRST],
      limit: MOST,
    });
    const copies = (answer.hits as Hit[]).filter((copy) => copy.id !== hit.id);
    if (copies.length) swap(list, ...copies.map(line));
    else swap(list, h("li", { class: "quiet" }, t("noCopies")));
  } catch {
    swap(list, h("li", { class: "quiet" }, t("down")));
  }
}

function line(copy: Hit): HTMLElement {
  const address = webAddress(copy.url);
  const language = copy.language ?? undefined;
  return h(
    "li",
    {},
    h("span", { class: "source", dir: "auto" }, copy.source_name || copy.source),
    " ",
    address
      ? h("a", { href: address, rel: "noopener noreferrer", dir: "auto", lang: language }, copy.title)
      : h("span", { dir: "auto", lang: language }, copy.title),
    " ",
    h("span", { class: "quiet" }, time(copy), language && !language.startsWith(tongue) && ` · ${languageName(language)}`),
  );
}
