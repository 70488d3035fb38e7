import { describe, expect, it } from "vitest";
import { moved, targetOf } from "./order";

describe("the order of labels", () => {
  it.each([
    ["a", 0, "abc"], ["a", 1, "bac"], ["a", 2, "bca"], ["a", 9, "bca"], ["c", 0, "cab"], ["b", -1, "bac"], ["x", 1, "abc"],
  ])("%s at %i", (one, at, expected) => {
    expect(moved(["a", "b", "c"], one, at).join("")).toBe(expected);
  });
  it.each([
    ["ArrowUp", 1, 0], ["ArrowUp", 0, 0], ["ArrowDown", 1, 2], ["ArrowDown", 2, 2], ["Home", 2, 0], ["End", 0, 2], ["Enter", 1, null],
  ])("%s from %i", (key, at, to) => {
    expect(targetOf(key, at, 3)).toBe(to);
  });
});
