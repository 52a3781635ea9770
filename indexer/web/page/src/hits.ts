/** The hits: one story a row, dense but readable; every string of it is text. */

import { h, webAddress } from "./dom";
import { addChoice, valueName } from "./facets";
import { deepest, type Facet, type Hit } from "./fields";
import { language as tongue, languageName, money, t } from "./i18n";
import { time } from "./published";
import { unfolding } from "./story";

const OPEN = "__ais-highlight__";
const CLOSE = "__/ais-highlight__";
const RIGHT_TO_LEFT = /^(ar|fa|he|ur|ps|sd|ug|yi|ckb|dv)(-|$)/;

/** Text with its found words marked. */
export function marked(value: string): (Node | string)[] {
  return value.split(OPEN).flatMap((part, position) => {
    if (position === 0) return [part];
    const [found, ...rest] = part.split(CLOSE);
    return [h("mark", {}, found), rest.join(CLOSE)];
  });
}

export function row(hit: Hit, withCopies: boolean): HTMLElement {
  const title = hit._highlightResult?.title?.value || hit.title;
  const address = webAddress(hit.url);
  const language = hit.language ?? undefined;
  const link = address
    ? h("a", { href: address, rel: "noopener noreferrer", class: "headline", "data-key": hit.id }, ...marked(title))
    : h("span", { class: "headline" }, ...marked(title));
  const [unfold, copies] = withCopies && hit.outlets > 1 ? unfolding(hit) : [];
  return h(
    "article",
    { class: "hit", "data-id": hit.id, dir: RIGHT_TO_LEFT.test(language ?? "") ? "rtl" : undefined },
    picture(hit),
    h("h2", { dir: "auto", lang: language }, link),
    byline(hit, unfold),
    h("p", { class: "snippet", dir: "auto", lang: language }, ...marked(snippet(hit))),
    copies,
    tags(hit),
  );
}

/** The picture as the page's own server shows it; without one, or when it fails, nothing. */
function picture({ image }: Hit): HTMLElement | undefined {
  if (!image?.startsWith("image?")) return undefined;
  const shown = h("img", { src: image, alt: "", loading: "lazy", decoding: "async", width: 120, height: 80 });
  shown.addEventListener("error", () => shown.remove());
  return shown;
}

function byline(hit: Hit, unfold?: HTMLElement): HTMLElement {
  const { access, language } = hit;
  const limited = access === "metered" || access === "teaser";
  return h(
    "p",
    { class: "byline" },
    h("span", { class: "source", dir: "auto" }, hit.source_name || hit.source),
    !!hit.publisher && h("span", { class: "publisher", dir: "auto" }, hit.publisher),
    time(hit),
    language && !language.startsWith(tongue) && h("span", {}, languageName(language)),
    limited && h("span", { class: "badge", title: t(`${access}Hint`) }, t(access)),
    hit.funding?.amount != null &&
      h("span", { class: "badge money" }, money(hit.funding.amount, hit.funding.currency || "USD")),
    unfold,
  );
}

/** The summary, unless only the text says why this was found. */
function snippet(hit: Hit): string {
  const { summary, text } = hit._highlightResult ?? {};
  if (text?.value.includes(OPEN) && !summary?.value.includes(OPEN)) return text.value;
  return summary?.value || hit.summary || text?.value || "";
}

function tags(hit: Hit): HTMLElement {
  const tag = (facet: Facet["name"], value: string): HTMLElement =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: `tag ${facet}`,
          title: t("about", { name: valueName(facet, value) }),
          dir: "auto",
          onclick: () => addChoice(facet, value),
        },
        valueName(facet, value),
      ),
    );
  return h(
    "ul",
    { class: "tags" },
    ...deepest(hit.topics).slice(0, 4).map((value) => tag("topic", value)),
    ...deepest(hit.regions).slice(0, 3).map((value) => tag("region", value)),
    ...(hit.companies ?? []).slice(0, 4).map((value) => tag("company", value)),
  );
}
