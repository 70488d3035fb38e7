/** How well what was typed fits a name. Pure. */

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Every word that was typed must begin a word of the name. The lower the answer the better; null = no match. */
export function fit(typed: string, name: string): number | null {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const text = plain(name);
  let sum = 0;
  for (const word of words) {
    const at = text.startsWith(word) ? 0 : text.search(new RegExp(`[^\\p{L}\\p{N}]${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u"));
    if (at < 0) return null;
    sum += at;
  }
  return sum;
}

/** Those that fit, the best first; in their own order where nothing was typed. */
export function best<T>(typed: string, all: readonly T[], name: (one: T) => string): T[] {
  return all
    .map((one, order) => ({ one, order, fits: fit(typed, name(one)) }))
    .filter((entry): entry is { one: T; order: number; fits: number } => entry.fits !== null)
    .sort((a, b) => a.fits - b.fits || a.order - b.order)
    .map(({ one }) => one);
}
