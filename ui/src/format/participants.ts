/** Who takes part in a conversation, in as few words as a row has room for. Pure. */

/** One name in a row. */
export interface Participant {
  name: string;
  /** Wrote something that is unread. */
  unread: boolean;
}

/** Names that a row has room for. */
const most = 4;

const east = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What a person is called among others: the first name. Where it cannot be told, the whole name; of an address, what is before the @. */
export function shortName(name: string): string {
  const whole = name.trim();
  if (/^\S+@\S+$/.test(whole)) return whole.slice(0, whole.indexOf("@"));
  // "Caron, Inès" has the first name last.
  const [family, given] = whole.split(/,\s*/);
  if (family && given && !/\s/.test(family)) return given.split(/\s+/)[0] ?? whole;
  const words = whole.split(/\s+/);
  // A name of another writing has its order too, and "Build status" or "The Seed Library" are no people.
  if (east.test(whole) || words.length > 3 || /^(the|der|die|das)$/i.test(words[0] ?? "") || !/^\p{Lu}/u.test(words[1] ?? "")) return whole;
  return words[0] ?? whole;
}

/**
 * The names of a row: those first who wrote what is unread, then the others as they joined, oneself last. The first is called by
 * the whole name, since rows are told apart by it. Of many those who joined last are left out.
 */
export function participants(people: readonly string[], unread: readonly number[], me: readonly number[], own: string, unknown: string): Participant[] {
  const fresh = new Set(unread);
  const mine = new Set(me);
  const others = people.map((name, at) => ({ name: name.trim() || unknown, at })).filter(({ at }) => !mine.has(at));
  const ordered = [...others.filter(({ at }) => fresh.has(at)), ...others.filter(({ at }) => !fresh.has(at))];
  const self = mine.size > 0 ? [{ name: own, unread: [...mine].some((at) => fresh.has(at)) }] : [];
  const shown = ordered.slice(0, most - self.length).map(({ name, at }, place) => ({ name: place === 0 ? name : shortName(name), unread: fresh.has(at) }));
  return [...shown, ...self];
}
