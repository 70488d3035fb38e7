/**
 * Where each row of a list stands, for lists of up to a million rows and more. Pure arithmetic, no DOM.
 *
 * Rows have one height. Above some of them stands a day heading of another height; which ones is known only for the rows
 * that have been read, so headings are a sparse, sorted list of row indexes.
 *
 * Two scales are kept apart. The *place* is the true distance from the top of the list, in px. The *thumb* is `scrollTop`
 * of a spacer that no browser cuts off (WebKitGTK ends elements at 33,554,428 px; past 16,777,216 px its coordinates lose
 * the single pixel). Rows are drawn from the place alone, in a layer that does not scroll, so the two may disagree for a
 * while without anything moving: short scrolls move the place by real pixels, long ones (dragging the thumb) in
 * proportion, and when the scrolling rests the thumb is set to where it belongs.
 */

/** Tallest spacer, in px. */
export const maxSpacer = 16_000_000;

/** What the arithmetic needs to know of a list. Heights in px. */
export interface Geometry {
  readonly total: number;
  readonly rowHeight: number;
  readonly headingHeight: number;
  /** Indexes of the rows that are known to have a heading above them, ascending. */
  readonly headings: readonly number[];
  /** Height of the window onto the list. */
  readonly viewport: number;
}

/** Which rows to draw: `first` up to but not including `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** How many of the sorted `values` are smaller than `limit`. */
export function countBelow(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True height of the whole list. */
export function contentHeight(g: Geometry): number {
  return g.total * g.rowHeight + countBelow(g.headings, g.total) * g.headingHeight;
}

/** Height to give the spacer. */
export const spacerHeight = (g: Geometry): number => Math.min(contentHeight(g), maxSpacer);

/** The furthest place. */
export const maxPlace = (g: Geometry): number => Math.max(0, contentHeight(g) - g.viewport);

/** The furthest thumb. */
export const maxThumb = (g: Geometry): number => Math.max(0, spacerHeight(g) - g.viewport);

/** Distance of row `index` from the top of the list; its heading, if it has one, stands above that. */
export function rowTop(g: Geometry, index: number): number {
  return index * g.rowHeight + countBelow(g.headings, index + 1) * g.headingHeight;
}

/** The row at this distance from the top; a heading belongs to the row under it. */
export function rowAt(g: Geometry, y: number): number {
  if (g.total === 0) return 0;
  // Headings only push rows down: the answer lies between "all of them above" and "none".
  let low = clamp(Math.floor((y - g.headings.length * g.headingHeight) / g.rowHeight), 0, g.total - 1);
  let high = clamp(Math.floor(y / g.rowHeight), 0, g.total - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowTop(g, middle) + g.rowHeight > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The rows to draw at this place, with so many more on each side. */
export function visible(g: Geometry, place: number, overscan: number): Range {
  if (g.total === 0) return { first: 0, end: 0 };
  return {
    first: Math.max(0, rowAt(g, place) - overscan),
    end: Math.min(g.total, rowAt(g, place + Math.max(g.viewport, 1) - 1) + 1 + overscan),
  };
}

/** Where the thumb belongs for this place. */
export function thumbFor(g: Geometry, place: number): number {
  const furthest = maxPlace(g);
  return furthest === 0 ? 0 : (clamp(place, 0, furthest) / furthest) * maxThumb(g);
}

/** Where the list stands after the thumb went from `from` to `to`. */
export function scrolled(g: Geometry, place: number, from: number, to: number): number {
  const furthest = maxPlace(g);
  const end = maxThumb(g);
  const moved = to - from;
  if (Math.abs(moved) > 2 * g.viewport) return end === 0 ? 0 : (clamp(to, 0, end) / end) * furthest;
  const next = place + moved;
  // Close to an end, the end of the thumb is the end of the list: nobody should have to scroll twice.
  if (to <= 0 && next < g.viewport) return 0;
  if (to >= end && next > furthest - g.viewport) return furthest;
  return clamp(next, 0, furthest);
}

/** Whether the thumb must be set now, not when the scrolling rests: it is about to run out of room. */
export function thumbIsShort(g: Geometry, place: number, thumb: number): boolean {
  const room = 2 * g.viewport;
  return (thumb < room && place > thumb + room) || (maxThumb(g) - thumb < room && maxPlace(g) - place > maxThumb(g) - thumb + room);
}

/** The nearest place at which row `index` is seen whole, below an inset at the top that covers rows. */
export function reveal(g: Geometry, place: number, index: number, inset: number): number {
  const top = rowTop(g, index);
  const room = g.viewport - inset;
  if (top < place + inset || g.rowHeight > room) return clamp(top - inset, 0, maxPlace(g));
  if (top + g.rowHeight > place + g.viewport) return clamp(top + g.rowHeight - g.viewport, 0, maxPlace(g));
  return clamp(place, 0, maxPlace(g));
}

/** The place at which row `now` of the new list stands where row `before` of the old one stood. At the very top it stays there. */
export function keepPlace(old: Geometry, place: number, before: number, next: Geometry, now: number): number {
  if (place <= 0) return 0;
  return clamp(place + rowTop(next, now) - rowTop(old, before), 0, maxPlace(next));
}

/** How many whole rows fit under the inset; what Page Up and Page Down move by. */
export const pageRows = (g: Geometry, inset: number): number => Math.max(1, Math.floor((g.viewport - inset) / g.rowHeight));
