/** The filters on a narrow window: a sheet over the page, opened and closed with the focus in the right place. */

import { h } from "./dom";
import { t } from "./i18n";

const OPEN = "filters-open";

export function isDrawerOpen(): boolean {
  return document.body.classList.contains(OPEN);
}

export function openDrawer(): void {
  document.body.classList.add(OPEN);
  document.querySelector<HTMLElement>(".close-filters")?.focus();
}

export function closeDrawer(): void {
  document.body.classList.remove(OPEN);
  document.querySelector<HTMLElement>(".show-filters")?.focus();
}

export function closeButton(): HTMLElement {
  return h("button", { type: "button", class: "close-filters", onclick: closeDrawer }, t("close"));
}

/** The way out tells what the choice so far leaves: "Show 12 articles". */
export function showTotal(total: string): void {
  document.querySelector(".close-filters")!.textContent = t("showTotal", { total });
}

/** On a narrow window `settings` stand below the filters, so the news begins higher up. */
export function keepAtHand(settings: HTMLElement, filters: HTMLElement): void {
  const home = settings.parentElement!;
  const narrow = matchMedia("(max-width: 30rem)");
  const place = (): void => (narrow.matches ? filters : home).append(settings);
  narrow.addEventListener("change", place);
  place();
}
