/** The order of a list that the person arranges. Pure. */

/** The same with one of them at another place. */
export function moved(all: readonly string[], one: string, at: number): string[] {
  const rest = all.filter((other) => other !== one);
  if (rest.length === all.length) return rest;
  return rest.toSpliced(Math.max(0, Math.min(at, rest.length)), 0, one);
}

/** Where a key takes the one at this place; null = nowhere. */
export function targetOf(key: string, at: number, of: number): number | null {
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: of - 1 }[key];
  return to === undefined ? null : Math.max(0, Math.min(to, of - 1));
}
