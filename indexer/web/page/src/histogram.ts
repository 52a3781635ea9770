/** Articles per day as bars; dragging over them chooses days. The date inputs do the same by keyboard. */

import { svg, swap } from "./dom";
import { day, t } from "./i18n";
import { bounds, DAY_S, dateOf, DRAWN_DAYS } from "./when";

const FEWEST_DAYS = 14;
const HEIGHT = 56;
const STEP = 10; // width of a day in the drawing's own units

export function histogram(
  container: HTMLElement,
  counts: Map<number, number>,
  when: string | undefined,
  choose: (when: string) => void,
): void {
  const today = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
  const days = shownDays(counts, today);
  const most = Math.max(1, ...days.map((start) => counts.get(start) ?? 0));
  const [from = -Infinity, to = Infinity] = when ? bounds(when) : [];
  const bars = days.map((start, position) => {
    const n = counts.get(start) ?? 0;
    const height = n ? Math.max(2, (n / most) * HEIGHT) : 0;
    const inside = start + DAY_S > from && start <= to;
    const bar = { x: position * STEP + 1, y: HEIGHT - height, width: STEP - 2, height };
    const room = { x: position * STEP, y: 0, width: STEP, height: HEIGHT, class: "room" };
    return svg(
      "g",
      { class: inside ? "day in" : "day out" },
      svg("title", {}, t("dayCount", { date: day(start), n })),
      svg("rect", room),
      svg("rect", { ...bar, class: "bar-of-day" }),
    );
  });
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${days.length * STEP} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": t("articlesPerDay"),
      class: "histogram",
    },
    ...bars,
  ) as SVGSVGElement;
  drag(drawing, days, choose);
  const ends = document.createElement("p");
  ends.className = "ends";
  ends.append(day(days[0]), " – ", day(days[days.length - 1]));
  swap(container, drawing, ends);
}

/** Every day from the oldest counted to today, within bounds that stay readable. */
function shownDays(counts: Map<number, number>, today: number): number[] {
  const oldest = Math.min(today, ...counts.keys());
  const n = Math.min(DRAWN_DAYS, Math.max(FEWEST_DAYS, (today - oldest) / DAY_S + 1));
  return Array.from({ length: n }, (_, position) => today - (n - 1 - position) * DAY_S);
}

function drag(drawing: SVGSVGElement, days: number[], choose: (when: string) => void): void {
  let first: number | undefined;
  const dayAt = (event: PointerEvent): number => {
    const { left, width } = drawing.getBoundingClientRect();
    const position = Math.floor(((event.clientX - left) / width) * days.length);
    return Math.min(days.length - 1, Math.max(0, position));
  };
  const mark = (last: number): void => {
    const [low, high] = [Math.min(first!, last), Math.max(first!, last)];
    [...drawing.querySelectorAll(".day")].forEach((bar, position) => {
      bar.setAttribute("class", position >= low && position <= high ? "day in" : "day out");
    });
  };
  drawing.addEventListener("pointerdown", (event) => {
    first = dayAt(event);
    drawing.setPointerCapture(event.pointerId);
    mark(first);
    event.preventDefault();
  });
  drawing.addEventListener("pointermove", (event) => {
    if (first !== undefined) mark(dayAt(event));
  });
  drawing.addEventListener("pointerup", (event) => {
    if (first === undefined) return;
    const last = dayAt(event);
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    first = undefined;
    choose(`${dateOf(days[low])}..${dateOf(days[high])}`);
  });
  drawing.addEventListener("pointercancel", () => {
    first = undefined;
  });
}
