/** Which lines of a long tree are drawn. Pure. */

/** Of so many all are drawn. */
export const many = 150;
/** Lines drawn above and below those in sight, so that the keys find the next one. */
const around = 25;

/**
 * Indexes of the lines to draw, ascending; null: all. `sight` is the window onto the tree: how far below its top it begins, and its
 * height. First and last are always there, for the keys come in from above and below, and so is the line on which Tab stops.
 */
export function drawn(count: number, line: number, sight: { from: number; height: number }, stop: number): number[] | null {
  if (count <= many) return null;
  const first = Math.max(0, Math.floor(sight.from / line) - around);
  const end = Math.min(count, Math.ceil((sight.from + sight.height) / line) + around);
  const all = new Set([0, stop, count - 1].filter((at) => at >= 0 && at < count));
  for (let at = first; at < end; at += 1) all.add(at);
  return [...all].sort((a, b) => a - b);
}
