/**
 * Dates as the list and the reader show them. Times are Unix seconds; `now` is always given, so that every function here
 * answers the same for the same question.
 */

/** A stretch of the list with one heading. */
export type Day =
  | { kind: "today" | "yesterday" | "thisWeek" | "lastWeek" | "later" | "unknown" }
  | { kind: "month"; year: number; month: number };

const dayMs = 86_400_000;

/** Whole days since an arbitrary day, in local time; immune to summer time. */
function dayNumber(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs);
}

/** First day of the week, 0 = Sunday. */
function firstDayOfWeek(locale: string): number {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  return (info.getWeekInfo?.().firstDay ?? info.weekInfo?.firstDay ?? 1) % 7;
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
  return new Intl.DateTimeFormat(locale, { month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(new Date(day.year, day.month, 1));
}

/** The date in a row: `10:42` today, `Sat` in the last six days, `3 Nov` this year, `12 Feb 2024` before. */
export function rowDate(seconds: number | null, now: Date, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const ago = dayNumber(now) - dayNumber(date);
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(date);
  if (ago === 0) return format({ timeStyle: "short" });
  if (ago > 0 && ago < 7) return format({ weekday: "short" });
  if (date.getFullYear() === now.getFullYear()) return format({ day: "numeric", month: "short" });
  return format({ day: "numeric", month: "short", year: "numeric" });
}

/** The date above a message: `Today 10:42` (with the person's word for today), `Sat 11:03`, `3 Nov 11:03`, `12 Feb 2024 11:03`. */
export function headDate(seconds: number | null, now: Date, locale: string, today: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(date);
  const sameDay = dayNumber(now) === dayNumber(date);
  return `${sameDay ? today : rowDate(seconds, now, locale)} ${time}`;
}

/** The whole date with its time zone, for a tooltip. */
export function fullDate(seconds: number | null, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(new Date(seconds * 1000));
}

/** How long ago or until: `2 minutes ago`, `in 30 seconds`. */
export function relative(seconds: number | null, now: Date, locale: string): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  const difference = seconds - now.getTime() / 1000;
  const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, length] = steps.find(([, size]) => Math.abs(difference) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(difference / length), unit);
}

/** Milliseconds until the next local midnight, when "today" becomes another day. */
export function untilMidnight(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}
