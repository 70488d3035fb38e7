import { describe, expect, it } from "vitest";
import { add, between, count, follow, has, probe, remove, toggle, type Moved, type Ranges } from "./ranges";

/** `"2-4 9"` → rows 2, 3, 4 and 9. */
const of = (text: string): Ranges =>
  text.split(" ").filter(Boolean).map((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return { first, end: last + 1 };
  });
const text = (ranges: Ranges) => ranges.map(({ first, end }) => (end - first === 1 ? `${first}` : `${first}-${end - 1}`)).join(" ");
const rowsOf = (ranges: Ranges) => ranges.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at));

/** Numbers that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("ranges", () => {
  it.each([
    ["", "3", "3"],
    ["3", "4", "3-4"],
    ["3-5", "1-2", "1-5"],
    ["1 5 9", "2-8", "1-9"],
    ["1-9", "3-4", "1-9"],
    ["7", "2", "2 7"],
  ])("%j and %j are %j", (some, more, all) => {
    expect(text(of(more).reduce(add, of(some)))).toBe(all);
  });

  it.each([
    ["1-9", "4", "1-3 5-9"],
    ["1-9", "1-3", "4-9"],
    ["1-3 7-9", "2-8", "1 9"],
    ["1-3", "5", "1-3"],
    ["4", "4", ""],
  ])("%j without %j is %j", (some, less, rest) => {
    expect(text(of(less).reduce(remove, of(some)))).toBe(rest);
  });

  it("reach from a row to another, in either order", () => {
    expect([text([between(4, 2)]), text([between(2, 4)]), text([between(3, 3)])]).toEqual(["2-4", "2-4", "3"]);
  });

  it("hold a million rows in one stretch", () => {
    const all = [{ first: 0, end: 1_000_000 }];
    expect([count(all), count(toggle(all, 500_000)), toggle(all, 500_000).length]).toEqual([1_000_000, 999_999, 2]);
  });

  it("are a set of rows, whatever is done to them", () => {
    const random = numbers(3);
    let ranges: Ranges = [];
    const rows = new Set<number>();
    for (let round = 0; round < 3000; round++) {
      const index = Math.floor(random.next().value * 60);
      if (random.next().value < 0.7) {
        ranges = toggle(ranges, index);
        if (!rows.delete(index)) rows.add(index);
      } else {
        const stretch = between(index, Math.floor(random.next().value * 60));
        const more = random.next().value < 0.4;
        ranges = (more ? add : remove)(ranges, stretch);
        for (const row of rowsOf([stretch])) rows[more ? "add" : "delete"](row);
      }
      expect(rowsOf(ranges)).toEqual([...rows].sort((a, b) => a - b));
      expect(count(ranges)).toBe(rows.size);
      expect(has(ranges, index)).toBe(rows.has(index));
    }
  });
});

describe("what is selected follows its rows", () => {
  const moved = (...pairs: [number, number | null][]): Moved[] => pairs.map(([before, after]) => ({ before, after }));

  it.each<[string, string, Moved[], string]>([
    ["mail comes above", "4-8", moved([4, 6], [8, 10]), "6-10"],
    ["mail goes above", "4-8", moved([4, 3], [8, 7]), "3-7"],
    ["mail comes between two that are known", "4-5", moved([4, 4], [5, 6]), "4 6"],
    ["one of them goes", "4-6", moved([4, 4], [5, null], [6, 5]), "4-5"],
    ["the first goes", "4-6", moved([4, null], [6, 5]), "4-5"],
    ["all that is known goes", "4-6", moved([4, null], [5, null], [6, null]), ""],
    ["its ends are not known", "0-99", moved([40, 42], [60, 62]), "2-101"],
    ["something came among rows that were never read", "0-99", moved([0, 0], [99, 101]), "0-101"],
    ["nothing of it is known, but what is beside it", "50-60", moved([3, 5]), "52-62"],
    ["nothing is known", "50-60", [], "57-67"],
    ["the list becomes short", "0-300", moved([0, 0]), "0-199"],
  ])("when %s", (_, before, places, after) => {
    expect(text(follow(of(before), places, 7, 200))).toBe(after);
  });

  it.each([
    ["all rows were asked for", true, true, false],
    ["mail came, with few questions", true, false, true],
    ["mail went, with few questions", false, true, true],
  ])("exactly, when %s", async (_, comes, goes, few) => {
    const random = numbers(17);
    const roll = (below: number) => Math.floor(random.next().value * below);
    for (let round = 0; round < 300; round++) {
      let ranges: Ranges = [];
      for (let n = 0; n < 5; n++) ranges = toggle(add(ranges, between(roll(80), roll(80))), roll(80));
      const next = Array.from({ length: 80 }, (_, id) => id).filter(() => !goes || roll(10) > 0);
      for (let id = 100; comes && id < 110; id++) next.splice(roll(next.length), 0, id);
      const place = (id: number) => (next.includes(id) ? next.indexOf(id) : null);
      const rows = rowsOf(ranges);
      const places = few ? await probe(rows.map((id) => ({ index: id, id })), (id) => Promise.resolve(place(id))) : rows.map((id) => ({ before: id, after: place(id) }));
      expect(rowsOf(follow(ranges, places, 0, next.length)).map((index) => next[index])).toEqual(rows.filter((id) => next.includes(id)));
    }
  });

  it("with few questions", async () => {
    const rows = Array.from({ length: 4000 }, (_, index) => ({ index, id: index }));
    let asked = 0;
    const place = (id: number) => (id < 2500 ? id + 3 : id === 2500 ? null : id + 2);
    const places = await probe(rows, (id) => Promise.resolve((asked++, place(id))));
    expect(asked).toBeLessThan(40);
    expect(text(follow([{ first: 0, end: 4000 }], places, 0, 5000))).toBe("3-4001");
  });
});
