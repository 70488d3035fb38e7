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

/** The headings among the known rows, ascending. A row whose neighbour above is not known has none. */
export function findHeadings(rows: KnownRows, now: Date, locale: string): Heading[] {
  const headings: Heading[] = [];
  for (const page of rows.known()) {
    for (let index = page * pageSize; index < (page + 1) * pageSize; index++) {
      const row = rows.row(index);
      if (!row) break;
      const above = index === 0 ? null : rows.row(index - 1);
      if (above === undefined) continue;
      const day = dayOf(row.date, now, locale);
      if (above === null || dayKey(dayOf(above.date, now, locale)) !== dayKey(day)) headings.push({ index, day });
    }
  }
  return headings;
}
