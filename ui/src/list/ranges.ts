/**
 * Which rows of a list are selected, as stretches of indexes: a whole mailbox is one stretch, never a million ids. Pure.
 *
 * Indexes shift when mail comes or goes. `probe` finds out how far, by asking for the places of as few rows as it can;
 * `follow` moves the stretches along, so that what was selected stays selected and nothing else becomes so.
 */
import type { Range } from "./geometry";

/** Stretches of rows: ascending, not empty, and neither overlapping nor touching. */
export type Ranges = readonly Range[];

/** The stretch from one row to another, both included, in either order. */
export const between = (a: number, b: number): Range => ({ first: Math.min(a, b), end: Math.max(a, b) + 1 });

/** How many rows are selected. */
export const count = (ranges: Ranges): number => ranges.reduce((sum, { first, end }) => sum + end - first, 0);

/** Whether this row is selected. */
export function has(ranges: Ranges, index: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? Infinity) <= index) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.first ?? Infinity) <= index;
}

/** With a stretch more. */
export function add(ranges: Ranges, more: Range): Ranges {
  return join([...ranges, more]);
}

/** Without the rows of a stretch. */
export function remove(ranges: Ranges, less: Range): Ranges {
  return join(ranges.flatMap(({ first, end }) => [{ first, end: Math.min(end, less.first) }, { first: Math.max(first, less.end), end }]));
}

/** With this row if it was not selected, without it if it was. */
export function toggle(ranges: Ranges, index: number): Ranges {
  return (has(ranges, index) ? remove : add)(ranges, between(index, index));
}

/** A row that stood at `before` in the old list and stands at `after` in the new one; null = it is gone. */
export interface Moved {
  readonly before: number;
  readonly after: number | null;
}

/**
 * Finds out where rows went. `rows` are the rows whose id is known, ascending by index. Where both ends of a stretch went
 * equally far, so did what lies between; only where they did not, the middle is asked for, all middles at once. The answer is
 * ascending too.
 */
export async function probe(rows: readonly { index: number; id: number }[], find: (id: number) => Promise<number | null>): Promise<Moved[]> {
  const found = new Map<number, Moved>();
  const ask = async (at: number) => {
    const row = rows[at];
    if (row && !found.has(at)) found.set(at, { before: row.index, after: await find(row.id) });
  };
  await Promise.all([ask(0), ask(rows.length - 1)]);
  for (let stretches: [number, number][] = [[0, rows.length - 1]]; stretches.length > 0; ) {
    const torn = stretches.filter(([low, high]) => {
      const [first, last] = [found.get(low), found.get(high)];
      return first && last && high - low >= 2 && (wayOf(first) === null || wayOf(first) !== wayOf(last));
    });
    const halves = torn.map(([low, high]) => ({ low, middle: (low + high) >> 1, high }));
    await Promise.all(halves.map(({ middle }) => ask(middle)));
    stretches = halves.flatMap(({ low, middle, high }): [number, number][] => [[low, middle], [middle, high]]);
  }
  return [...found.values()].sort((a, b) => a.before - b.before);
}

/**
 * The same rows in the new list of `total` rows. What lies beside a row that was found went as far as that row; where
 * none was found, rows went `elsewhere` rows down.
 */
export function follow(ranges: Ranges, moved: readonly Moved[], elsewhere: number, total: number): Ranges {
  const next: Range[] = [];
  const put = (first: number, end: number, by: number) => next.push({ first: Math.max(0, first + by), end: Math.min(total, end + by) });
  for (const { first, end } of ranges) {
    const inside = moved.filter(({ before }) => before >= first && before < end);
    let from = first;
    let last: Moved | undefined;
    for (const one of inside) {
      const nearest = near(moved, one.before) ?? elsewhere;
      const way = wayOf(one);
      if (last?.after != null && one.after !== null && one.before - last.before > 1 && way !== wayOf(last)) {
        // Something came or went among rows that were never read: all between the two that were is taken.
        next.push({ first: last.after + 1, end: one.after });
      } else put(from, one.before, way ?? (last && wayOf(last)) ?? nearest);
      if (one.after !== null) put(one.before, one.before + 1, one.after - one.before);
      from = one.before + 1;
      last = one;
    }
    put(from, end, (last && wayOf(last)) ?? near(moved, end - 1) ?? elsewhere);
  }
  return join(next);
}

/** How far down a row went; null if it is gone. */
const wayOf = ({ before, after }: Moved): number | null => (after === null ? null : after - before);

/** How far the nearest row went that is still there. */
function near(moved: readonly Moved[], index: number): number | undefined {
  let best: Moved | undefined;
  for (const one of moved) {
    if (one.after !== null && (!best || Math.abs(one.before - index) < Math.abs(best.before - index))) best = one;
  }
  return best && (wayOf(best) ?? undefined);
}

/** Sorted, without what is empty, and as few stretches as can be. */
function join(ranges: readonly Range[]): Ranges {
  const joined: { first: number; end: number }[] = [];
  for (const { first, end } of ranges.filter((one) => one.first < one.end).sort((a, b) => a.first - b.first)) {
    const last = joined.at(-1);
    if (last && first <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ first, end });
  }
  return joined;
}
