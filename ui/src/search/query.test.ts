import { describe, expect, it } from "vitest";
import { complete, narrowed, pieces, plainWords, refine } from "./query";

/** The text with its operators in brackets. */
const shown = (text: string) => pieces(text).map((piece) => (piece.operator ? `[${piece.text}]` : piece.text)).join("");

describe("what is typed", () => {
  it.each([
    ["glass", "glass"],
    ["from:inès glass", "[from:inès] glass"],
    ["  glass FROM:x ", "  glass [FROM:x] "],
    ['in:"north bay" -to:owen', '[in:"north bay"] [-to:owen]'],
    ['subject:"not closed', '[subject:"not closed]'],
    ["befor:2020 http://x.example", "befor:2020 http://x.example"],
    ["from:", "[from:]"],
    ['"from:x y"', '"from:x y"'],
    ["", ""],
  ])("%j is seen as %j", (text, operators) => {
    expect(shown(text)).toBe(operators);
    expect(pieces(text).map((piece) => piece.text).join("")).toBe(text);
    for (const piece of pieces(text)) expect(text.slice(piece.start, piece.start + piece.text.length)).toBe(piece.text);
  });

  it.each([
    ["from:inès glass order", ["glass", "order"]],
    ["glass or frost", ["glass", "frost"]],
    ['"the north bay"', ["the", "north", "bay"]],
    ["in:Sent", []],
  ])("of %j the words %j are marked", (text, words) => expect(plainWords(text)).toEqual(words));
});

describe("a completion", () => {
  it.each([
    // `|` is the caret.
    ["fr", 0, 2, "from:", "from:|"],
    ["from:in", 5, 7, "ines@verrerie.example", "from:ines@verrerie.example |"],
    ["from:in glass", 5, 7, "ines@verrerie.example", "from:ines@verrerie.example |glass"],
    ["a h b", 2, 3, "has:pdf", "a has:pdf |b"],
    ["a h b", 2, 3, "has:", "a has:| b"],
    ["", 0, 0, "is:unread", "is:unread |"],
  ])("%j with %i to %i as %j is %j", (text, start, end, put, after) => {
    const done = complete(text, { start, end, text: put });
    expect(`${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`).toBe(after);
  });

  it("is offered on while it still fits what is typed", () => {
    const offered = ["from:", "to:"].map((put) => ({ start: 2, end: 2, text: put, kind: "operator" as const }));
    expect(narrowed(offered, "a ", "a fr")).toEqual([{ start: 2, end: 4, text: "from:", kind: "operator" }]);
    expect(narrowed(offered, "a ", "a x")).toEqual([]);
    expect(narrowed(offered, "a ", "")).toEqual([]);
    // A folder by its path or its own name, with or without the quotation mark.
    const folders = ["Sent", "Projects/Greenhouse", '"Projects/North bay"'].map((put) => ({ start: 3, end: 3, text: put, kind: "folder" as const }));
    const fitting = (value: string) => narrowed(folders, "in:", `in:${value}`).map(({ text }) => text);
    expect(["pro", '"pro', "green", '"projects/n', "north b", "bay", "projects/s", "e"].map(fitting)).toEqual([
      ["Projects/Greenhouse", '"Projects/North bay"'], ["Projects/Greenhouse", '"Projects/North bay"'], ["Projects/Greenhouse"], ['"Projects/North bay"'], ['"Projects/North bay"'], [], [], [],
    ]);
    expect(narrowed(folders.map((one) => ({ ...one, kind: "label" as const })), "in:", "in:green")).toEqual([]);
    // The caret stood elsewhere.
    expect(narrowed(offered, "a b", "a bf")).toEqual([]);
  });

  it("is offered by Tab, one refinement after the other", () => {
    const seen = ["glass"];
    for (let nth = 0; nth < 6; nth++) seen.push(refine(seen[seen.length - 1] ?? ""));
    expect(seen).toEqual(["glass", "glass from:", "glass to:", "glass in:", "glass has:attachment", "glass before:", "glass from:"]);
    expect(refine("")).toBe("from:");
    expect(refine("from:ines")).toBe("from:ines from:");
  });
});
