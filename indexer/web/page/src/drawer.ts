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
