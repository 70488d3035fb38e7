/** Recipients as they are typed: when something typed is whole, and what stands in a field. Pure. */
import type { Recipient } from "../backend";

/** How a recipient is written out, so that it can be corrected or copied. */
export function written({ name, email, wrong }: Recipient): string {
  if (wrong || !name.trim()) return email;
  return /^[\p{L}\p{N} '’.-]+$/u.test(name) ? `${name} <${email}>` : `"${name.replace(/(["\\])/g, "\\$1")}" <${email}>`;
}

/** The parts of `text` between commas, semicolons and line ends that do not stand within quotes or angles. */
export function parts(text: string): string[] {
  const all: string[] = [];
  let part = "";
  let quote = false;
  let angle = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\\" && quote) {
      part += letter + text.charAt(++at);
      continue;
    }
    if (letter === '"') quote = !quote;
    else if (letter === "<" && !quote) angle = true;
    else if (letter === ">") angle = false;
    if (/[,;\r\n]/.test(letter) && !quote && !angle) {
      all.push(part);
      part = "";
    } else part += letter;
  }
  return [...all, part];
}

/** Whether what was typed ends a recipient: a comma after an address does, one after a family name does not. */
export function endsRecipient(text: string): boolean {
  const all = parts(text);
  return all.length > 1 && all.at(-1)?.trim() === "" && all.at(-2)?.includes("@") === true;
}

/** Whether pasted text is a list of recipients, rather than a piece of one. */
export const isList = (text: string): boolean => parts(text.trim()).filter((part) => part.includes("@")).length > 1 || (/@/.test(text) && /[\r\n]/.test(text.trim()));

/** Whether a text is an address already, so that no suggestion is to be taken in its place. */
export const isAddress = (text: string): boolean => /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]{2,}$/.test(text.trim()) || /<[^<>\s]+@[^<>\s]+>\s*$/.test(text);
