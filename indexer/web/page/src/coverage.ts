/** What the crawler knows of its sources: who was heard, when, and who is silent or blocked. */

import { API } from "./client";
import { h } from "./dom";
import { ago, exact, languageName, nameOf, number, span, t } from "./i18n";
import { change, choose } from "./state";

export interface Source {
  id: string;
  name: string;
  region: string | null;
  country: string | null;
  language: string | null;
  last_seen: number | null;
  lag_s: number | null;
  state: string;
}

const WELL = "ok";
const KNOWN_STATES = ["blocked", "failing", "silent", "ok", "new", "disabled"]; // trouble first

let asked: Promise<Source[]> | undefined;

/** The sources as the server knows them; asked again after a minute. */
export function sources(): Promise<Source[]> {
  asked ??= ask().finally(() => window.setTimeout(() => (asked = undefined), 60_000));
  return asked;
}

async function ask(): Promise<Source[]> {
  const response = await fetch(`${API}/coverage`);
  if (!response.ok) throw new Error(String(response.status));
  const { sources: known } = await response.json();
  return Array.isArray(known) ? known : [];
}

export async function coverage(): Promise<Node> {
  const known = await sources();
  if (!known.length) return h("p", { class: "quiet" }, t("noCoverage"));
  const regions = Map.groupBy(known, ({ region }) => region ?? "");
  const ordered = [...regions].sort(([one], [other]) => one.localeCompare(other));
  return h(
    "div",
    { class: "coverage" },
    h("p", { class: "quiet" }, summary(known)),
    ...ordered.map(([region, some]) => section(region ? nameOf(region) : t("anywhere"), some)),
  );
}

function summary(known: Source[]): string {
  const states = Map.groupBy(known, ({ state }) => state);
  const inOrder = [...states].sort(([, some], [, others]) => others.length - some.length);
  const parts = inOrder.map(([state, some]) => `${number(some.length)} ${stateName(state)}`);
  return `${t("sources", { n: known.length })}: ${parts.join(", ")}`;
}

export function stateName(state: string): string {
  return KNOWN_STATES.includes(state) ? t(`state_${state}` as "state_ok") : state;
}

function section(region: string, some: Source[]): HTMLElement {
  const well = some.filter(({ state }) => state === WELL).length;
  const heads = ["source", "country", "language", "lastSeen", "lag", "state"] as const;
  const inOrder = some.toSorted(
    (one, other) => rank(one) - rank(other) || (other.last_seen ?? 0) - (one.last_seen ?? 0),
  );
  return h(
    "details",
    { open: true },
    h("summary", {}, h("b", {}, region), " ", h("span", { class: "quiet" }, t("heard", { n: well, all: some.length }))),
    h(
      "div",
      { class: "wide", role: "region", tabindex: "0", "aria-label": region },
      h(
        "table",
        {},
        h("colgroup", {}, h("col", { class: "names" }), h("col", { span: heads.length - 1 })),
        h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, t(head))))),
        h("tbody", {}, ...inOrder.map(row)),
      ),
    ),
  );
}

function rank({ state }: Source): number {
  return KNOWN_STATES.indexOf(state);
}

function look({ state }: Source): string {
  if (state === WELL) return "state-ok";
  return state === "new" || state === "disabled" ? "" : "state-off";
}

function row(source: Source): HTMLElement {
  const go = (): void => {
    change(() => ({ view: undefined }));
    choose("source_name", [source.name]);
  };
  const name = h("button", { type: "button", class: "link", dir: "auto", onclick: go }, source.name);
  const seen = source.last_seen;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    h("td", {}, countryName(source.country)),
    h("td", {}, source.language ? languageName(source.language) : ""),
    h("td", seen === null ? {} : { title: exact(seen) }, seen === null ? t("never") : ago(seen)),
    h("td", {}, source.lag_s === null ? "–" : span(source.lag_s)),
    h("td", {}, h("span", { class: `state ${look(source)}` }, stateName(source.state))),
  );
}

export function countryName(code: string | null, tongue?: string): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(tongue ?? document.documentElement.lang, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
