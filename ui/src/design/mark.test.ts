import { describe, expect, it } from "vitest";
import { fold, marked, placesOf } from "./mark";

/** The text with what is marked in brackets. */
const shown = (text: string, ...words: string[]) => marked(text, words).map(({ text: piece, on }) => (on ? `[${piece}]` : piece)).join("");

describe("what is marked", () => {
  it.each([
    ["Glass order", ["glass"], "[Glass] order"],
    ["the frosted glass, Glasses", ["glass"], "the frosted [glass], [Glass]es"],
    ["hourglass", ["glass"], "hourglass"],
    ["Über Straßen", ["uber", "strass"], "[Über] [Straß]en"],
    // Decomposed, as some systems write it.
    ["Ine\u0300s Caron", ["ines"], "[Ine\u0300s] Caron"],
    ["Łódź, Ærø", ["lodz", "aero"], "[Łódź], [Ærø]"],
    ["会議の議事録", ["議事"], "会議の[議事]録"],
    ["東京都庁", ["京都"], "東[京都]庁"],
    ["Анна Петрова", ["петр"], "Анна [Петр]ова"],
    ["glass glassware", ["glass", "glassware"], "[glass] [glassware]"],
    ["Nothing of it", ["glass"], "Nothing of it"],
    ["anything", [], "anything"],
    ["anything", [""], "anything"],
    ["", ["a"], ""],
    ["a.b@c", ["b"], "a.[b]@c"],
    ["𝔊lass", ["glass"], "[𝔊lass]"],
    ["x 😀glass", ["glass"], "x 😀[glass]"],
  ])("%j for %j is %j", (text, words, marks) => expect(shown(text, ...words)).toBe(marks));

  it("stands at places from front to back that touch nowhere", () => {
    expect(placesOf("Über Straßen und Straße", ["strass", "straßen"])).toEqual([{ start: 5, end: 12 }, { start: 17, end: 22 }]);
    expect(placesOf("東京都庁", ["東京", "京都"])).toEqual([{ start: 0, end: 3 }]);
    expect(placesOf("nothing", ["else"])).toEqual([]);
  });

  it("loses nothing of any text", () => {
    const letters = ["a", "ß", "é", "e\u0301", "議", "😀", " ", ".", "İ", "ﬁ", "\u0301", "ก", "\u{1D50A}", "\uD800"];
    let seed = 7;
    const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 16;
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: next() % 12 }, () => letters[next() % letters.length]).join("");
      const words = Array.from({ length: next() % 3 }, () => fold(letters[next() % letters.length] ?? ""));
      expect(marked(text, words).map((one) => one.text).join("")).toBe(text);
    }
  });
});
