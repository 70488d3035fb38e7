/** The words of a search, as the engine reads them: operators, phrases, `-`, `or` (which binds tighter than a blank). */
import type { FaultKind, QueryFault } from "../backend";
import { fold } from "../design/mark";

/** What a row offers to be searched. */
export interface Searched {
  from: string;
  to: string;
  subject: string;
  body: string;
  /** Paths and names of its folder. */
  folders: readonly string[];
  account: readonly string[];
  labels: readonly string[];
  files: readonly { name: string; mime: string }[];
  unread: boolean;
  flagged: boolean;
  answered: boolean;
  /** Seconds. */
  date: number;
  size: number;
}
export type Test = (one: Searched) => boolean;

/** A query, understood. */
export interface Query {
  test: Test;
  words: string[];
  fault: QueryFault | null;
}

/** What the reader of a query must know of the mailbox. */
export interface Names {
  folders: readonly string[];
  accounts: readonly string[];
  labels: readonly string[];
}

const operators = ["from", "to", "cc", "subject", "body", "in", "account", "label", "has", "is", "before", "after", "during", "larger", "smaller", "list"];
export const values: Readonly<Record<string, readonly string[]>> = {
  has: ["attachment", "pdf", "image", "document", "sheet"],
  is: ["unread", "read", "flagged", "answered"],
  during: ["2026", "2026-11"],
};

const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Whether a word begins in the text; where no spaces stand between words, anywhere. */
const begins = (word: string, text: string) => {
  const folded = fold(text);
  return unspaced.test(word) ? folded.includes(word) : wordsOf(folded).some((one) => one.startsWith(word));
};
const phrase = (text: string) => (where: string) => wordsOf(where).join(" ").includes(wordsOf(text).join(" "));
const all = (text: string) => (where: string) => wordsOf(text).every((word) => begins(word, where));

function span(text: string): [number, number] | null {
  const match = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), match[2] && Number(match[2]) - 1, match[3] && Number(match[3])];
  const from = new Date(year, month || 0, day || 1);
  const to = day ? new Date(year, month || 0, day + 1) : month !== undefined && month !== "" ? new Date(year, month + 1, 1) : new Date(year + 1, 0, 1);
  return [from.getTime() / 1000, to.getTime() / 1000];
}
function bytes(text: string): number | null {
  const match = /^(\d+)\s*(k|kb|m|mb)?$/i.exec(text);
  return match ? Number(match[1]) * (match[2] ? (/^k/i.test(match[2]) ? 1000 : 1_000_000) : 1) : null;
}

const never: Test = () => false;

/** Reads a query; what is wrong is named, and the rest holds. */
export function read(text: string, names: Names): Query {
  const words: string[] = [];
  let fault: QueryFault | null = null;
  const wrong = (kind: FaultKind, start: number, end: number): null => {
    fault ??= { start, end, kind };
    return null;
  };
  const named = (value: string, list: readonly string[]) => list.some((one) => fold(one) === fold(value));

  function term(raw: string, start: number, negative: boolean): Test | null {
    const end = start + raw.length;
    const match = /^([a-z]+):(.*)$/isu.exec(raw);
    const operator = match?.[1]?.toLowerCase() ?? "";
    if (match && operators.includes(operator)) {
      const bare = (match[2] ?? "").replace(/^"|"$/g, "").trim();
      // While it is being typed, an operator stands for nothing yet.
      if (bare === "") return null;
      const text = all(bare);
      const seen = () => (negative ? undefined : words.push(...wordsOf(bare)));
      switch (operator) {
        case "from": seen(); return (one) => text(one.from);
        case "to": case "cc": seen(); return (one) => text(one.to);
        case "subject": seen(); return (one) => text(one.subject);
        case "body": seen(); return (one) => text(one.body);
        case "in": return named(bare, names.folders) ? (one) => named(bare, one.folders) : never;
        case "account": return named(bare, names.accounts) ? (one) => named(bare, one.account) : never;
        case "label": return named(bare, names.labels) ? (one) => named(bare, one.labels) : never;
        case "list": return () => false;
        case "has": {
          const kind = bare.replace(/^file:/, "");
          if (kind === "attachment" || kind === "file") return (one) => one.files.length > 0;
          return values["has"]?.includes(kind) ? (one) => one.files.some(({ name, mime }) => mime.includes(kind) || name.endsWith(`.${kind}`)) : wrong("value", start, end);
        }
        case "is":
          if (bare === "unread") return (one) => one.unread;
          if (bare === "read") return (one) => !one.unread;
          if (bare === "flagged") return (one) => one.flagged;
          return bare === "answered" ? (one) => one.answered : wrong("value", start, end);
        case "larger": case "smaller": {
          const size = bytes(bare);
          return size === null ? wrong("size", start, end) : (one) => (operator === "larger" ? one.size > size : one.size < size);
        }
        default: {
          const when = span(bare);
          if (!when) return wrong("date", start, end);
          return (one) => (operator === "before" ? one.date < when[0] : operator === "after" ? one.date >= when[1] : one.date >= when[0] && one.date < when[1]);
        }
      }
    }
    const quoted = raw.startsWith('"');
    if (quoted && (raw.length < 2 || !raw.endsWith('"'))) wrong("openQuote", start, end);
    if (wordsOf(raw).length === 0) return null;
    if (!negative) words.push(...wordsOf(raw));
    const holds = quoted ? phrase(raw) : all(raw);
    return (one) => [one.from, one.to, one.subject, one.body, ...one.files.map(({ name }) => name)].some(holds) || (!quoted && holds([one.from, one.to, one.subject, one.body].join(" ")));
  }

  const groups: Test[][] = [];
  let joins = false;
  for (const match of text.matchAll(/(?:[^\s"]|"[^"]*(?:"|$))+/gu)) {
    const [whole] = match;
    if (/^or$/i.test(whole)) {
      joins = groups.length > 0;
      continue;
    }
    const negative = whole.startsWith("-");
    if (whole === "-") continue;
    const test = term(negative ? whole.slice(1) : whole, match.index + (negative ? 1 : 0), negative);
    if (!test) continue;
    const signed: Test = negative ? (one) => !test(one) : test;
    const last = groups[groups.length - 1];
    if (joins && last) last.push(signed);
    else groups.push([signed]);
    joins = false;
  }
  return { test: (one) => groups.every((group) => group.some((test) => test(one))), words: [...new Set(words)], fault };
}
