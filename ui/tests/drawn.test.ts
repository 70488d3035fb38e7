import { describe, expect, it } from "vitest";
import { drawn, many } from "../src/folders/drawn";

const sight = { from: 0, height: 580 };

describe("lines of a long tree", () => {
  it("all of a few", () => {
    expect(drawn(many, 29, sight, 0)).toBeNull();
  });

  it.each([
    ["at the top", 0, 0, 45],
    ["in the middle", 29 * 1000, 975, 1045],
    ["above the sight", -29 * 400, 0, 0],
    ["below the sight", 29 * 9000, 5000, 5000],
  ])("%s", (_, from, first, end) => {
    const all = drawn(5000, 29, { from, height: 580 }, 1234) ?? [];
    const window = all.filter((at) => at !== 1234 && at !== 0 && at !== 4999);
    const expected = Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n).filter((at) => at !== 0 && at !== 4999);
    expect(window).toEqual(expected);
    // The keys come in from above and below, and Tab has its stop.
    expect([0, 1234, 4999].every((at) => all.includes(at))).toBe(true);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });
});
