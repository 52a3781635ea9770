/** How the server read the words of a search: fields, phrases, what is left out and what it ignored. */

import { events } from "./client";
import { byId, h, swap } from "./dom";
import { day, t } from "./i18n";
import { change } from "./state";

interface Chip {
  field: string;
  shown: string[];
  excluded: boolean;
  joined: boolean;
  without: string;
}

interface Understood {
  chips: Chip[];
  notes: { said: string }[];
}

const TIMES = ["since", "before"];

export function watchUnderstanding(): void {
  const container = byId("understood");
  events.addEventListener("answered", (event) => {
    const told = (event as CustomEvent<Understood | undefined>).detail;
    const chips = (told?.chips ?? []).map(drawn);
    const notes = (told?.notes ?? []).map(({ said }) => h("p", { class: "note", dir: "auto" }, said));
    swap(container, chips.length > 0 && h("ul", {}, ...chips), ...notes);
  });
}

function drawn(chip: Chip): HTMLLIElement {
  const { field, shown, excluded, joined, without } = chip;
  const values = TIMES.includes(field) ? shown.map((moment) => day(Number(moment))) : shown;
  const label = `${excluded ? "−" : ""}${field ? `${field}: ` : ""}${values.join(", ")}`;
  return h(
    "li",
    {},
    joined && h("span", {}, "OR "),
    h(
      "button",
      { type: "button", class: "chip", "aria-label": t("remove", { name: label }), onclick: () => change(() => ({ query: without })) },
      h("span", { dir: "auto" }, label),
      h("span", { "aria-hidden": "true" }, " ×"),
    ),
  );
}
