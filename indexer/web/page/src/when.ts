/** Spans of time as the address tells them: "7d" counted back from now, or "2026-11-01..2026-11-20". */

import { DAY_FORM, SPAN_FORM, SPAN_UNITS_S } from "./contract";

export const SPANS = ["1h", "1d", "7d", "30d"] as const; // offered; the address may tell others
export const DAY_S = SPAN_UNITS_S.d;
export const DRAWN_DAYS = 60; // what the histogram shows at most

/** UNIX seconds [from, to], each open when undefined; days are those of UTC, as in the index. */
export function bounds(when: string, now: number = Date.now() / 1000): [number?, number?] {
  const span = SPAN_FORM.exec(when);
  if (span) {
    const minute = Math.floor(now / 60) * 60; // the same question within a minute is asked once
    return [minute - Number(span[1]) * SPAN_UNITS_S[span[2] as "h" | "d"], undefined];
  }
  const [from = "", to = ""] = when.split("..");
  return [startOf(from), to && startOf(to) !== undefined ? startOf(to)! + DAY_S - 1 : undefined];
}

/** A span or days as an address tells them; undefined where it cannot be understood. */
export function readWhen(when: string): string | undefined {
  if (SPAN_FORM.test(when)) return when;
  const [from, to, ...more] = when.split("..");
  if (to === undefined || more.length || (!from && !to)) return undefined;
  const days = [from, to].map((day) => (day ? startOf(day) : ""));
  if (days.includes(undefined)) return undefined;
  return days.map((start) => (start === "" ? "" : dateOf(start as number))).join("..");
}

/** UNIX seconds; undefined for what is no day of the calendar. */
function startOf(date: string): number | undefined {
  const [, year, month, day] = DAY_FORM.exec(date)?.map(Number) ?? [];
  const start = new Date(0).setUTCFullYear(year, month - 1, day) / 1000;
  const isDay = year > 0 && new Date(start * 1000).getUTCMonth() === month - 1 && day > 0;
  return isDay ? start : undefined;
}

/** Start of the first day drawn, in UNIX seconds; today is the last. */
export function firstDrawnDay(now: number = Date.now() / 1000): number {
  return (Math.floor(now / DAY_S) - DRAWN_DAYS + 1) * DAY_S;
}

/** The UTC date of a moment, as an address or a date input writes it. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
