import { describe, expect, it } from "vitest";
import { kept } from "./kept";

describe("an answer beside the one before it", () => {
  it("is the one before, where they say the same", () => {
    const old = { rows: [{ id: 1, labels: ["a"] }, { id: 2, labels: [] }], total: 2, none: null };
    expect(kept(old, structuredClone(old))).toBe(old);
  });

  it("keeps what has not changed, and takes what has", () => {
    const old = [{ id: 1, unread: true, from: { name: "A" } }, { id: 2, unread: true, from: { name: "B" } }];
    const next = [{ id: 1, unread: true, from: { name: "A" } }, { id: 2, unread: false, from: { name: "B" } }];
    const now = kept(old, next);
    expect(now).toEqual(next);
    expect(now[0]).toBe(old[0]);
    expect(now[1]).not.toBe(old[1]);
    expect(now[1]?.from).toBe(old[1]?.from);
  });

  it.each<[unknown, unknown]>([
    [[1, 2], [1]],
    [[1], [1, 2]],
    [[], {}],
    [{}, []],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [null, {}],
    [{ a: null }, { a: {} }],
    [NaN, NaN],
    [0, "0"],
    ["a", "a"],
    [undefined, [1]],
    [{ toString: 1 }, { hasOwnProperty: 2 }],
  ])("%j, then %j: says what the newer says", (old, next) => {
    const before = structuredClone(old);
    expect(kept(old, next)).toStrictEqual(next);
    expect(old).toStrictEqual(before);
  });

  it("takes what is no plain data as it comes", () => {
    const date = new Date(0);
    expect(kept({ at: new Date(0) }, { at: date }).at).toBe(date);
  });

  it("says what the newer says, of anything", () => {
    let seed = 11;
    const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 16;
    const make = (depth: number): unknown => {
      const kind = next() % (depth > 0 ? 6 : 4);
      if (kind === 4) return Array.from({ length: next() % 4 }, () => make(depth - 1));
      if (kind === 5) return Object.fromEntries(Array.from({ length: next() % 4 }, () => [["a", "b", "c"][next() % 3], make(depth - 1)]));
      return [null, next() % 3, "x", true][kind];
    };
    for (let round = 0; round < 2000; round++) {
      const [old, now] = [make(3), make(3)];
      expect(kept(old, now)).toStrictEqual(now);
      expect(kept(now, structuredClone(now))).toBe(now);
    }
  });
});
