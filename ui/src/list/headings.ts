/** Which rows begin a new day, as far as the rows that have been read tell. Pure. */
import type { ListKey } from "../backend";
import { dayKey, dayOf, type Day } from "../format/dates";
import { pageSize } from "./pages";

/** A row with a heading above it. */
export interface Heading {
  readonly index: number;
  readonly day: Day;
}

/** What is asked of the rows that have been read. */
export interface KnownRows {
  known(): number[];
  row(index: number): { date: number | null } | undefined;
}

/** The time at which a row stands in a list: when it came, or when it came back; among the snoozed, when it will. */
export function standsAt({ date, due }: { date: number | null; due: number | null }, key: ListKey, now: Date): number | null {
  if (due === null || date === null) return date;
  if (key.kind === "snoozed") return due;
  return due * 1000 > now.getTime() ? date : Math.max(date, due);
}

/** Seconds for which a day is remembered: zones differ by quarters of an hour, so all times of one stand on one day. */
const quarter = 900;
const mostRemembered = 50_000;

/** Days of times as they are told on one day in one language and zone. Times of one heading have the same value. */
class Days {
  readonly #of = new Map<number, Day>();
  readonly #same = new Map<string, Day>();
  constructor(
    readonly told: string,
    private readonly now: Date,
    private readonly locale: string,
  ) {}

  at(seconds: number | null): Day {
    // What is no number is its own key.
    const key = seconds === null ? NaN : Math.floor(seconds / quarter);
    const known = this.#of.get(key);
    if (known) return known;
    const day = dayOf(seconds, this.now, this.locale);
    const same = this.#same.get(dayKey(day)) ?? day;
    this.#same.set(dayKey(day), same);
    if (this.#of.size >= mostRemembered) this.#of.clear();
    this.#of.set(key, same);
    return same;
  }
}
let remembered: Days | undefined;

/** The headings among the known rows, ascending. A row whose neighbour above is not known has none. */
export function findHeadings(rows: KnownRows, now: Date, locale: string): Heading[] {
  const told = `${now.toDateString()} ${now.getTimezoneOffset()} ${locale}`;
  const days = remembered?.told === told ? remembered : (remembered = new Days(told, now, locale));
  const headings: Heading[] = [];
  for (const page of rows.known()) {
    const from = page * pageSize;
    const before = from === 0 ? null : rows.row(from - 1);
    // Undefined: what stands above is not known.
    let above = before ? days.at(before.date) : before;
    for (let index = from; index < from + pageSize; index++) {
      const row = rows.row(index);
      if (!row) break;
      const day = days.at(row.date);
      if (above !== undefined && above !== day) headings.push({ index, day });
      above = day;
    }
  }
  return headings;
}
