/**
 * What an answer has in common with the one before it stays the same value, so that what did not change is not drawn again: a topic
 * tells that something of a list has changed, the list is read whole, and mostly one row of it is another. Pure.
 */

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/** `next`, and in it whatever is equal to what stood there in `old` as the very value of `old`. Neither is changed. Plain data only: all else is taken as it comes. */
export function kept<T>(old: unknown, next: T): T;
export function kept(old: unknown, next: unknown): unknown {
  if (Object.is(old, next)) return old;
  if (Array.isArray(old) && Array.isArray(next)) {
    const before: readonly unknown[] = old;
    const merged = next.map((one: unknown, at) => (at < before.length ? kept(before[at], one) : one));
    return before.length === merged.length && merged.every((one, at) => Object.is(one, before[at])) ? before : merged;
  }
  if (!isRecord(old) || !isRecord(next)) return next;
  const keys = Object.keys(next);
  const merged = keys.map((key): [string, unknown] => [key, kept(Object.hasOwn(old, key) ? old[key] : undefined, next[key])]);
  const same = keys.length === Object.keys(old).length && merged.every(([key, one]) => Object.hasOwn(old, key) && Object.is(one, old[key]));
  return same ? old : Object.fromEntries(merged);
}
