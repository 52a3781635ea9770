/** Spans of time as the address tells them: "7d" counted back from now, or "2026-11-01..2026-11-20". */

export const SPANS = ["1h", "1d", "7d", "30d"] as const; // offered; the address may tell others
export const DAY_S = 86_400;
export const DRAWN_DAYS = 60; // what the histogram shows at most

const SPAN = /^(\d{1,4})([hd])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** UNIX seconds [from, to], each open when undefined; days are those of UTC, as in the index. */
export function bounds(when: string, now: number = Date.now() / 1000): [number?, number?] {
  const span = SPAN.exec(when);
  if (span) {
    const minute = Math.floor(now / 60) * 60; // the same question within a minute is asked once
    return [minute - Number(span[1]) * (span[2] === "h" ? 3600 : DAY_S), undefined];
  }
  const [from = "", to = ""] = when.split("..");
  return [startOf(from), to && startOf(to) !== undefined ? startOf(to)! + DAY_S - 1 : undefined];
}

export function isWhen(when: string): boolean {
  if (SPAN.test(when)) return true;
  const [from, to, ...more] = when.split("..");
  if (to === undefined || more.length || (!from && !to)) return false;
  return [from, to].every((date) => !date || startOf(date) !== undefined);
}

function startOf(date: string): number | undefined {
  if (!DATE.test(date)) return undefined;
  const start = Date.parse(`${date}T00:00:00Z`) / 1000;
  return Number.isNaN(start) ? undefined : start;
}

/** Start of the first day drawn, in UNIX seconds; today is the last. */
export function firstDrawnDay(now: number = Date.now() / 1000): number {
  return (Math.floor(now / DAY_S) - DRAWN_DAYS + 1) * DAY_S;
}

/** The UTC date of a moment, as an address or a date input writes it. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
