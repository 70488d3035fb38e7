/**
 * Dates as the list and the reader show them. Times are Unix seconds; `now` is always given, so that every function here
 * answers the same for the same question.
 */
import { dateFormat, firstDayOfWeek } from "./formatters";

/** A stretch of the list with one heading. */
export type Day =
  | { kind: "today" | "yesterday" | "thisWeek" | "lastWeek" | "later" | "unknown" }
  | { kind: "month"; year: number; month: number };

const dayMs = 86_400_000;

/** Whole days since an arbitrary day, in local time; immune to summer time. */
function dayNumber(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs);
}

/** The heading under which a message of `seconds` stands. */
export function dayOf(seconds: number | null, now: Date, locale: string): Day {
  if (seconds === null || !Number.isFinite(seconds)) return { kind: "unknown" };
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now) - dayNumber(date);
  if (ago < 0) return { kind: "later" };
  if (ago === 0) return { kind: "today" };
  if (ago === 1) return { kind: "yesterday" };
  const intoWeek = (now.getDay() - firstDayOfWeek(locale) + 7) % 7;
  if (ago <= intoWeek) return { kind: "thisWeek" };
  if (ago <= intoWeek + 7) return { kind: "lastWeek" };
  return { kind: "month", year: date.getFullYear(), month: date.getMonth() };
}

/** A string that is the same for the same heading. */
export function dayKey(day: Day): string {
  return day.kind === "month" ? `${day.year}-${day.month}` : day.kind;
}

/** `October` this year, `October 2024` before. */
export function monthName(day: { year: number; month: number }, now: Date, locale: string): string {
  const sameYear = day.year === now.getFullYear();
  return dateFormat(locale, { month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(new Date(day.year, day.month, 1));
}

/** The date in a row: `10:42` today, `Sat` in the last six days, `3 Nov` this year, `12 Feb 2024` before. */
export function rowDate(seconds: number | null, now: Date, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now) - dayNumber(date);
  const format = (options: Intl.DateTimeFormatOptions) => dateFormat(locale, options).format(date);
  if (ago === 0) return format({ timeStyle: "short" });
  if (ago > 0 && ago < 7) return format({ weekday: "short" });
  if (date.getFullYear() === now.getFullYear()) return format({ day: "numeric", month: "short" });
  return format({ day: "numeric", month: "short", year: "numeric" });
}

/** A time ahead, or one that was: `18:00` today, `Sat, 09:00` in the six days around it, `3 Nov, 09:00`, `12 Feb 2027, 09:00`. */
export function dueTime(seconds: number, now: Date, locale: string): string {
  const date = new Date(seconds * 1000);
  const away = Math.abs(dayNumber(date) - dayNumber(now));
  if (away === 0) return clockTime(seconds, locale);
  const sameYear = date.getFullYear() === now.getFullYear();
  const day: Intl.DateTimeFormatOptions = away < 7 ? { weekday: "short" } : { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) };
  return `${dateFormat(locale, day).format(date)}, ${clockTime(seconds, locale)}`;
}

/** The whole of a time ahead: `Saturday, 28 November 2026 at 09:00`. */
export const fullDue = (seconds: number, locale: string): string => dateFormat(locale, { dateStyle: "full", timeStyle: "short" }).format(new Date(seconds * 1000));

/** The date above a message: `Today 10:42` (with the person's word for today), `Sat 11:03`, `3 Nov 11:03`, `12 Feb 2024 11:03`. */
export function headDate(seconds: number | null, now: Date, locale: string, today: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const time = dateFormat(locale, { timeStyle: "short" }).format(date);
  const sameDay = dayNumber(now) === dayNumber(date);
  return `${sameDay ? today : rowDate(seconds, now, locale)} ${time}`;
}

/** The person's words for the two days that have a name of their own. */
export interface DayNames {
  today: string;
  yesterday: string;
}

/** The day of `seconds` with its whole name: `Today`, `Friday 20 November`, `Friday 20 November 2024` in another year. */
export function dayName(seconds: number, now: Date, locale: string, names: DayNames): string {
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now) - dayNumber(date);
  if (ago === 0) return names.today;
  if (ago === 1) return names.yesterday;
  const sameYear = date.getFullYear() === now.getFullYear();
  return dateFormat(locale, { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(date);
}

/** A moment as it is said: `Today, 10:42`, `Tuesday, 10:42` in the last six days, `3 November, 10:42` before. */
export function moment(seconds: number, now: Date, locale: string, names: DayNames): string {
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now) - dayNumber(date);
  const sameYear = date.getFullYear() === now.getFullYear();
  const far: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) };
  const day = ago < 2 && ago >= 0 ? dayName(seconds, now, locale, names) : dateFormat(locale, ago > 0 && ago < 7 ? { weekday: "long" } : far).format(date);
  return `${day}, ${clockTime(seconds, locale)}`;
}

/** `10:42`. */
export const clockTime = (seconds: number, locale: string): string => dateFormat(locale, { timeStyle: "short" }).format(new Date(seconds * 1000));

/** A string that is the same for moments of the same day. */
export const sameDay = (seconds: number): string => new Date(seconds * 1000).toDateString();

/** The whole date with its time zone, for a tooltip. */
export function fullDate(seconds: number | null, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  return dateFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(new Date(seconds * 1000));
}

/** How long ago or until: `2 minutes ago`, `in 30 seconds`. */
export function relative(seconds: number | null, now: Date, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const difference = seconds - now.getTime() / 1000;
  const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, length] = steps.find(([, size]) => Math.abs(difference) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(difference / length), unit);
}

/** From one day to another: `3–9 Nov 2026`; empty where they are not known. */
export function dateSpan(from: number | null, to: number | null, locale: string): string {
  if (from === null || to === null || !Number.isFinite(from) || !Number.isFinite(to)) return "";
  return dateFormat(locale, { dateStyle: "medium" }).formatRange(new Date(from * 1000), new Date(to * 1000));
}

/** Milliseconds until the next local midnight, when "today" becomes another day. */
export function untilMidnight(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}
