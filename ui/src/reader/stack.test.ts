import { describe, expect, it } from "vitest";
import type { TalkMessage } from "../backend";
import { makeMessage, makeRow } from "../mock/mail";
import { hiddenAtFirst, itemsOf, leadOf, mostOpen, newestOf, openAtFirst } from "./stack";
import { Stack } from "./stack.svelte";

/** A conversation in letters, the oldest first: `u` unread, `r` read, `d` a draft; ids from 1 on. */
const talk = (letters: string): TalkMessage[] =>
  Array.from(letters).map((letter, at) => ({
    message: at + 1, row: at + 1, account: 1, folder: 1, places: [], who: { name: "Inès Caron", email: "ines@verrerie.example" }, to: [], mine: false, date: at, preview: "", unread: letter === "u", flagged: false,
    attachments: 0, draft: letter === "d", labels: [],
  }));
const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
/** `1` folded, `[1]` open, `(3)` three left out. */
const drawn = (some: readonly TalkMessage[], asked: number) => {
  const open = openAtFirst(some, asked);
  return itemsOf(some, open, hiddenAtFirst(some, open))
    .map((item) => (item.kind === "gap" ? `(${item.messages.length})` : item.open ? `[${item.message.message}]` : `${item.message.message}`))
    .join(" ");
};

describe("a conversation that is opened", () => {
  it.each<[string, string, number, string, number, number]>([
    ["one message", "r", 1, "[1]", 1, 1],
    ["read to its end: the one that was asked for", "rrr", 3, "1 2 [3]", 3, 3],
    ["an older one was asked for", "rrr", 1, "[1] 2 3", 1, 3],
    ["unread ones are open, and it begins with the first", "rruu", 4, "1 2 [3] [4]", 3, 4],
    ["unread in the middle", "rurr", 4, "1 [2] 3 [4]", 2, 4],
    ["a draft is never open by itself, and is not what is answered", "rud", 3, "1 [2] [3]", 2, 2],
    ["a few folded ones are all shown", "rrrru", 5, "1 2 3 4 [5]", 5, 5],
    ["more are left out, but for the first and the last", "rrrrru", 6, "1 (3) 5 [6]", 6, 6],
    ["twelve", "rrrrrrrrrrrrrru", 15, "1 (12) 14 [15]", 15, 15],
    ["two runs", "rrrrrrurrrrrr", 13, "1 (4) 6 [7] (4) 12 [13]", 7, 13],
    ["all unread: so many have a frame, and the last", "u".repeat(40), 40, `${all(1, mostOpen - 1).map((id) => `[${id}]`).join(" ")} (31) 39 [40]`, 1, 40],
    ["what was asked for is gone", "rr", 9, "1 [2]", 2, 2],
  ])("%s", (_, letters, asked, shown, lead, newest) => {
    const some = talk(letters);
    expect([drawn(some, asked), leadOf(some, asked), newestOf(some, asked)]).toEqual([shown, lead, newest]);
  });

  it("opens at once, however long it is", () => {
    for (const letters of ["r".repeat(500), "u".repeat(500), `${"r".repeat(499)}u`]) {
      const some = talk(letters);
      const open = openAtFirst(some, 500);
      const items = itemsOf(some, open, hiddenAtFirst(some, open));
      expect(open.size).toBeLessThanOrEqual(mostOpen);
      expect(items.length).toBeLessThanOrEqual(mostOpen + 3);
      // None is lost.
      expect(items.flatMap((item) => (item.kind === "gap" ? item.messages : [item.message]))).toEqual(some);
    }
  });
});

describe("a conversation that is read", () => {
  const view = (id: number) => ({ ...makeMessage(makeRow(0, 0, 1e9), [1]), id });
  const open = (letters: string, asked: number) => new Stack({ asked, talk: talk(letters), lead: view(leadOf(talk(letters), asked)) });
  const opened = (stack: Stack) => [...stack.open].sort((a, b) => a - b);

  it("takes in what comes: an unread one is open, nothing else changes", () => {
    const stack = open("rru", 3);
    stack.toggle(1);
    stack.renew({ asked: 3, talk: talk("rruur"), lead: view(3) });
    expect(opened(stack)).toEqual([1, 3, 4]);
    expect(stack.lead).toBe(3);
    expect(stack.newest).toBe(5);
  });
  it("keeps open what was read meanwhile", () => {
    const stack = open("ruu", 3);
    stack.renew({ asked: 3, talk: talk("rrr"), lead: view(2) });
    expect(opened(stack)).toEqual([2, 3]);
  });
  it("moves from message to message, past what is left out", () => {
    const stack = open("rrrrrruu", 8);
    expect(stack.here).toBe(7);
    expect(stack.hand).toBe(8);
    const way: (number | null)[] = [];
    for (let at = stack.beside(-1); at !== null; at = stack.beside(-1)) {
      stack.take(at);
      way.push(at);
    }
    expect(way).toEqual([6, 1]);
    expect(stack.hand).toBe(1);
    stack.take(8);
    expect(stack.beside(1)).toBeNull();
  });
  it("leaves a message that is gone for the newest", () => {
    const stack = open("rrr", 3);
    stack.take(2);
    stack.renew({ asked: 3, talk: talk("rrr").filter(({ message }) => message !== 2), lead: view(3) });
    expect(stack.hand).toBe(3);
  });
  it("unfolds all that is shown, then what was left out, and folds all but the newest", () => {
    const stack = open("rrrrrrud", 7);
    stack.expand();
    expect(opened(stack)).toEqual([1, 6, 7]);
    expect(stack.items.every(({ kind }) => kind === "message")).toBe(true);
    stack.expand();
    expect(opened(stack)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    stack.collapse();
    expect(opened(stack)).toEqual([7]);
  });
});
