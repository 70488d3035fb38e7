import { describe, expect, it } from "vitest";
import { participants, shortName } from "./participants";

describe("a name among others", () => {
  it.each([
    ["Tomás Vidal", "Tomás"],
    ["Tomás", "Tomás"],
    ["Caron, Inès", "Inès"],
    ["Caron, Inès Marie", "Inès"],
    ["Jean Paul Martin", "Jean"],
    ["ines.caron@verrerie.example", "ines.caron"],
    ["田中 由紀", "田中 由紀"],
    ["Yuki Tanaka · 田中 由紀", "Yuki Tanaka · 田中 由紀"],
    ["The Seed Library", "The Seed Library"],
    ["Build status", "Build status"],
    ["Verein der Freunde alter Gärten", "Verein der Freunde alter Gärten"],
    ["Meadow, Brook and Sons", "Brook"],
    ["", ""],
  ])("%j is %j", (name, short) => expect(shortName(name)).toBe(short));
});

describe("who takes part", () => {
  const people = ["Tomás Vidal", "Alice Moreau", "Inès Caron"];
  it.each<[string, string[], number[], number[], string]>([
    ["those of the unread first, oneself last", people, [2], [1], "*Inès Caron, Tomás, me"],
    ["all read: as they joined", people, [], [1], "Tomás Vidal, Inès, me"],
    ["all unread", people, [0, 1, 2], [1], "*Tomás Vidal, *Inès, *me"],
    ["oneself alone", ["Alice Moreau"], [], [0], "me"],
    ["without oneself", ["Tomás Vidal", "Inès Caron"], [0], [], "*Tomás Vidal, Inès"],
    ["nobody", [], [], [], ""],
    ["without a name", ["", "Inès Caron"], [0], [], "*somebody, Inès"],
    ["many: the last to join are left out", ["A One", "B Two", "C Three", "D Four", "Alice Moreau"], [3], [4], "*D Four, A, B, me"],
  ])("%s", (_, names, unread, me, said) => {
    expect(participants(names, unread, me, "me", "somebody").map((one) => `${one.unread ? "*" : ""}${one.name}`).join(", ")).toBe(said);
  });
});
