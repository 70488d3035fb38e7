/** The words of a search as they stand in a field: which of them are operators, how a completion is put in. Pure. */
import type { Completion } from "../backend";

/** Operators that the engine knows; what is not among them is a word with a colon in it, or a slip that the engine names. */
export const operators = ["from", "to", "subject", "has", "is", "in", "before", "after", "during", "label", "account", "cc", "body", "larger", "smaller", "list"] as const;

/** A stretch of the typed text. */
export interface Piece {
  text: string;
  start: number;
  /** `from:inès` and the like. */
  operator: boolean;
}

const known = new RegExp(`^-?(${operators.join("|")}):`, "i");
/** A word with what is quoted in it; a quotation that is not closed goes to the end. */
const word = /(?:[^\s"]|"[^"]*(?:"|$))+/gu;

/** The typed text in pieces that together are the whole of it. */
export function pieces(text: string): Piece[] {
  const all: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(word)) {
    if (!known.test(match[0])) continue;
    if (match.index > done) all.push({ text: text.slice(done, match.index), start: done, operator: false });
    all.push({ text: match[0], start: match.index, operator: true });
    done = match.index + match[0].length;
  }
  if (done < text.length) all.push({ text: text.slice(done), start: done, operator: false });
  return all;
}

/** Words that are looked for wherever they stand: for marking them where the engine has not said which to mark. */
export const plainWords = (text: string): string[] =>
  pieces(text)
    .filter(({ operator }) => !operator)
    .flatMap((piece) => piece.text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])
    .filter((one) => !/^(or|oder)$/i.test(one));

/** The text with a completion in it, and where the caret goes. An operator waits for its value; whatever else is complete is followed by a space. */
export function complete(text: string, { start, end, text: put }: Pick<Completion, "start" | "end" | "text">): { text: string; caret: number } {
  const rest = text.slice(end);
  const space = put.endsWith(":") || put.endsWith(" ") || rest.startsWith(" ") ? "" : " ";
  const before = text.slice(0, start) + put + space;
  return { text: before + rest, caret: before.length + (space === "" && rest.startsWith(" ") && !put.endsWith(":") ? 1 : 0) };
}

/** What was offered for `before` and still fits after more was typed at its end, until the engine has answered; else nothing. */
export function narrowed(offered: readonly Completion[], before: string, now: string): Completion[] {
  if (!now.startsWith(before)) return [];
  return offered.filter(({ start, end, text, kind }) => end === before.length && fits(text, kind, now.slice(start))).map((one) => ({ ...one, end: now.length }));
}

/** Whether a completion still fits. The quotation mark that its spaces need is seldom typed; a folder is known by its own name too, without those above it. */
function fits(put: string, kind: Completion["kind"], typed: string): boolean {
  const [all, begun] = [put, typed].map((text) => text.replace(/^"/, "").toLowerCase()) as [string, string];
  return all.startsWith(begun) || (kind === "folder" && all.includes(`/${begun}`));
}

/** What Tab puts at the end of what is typed in the palette, one after the other. */
export const refinements = ["from:", "to:", "in:", "has:attachment", "before:"] as const;

/** The text with the next refinement at its end, in the place of one that has no value yet. */
export function refine(text: string): string {
  const last = /(?:^|\s)(\S*)$/.exec(text)?.[1] ?? "";
  const at = refinements.indexOf(last as (typeof refinements)[number]);
  const before = at >= 0 ? text.slice(0, text.length - last.length) : text === "" || /\s$/.test(text) ? text : `${text} `;
  return before + (refinements[(at + 1) % refinements.length] ?? "");
}
