/** The views beside the news: where, trends, coverage. Each is asked for when it is looked at. */

import { VIEWS, type Search, type View } from "./address";
import { coverage } from "./coverage";
import { byId, h, swap } from "./dom";
import { grid } from "./grid";
import { t } from "./i18n";
import { addressAfter, change, shows } from "./state";
import { trends } from "./trends";

const DRAWN: Record<Exclude<View, "news">, (search: Search) => Promise<Node>> = { grid, trends, coverage };

/** Shows the view of the search in `container`, and the news elsewhere: `news` is hidden meanwhile. */
export function viewWidget(container: HTMLElement, news: HTMLElement[]): any {
  let drawn = "";
  return shows(({ search }) => {
    const view = (search.view ?? "news") as View;
    for (const element of news) element.hidden = view !== "news";
    container.hidden = view === "news";
    document.body.dataset.view = view;
    byId("heading").textContent = t(view);
    const wanted = JSON.stringify(search);
    if (view === "news" || wanted === drawn) {
      if (view === "news") drawn = "";
      return;
    }
    drawn = wanted;
    container.setAttribute("aria-busy", "true");
    if (!container.childElementCount) swap(container, h("p", { class: "quiet" }, t("waiting")));
    void draw(view, search).then((content) => {
      if (drawn !== wanted) return; // the reader has moved on
      container.removeAttribute("aria-busy");
      swap(container, content);
    });
  });
}

async function draw(view: Exclude<View, "news">, search: Search): Promise<Node> {
  try {
    return await DRAWN[view](search);
  } catch {
    return h("p", { class: "quiet" }, t("down"));
  }
}

/** Links, so a view can be opened in a tab of its own. */
export function viewLinks(container: HTMLElement): any {
  return shows(({ search }) => {
    const links = VIEWS.map((view) => {
      const step = (): Partial<Search> => ({ view: view === "news" ? undefined : view });
      const go = (event: MouseEvent): void => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        change(step);
      };
      const here = (search.view ?? "news") === view;
      const props = { href: addressAfter(step), "data-key": `view ${view}`, onclick: go };
      return h("a", { ...props, "aria-current": here ? "page" : undefined }, t(view));
    });
    swap(container, ...links);
  });
}
