/**
 * Where the words of a search stand in a text, for the eye: folded as the engine folds them, so that `uber` is found in
 * “Über”. Pure.
 */

/** A stretch of a text, and whether a word that was searched begins there. */
export interface Stretch {
  text: string;
  on: boolean;
}

/** Letters that no decomposition takes apart. */
const apart: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };
/** Scripts that put no spaces between words: there a word may begin anywhere. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const inWord = /[\p{L}\p{N}]/u;

/** A text without case and without marks above and below its letters. */
export const fold = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøđðłþı]/g, (letter) => apart[letter] ?? letter);

/** The folded text, and for each of its units where the letter it came from begins and ends. */
function foldWithPlaces(text: string): { folded: string; from: number[]; to: number[] } {
  let folded = "";
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const letter of text) {
    const end = at + letter.length;
    // Most of a long mail is plain, and need not be taken apart.
    const plain = letter < "\u0080" ? letter.toLowerCase() : fold(letter);
    // A mark of its own belongs to the letter before it.
    if (plain === "" && to.length > 0) to[to.length - 1] = end;
    for (let unit = 0; unit < plain.length; unit++) {
      from.push(at);
      to.push(end);
    }
    folded += plain;
    at = end;
  }
  return { folded, from, to };
}

/** A place in a text, in UTF-16 units; the end is behind the last. */
export interface Place {
  start: number;
  end: number;
}

/** Where the words begin in the text, from front to back; what touches or overlaps is one place. */
export function placesOf(text: string, words: readonly string[]): Place[] {
  const wanted = words.map(fold).filter((word) => word !== "");
  if (wanted.length === 0 || text === "") return [];
  const { folded, from, to } = foldWithPlaces(text);
  const hits: Place[] = [];
  for (const word of wanted) {
    const anywhere = unspaced.test(word);
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      if (!anywhere && at > 0 && inWord.test(before(folded, at))) continue;
      hits.push({ start: from[at] ?? 0, end: to[at + word.length - 1] ?? text.length });
    }
  }
  hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const places: Place[] = [];
  for (const hit of hits) {
    const last = places[places.length - 1];
    if (last && hit.start <= last.end) last.end = Math.max(last.end, hit.end);
    else places.push(hit);
  }
  return places;
}

/** The text in stretches: what was searched, and what stands between. */
export function marked(text: string, words: readonly string[]): Stretch[] {
  const stretches: Stretch[] = [];
  let done = 0;
  const put = (end: number, on: boolean) => {
    if (end > done) stretches.push({ text: text.slice(done, end), on });
    done = end;
  };
  for (const { start, end } of placesOf(text, words)) {
    put(start, false);
    put(end, true);
  }
  put(text.length, false);
  return stretches.length === 0 ? [{ text, on: false }] : stretches;
}

/** The letter that ends before `at`. */
function before(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(at - 2, at) : text.slice(at - 1, at);
}
