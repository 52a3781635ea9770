/** Colours and language of the page; remembered by the browser, sent nowhere. */

import { h } from "./dom";
import { language, languages, t } from "./i18n";

const THEMES = ["auto", "light", "dark"] as const;

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`techwire.${name}`);
  } catch {
    return null; // storage may be forbidden
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`techwire.${name}`, value);
  } catch {
    // it holds for this visit then
  }
}

export function applyTheme(theme = recall("theme") ?? "auto"): void {
  document.documentElement.dataset.theme = (THEMES as readonly string[]).includes(theme) ? theme : "auto";
}

export function settings(container: HTMLElement): void {
  const themes = THEMES.map((theme) =>
    h("option", { value: theme, selected: theme === document.documentElement.dataset.theme }, t(theme)),
  );
  const theme = h("select", { "aria-label": t("theme"), id: "theme" }, ...themes);
  theme.addEventListener("change", () => {
    remember("theme", theme.value);
    applyTheme(theme.value);
  });
  const names = Object.entries(languages).map(([tag, own]) =>
    h("option", { value: tag, lang: tag, selected: tag === language }, own),
  );
  const tongue = h("select", { "aria-label": t("tongue"), id: "tongue" }, ...names);
  tongue.addEventListener("change", () => {
    remember("language", tongue.value);
    location.reload();
  });
  container.append(theme, tongue);
}
