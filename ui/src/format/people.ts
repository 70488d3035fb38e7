/** Names and faces of people: what to call them, their initials, and a colour that stays theirs. */

/** A name and an address. */
export interface Person {
  name: string;
  email: string;
}

/** Chip colours: dark enough for white letters (4.5:1), apart enough to be told from each other. */
export const palette = ["#7b61c4", "#23795a", "#a8552e", "#2f6db5", "#a3417f", "#6d7426", "#1f7580", "#b0413e"] as const;

/** What to call a person: the name, else the address. */
export const nameOf = (person: Person): string => person.name.trim() || person.email;

/** One or two letters for a round chip. */
export function initials(person: Person): string {
  const words = (person.name.trim() || (person.email.split("@")[0] ?? ""))
    .split(/[\s._-]+/u)
    .map((word) => Array.from(word).find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "")
    .filter((letter) => letter !== "");
  const first = words[0] ?? "?";
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  // One ideograph or syllable already says as much as two Latin letters.
  const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
  return (wide.test(first) ? first : first + last).toLocaleUpperCase();
}

/** The chip colour of an address: the same one on every computer. */
export function colorOf(email: string): string {
  let hash = 0x811c9dc5;
  for (const letter of email.trim().toLowerCase()) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return palette[hash % palette.length] ?? palette[0];
}

/** A fingerprint in groups of two, upper case, as other programs show it. */
export const groupFingerprint = (hex: string): string => (hex.toUpperCase().match(/.{1,2}/g) ?? []).join(" ");
