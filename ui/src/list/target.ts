/**
 * From what is selected to what the host is told to act on: rows one by one where all of them have been read and they are
 * not too many, else stretches of the list by the rows at their ends. A million messages are two ids. Pure.
 */
import type { List, ListPage, Span, Target } from "../backend";
import { count, type Ranges } from "./ranges";

/** At most so many rows are named one by one. */
export const mostRows = 2000;

/** What is selected, and in which list. */
export interface Marked {
  readonly list: List;
  readonly ranges: Ranges;
  /** Rows in the list, as it was read last. */
  readonly total: number;
  /** The whole list was selected at once: rows that were never read are meant too, whatever their number has become. */
  readonly whole: boolean;
  /** `ListPage.newest` when it was selected: what came later is not meant. */
  readonly newest: number;
}

/**
 * The target, or null where the list turns out to have changed since it was read: then the indexes mean other rows, and
 * the list has to be read again first. `row` answers for rows that have been read, `read` asks the host for one that has not.
 */
export async function makeTarget(marked: Marked, row: (index: number) => { id: number } | undefined, read: (index: number) => Promise<ListPage>): Promise<Target | null> {
  const { list, ranges, total, newest } = marked;
  const rows = count(ranges) <= mostRows ? named(ranges, row) : null;
  if (rows) return { kind: "rows", rows };

  const [first] = ranges;
  const all = marked.whole || (ranges.length === 1 && first?.first === 0 && first.end === total);
  if (all) return { kind: "list", list, spans: [], newest };

  const end = async (index: number): Promise<number | null> => {
    const known = row(index)?.id;
    if (known !== undefined) return known;
    const page = await read(index);
    return page.total === total ? (page.rows[0]?.id ?? null) : null;
  };
  const spans: Span[] = [];
  for (const range of ranges) {
    const [upper, lower] = await Promise.all([end(range.first), end(range.end - 1)]);
    if (upper === null || lower === null) return null;
    spans.push({ first: upper, last: lower });
  }
  return { kind: "list", list, spans, newest };
}

/** The ids of these rows; null where one of them has not been read. */
function named(ranges: Ranges, row: (index: number) => { id: number } | undefined): number[] | null {
  const ids: number[] = [];
  for (const { first, end } of ranges) {
    for (let index = first; index < end; index++) {
      const id = row(index)?.id;
      if (id === undefined) return null;
      ids.push(id);
    }
  }
  return ids;
}

/** Where the cursor goes when all that is selected leaves the list. */
export interface Heir {
  /** The row, as the list is now; null = none is left. */
  readonly index: number | null;
  /** Where it will stand. */
  readonly place: number;
}

/** The row below what is selected around the cursor, or above it; the other one at an end of the list. */
export function heirOf(ranges: Ranges, cursor: number, total: number, way: "next" | "previous"): Heir {
  const around = ranges.find(({ first, end }) => first <= cursor && cursor < end);
  const below = around ? around.end : cursor;
  const above = (around ? around.first : cursor) - 1;
  const downward = below < total ? below : null;
  const upward = above >= 0 ? above : null;
  const index = way === "next" ? (downward ?? upward) : (upward ?? downward);
  if (index === null) return { index, place: -1 };
  const gone = ranges.reduce((sum, { first, end }) => sum + Math.max(0, Math.min(end, index) - first), 0);
  return { index, place: index - gone };
}
