/** The keyboard: `/` to the search box, arrows from hit to hit, enter opens, escape steps back. */

import { byId } from "./dom";
import { closeDrawer, isDrawerOpen } from "./drawer";

export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const query = byId<HTMLInputElement>("query");
    const typing = isField(event.target);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape") stepBack(query);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") moveFrom(event, query, typing);
  });
}

function stepBack(query: HTMLInputElement): void {
  if (isDrawerOpen()) closeDrawer();
  else if (document.activeElement === query) query.blur();
  else if (document.activeElement?.closest(".hit")) query.focus();
}

function moveFrom(event: KeyboardEvent, query: HTMLInputElement, typing: boolean): void {
  if (typing && event.target !== query) return;
  const hits = [...document.querySelectorAll<HTMLElement>("a.headline")];
  const here = hits.findIndex((hit) => hit.closest(".hit")?.contains(document.activeElement));
  const inPage = document.activeElement === document.body || event.target === query || here >= 0;
  if (!inPage || !hits.length) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? here + 1 : here - 1;
  if (next < 0) query.focus();
  else hits[Math.min(next, hits.length - 1)].focus();
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}
