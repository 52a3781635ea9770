/** Words, numbers, dates and names in the reader's language. Adding a language: a file in words/, two lines here. */

import { en, type Words } from "./words/en";

type Names = Record<string, string>;

const LANGUAGES: Record<string, () => Promise<[Words, Names]>> = {
  en: async () => [en, {}],
  zh: () => import("./words/zh").then(({ zh, names: own }) => [zh, own]),
  es: () => import("./words/es").then(({ es, names: own }) => [es, own]),
};

/** The languages by their own names. */
export const languages = { en: "English", zh: "中文", es: "Español" };
export let language = "en";
let words: Words = en;
let names: Names = {};

/** Chosen before, or the browser's first language we know. */
export async function chooseLanguage(stored: string | null): Promise<void> {
  const wanted = [stored, ...navigator.languages].map((tag) => tag?.slice(0, 2) ?? "");
  language = wanted.find((tag) => tag in LANGUAGES) ?? "en";
  [words, names] = await LANGUAGES[language]();
  document.documentElement.lang = language;
}

const made = new Map<string, unknown>();

/** A formatter of the browser's, made once: each takes up to some ten milliseconds. */
function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

export function isWord(key: string): key is keyof Words {
  return key in words;
}

/** The words for `key`; `{name}` takes values, and `n` chooses the plural form. */
export function t(key: keyof Words, values: Record<string, string | number> = {}): string {
  const forms = words[key].split("|");
  const plural = typeof values.n === "number" ? once("plural", () => new Intl.PluralRules(language)).select(values.n) : "other";
  const form = plural === "one" ? forms[0] : forms[forms.length - 1];
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

export function number(value: number): string {
  return once("number", () => new Intl.NumberFormat(language)).format(value);
}

export function money(amount: number, currency = "USD"): string {
  try {
    const style = { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 } as const;
    return once(`money ${currency}`, () => new Intl.NumberFormat(language, style)).format(amount);
  } catch {
    return `${number(amount)} ${currency}`; // a currency code the browser does not know
  }
}

/** A topic or place of the index, whose names are English, in the page's language where known. */
export function nameOf(english: string): string {
  if (language === "en") return english;
  return names[english] ?? countries().get(english) ?? english;
}

let countryNames: Map<string, string> | undefined;

/** English names of countries with those in the page's language, from the browser's own tables. */
function countries(): Map<string, string> {
  if (countryNames) return countryNames;
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const english = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const own = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const pairs = codes.map((code) => [english.of(code), own.of(code)]);
  countryNames = new Map(pairs.filter((pair): pair is [string, string] => Boolean(pair[0] && pair[1])));
  return countryNames;
}

export function languageName(tag: string): string {
  try {
    return once("tongue", () => new Intl.DisplayNames(language, { type: "language" })).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "3 h ago"; after a week the date. */
export function ago(seconds: number, now: number = Date.now() / 1000): string {
  const style = { numeric: "auto", style: "narrow" } as const;
  const relative = once("ago", () => new Intl.RelativeTimeFormat(language, style));
  const past = now - seconds;
  if (past < 45) return relative.format(0, "second");
  if (past < 3600) return relative.format(-Math.max(1, Math.round(past / 60)), "minute");
  if (past < 86_400) return relative.format(-Math.round(past / 3600), "hour");
  if (past < 7 * 86_400) return relative.format(-Math.round(past / 86_400), "day");
  return once("date", () => new Intl.DateTimeFormat(language, { dateStyle: "medium" })).format(seconds * 1000);
}

export function exact(seconds: number): string {
  const style = { dateStyle: "full", timeStyle: "long" } as const;
  return once("exact", () => new Intl.DateTimeFormat(language, style)).format(seconds * 1000);
}

/** A length of time in its largest fitting unit: "3 hr". */
export function span(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? (["second", 1] as const);
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(language, style).format(seconds / length);
}

/** A UTC day, named in UTC. */
export function day(seconds: number): string {
  const style = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  return once("day", () => new Intl.DateTimeFormat(language, style)).format(seconds * 1000);
}

/** Fills the words into the parts of the page that index.html lays out. */
export function translatePage(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-t]")) {
    element.textContent = t(element.dataset.t as keyof Words);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel as keyof Words));
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-t-placeholder]")) {
    element.setAttribute("placeholder", t(element.dataset.tPlaceholder as keyof Words));
  }
}
