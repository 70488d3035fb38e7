import { describe, expect, it } from "vitest";
import { laterTimes } from "./later";
import { endsRecipient, isAddress, isList, parts, written } from "./people";

describe("what is typed", () => {
  it.each([
    ["ines@verrerie.example,", true],
    ["Inès <ines@verrerie.example>;", true],
    ['"Doe, John" <john@doe.example>, ', true],
    ["Doe,", false],
    ["Doe, John <john@doe.example>", false],
    ['"Doe, John', false],
    ["ines@verrerie.example", false],
    [",", false],
    ["", false],
  ])("%j ends a recipient: %s", (text, so) => expect(endsRecipient(text)).toBe(so));

  it("is parted outside quotes and angles", () => {
    expect(parts('a@b.c, "x, \\"y;" <d@e.f>;g@h.i\nj')).toEqual(["a@b.c", ' "x, \\"y;" <d@e.f>', "g@h.i", "j"]);
    expect(parts("<a,b@c.d>, x")).toEqual(["<a,b@c.d>", " x"]);
  });

  it.each([
    ["a@b.example, c@d.example", true],
    ["a@b.example\nc@d.example\n", true],
    ["a@b.example", false],
    ["Doe, John", false],
    ["a@b.example\nDoe", true],
  ])("%j is a list: %s", (text, so) => expect(isList(text)).toBe(so));

  it.each([["a@b.example", true], ["Inès <a@b.example>", true], ["ines", false], ["a@b", false], ["a b@c.example", false]])("%j is an address: %s", (text, so) => expect(isAddress(text)).toBe(so));

  it("is written out so that it can be read again", () => {
    expect(written({ name: "Inès Caron", email: "a@b.example", wrong: false })).toBe("Inès Caron <a@b.example>");
    expect(written({ name: 'Doe, "J"', email: "a@b.example", wrong: false })).toBe('"Doe, \\"J\\"" <a@b.example>');
    expect(written({ name: "", email: "a@b.example", wrong: false })).toBe("a@b.example");
    expect(written({ name: "x", email: "owen@red-door", wrong: true })).toBe("owen@red-door");
  });
});

describe("sending later", () => {
  const offered = (now: Date) => laterTimes(now).map(([name, at]) => `${name} ${at.getDay()} ${at.getHours()}`);
  it("offers this evening, tomorrow and Monday, each while it is another time", () => {
    expect(offered(new Date(2026, 10, 25, 9))).toEqual(["evening 3 18", "morning 4 8", "monday 1 8"]);
    expect(offered(new Date(2026, 10, 25, 20))).toEqual(["morning 4 8", "monday 1 8"]);
    expect(offered(new Date(2026, 10, 29, 20))).toEqual(["morning 1 8"]);
    expect(offered(new Date(2026, 10, 30, 9))).toEqual(["evening 1 18", "morning 2 8", "monday 1 8"]);
    for (const [, at] of laterTimes(new Date(2026, 9, 24, 12))) expect(at.getMinutes() + at.getSeconds()).toBe(0);
  });
});
