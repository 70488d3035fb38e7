import { describe, expect, it } from "vitest";
import * as geometry from "./geometry";
import type { Geometry } from "./geometry";

const list = (part: Partial<Geometry> = {}): Geometry => ({ total: 1000, rowHeight: 72, headingHeight: 28, headings: [0, 4, 7, 250], viewport: 772, ...part });

/** Numbers that are the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const shapes: [string, Geometry][] = [
  ["no rows", list({ total: 0, headings: [] })],
  ["one row", list({ total: 1, headings: [0] })],
  ["fewer than fit", list({ total: 5, headings: [0, 3] })],
  ["a thousand", list()],
  ["compact", list({ rowHeight: 34 })],
  ["a million", list({ total: 1_000_000 })],
  ["a million, compact, headings far down", list({ total: 1_000_000, rowHeight: 34, headings: [0, 3, 10, 500_000, 999_999] })],
];

describe.each(shapes)("a list of %s", (_, g) => {
  it("has a spacer that no browser cuts off", () => {
    expect(geometry.spacerHeight(g)).toBeLessThanOrEqual(16_000_000);
  });

  it("finds at each row's top and bottom that row", () => {
    const random = numbers(7);
    const sample = [0, 1, 3, 4, 5, 249, 250, 251, g.total - 1, ...Array.from({ length: 300 }, () => Math.floor((random.next().value as number) * g.total))];
    for (const index of sample.filter((one) => one >= 0 && one < g.total)) {
      const top = geometry.rowTop(g, index);
      expect(geometry.rowAt(g, top)).toBe(index);
      expect(geometry.rowAt(g, top + g.rowHeight - 1)).toBe(index);
      if (g.headings.includes(index)) expect(geometry.rowAt(g, top - 1)).toBe(index);
      else if (index > 0) expect(geometry.rowAt(g, top - 1)).toBe(index - 1);
    }
  });

  it("ends with its last row at the lower edge", () => {
    if (g.total === 0) return;
    const bottom = geometry.rowTop(g, g.total - 1) + g.rowHeight;
    expect(bottom).toBe(geometry.contentHeight(g));
    expect(geometry.maxPlace(g)).toBe(Math.max(0, bottom - g.viewport));
  });

  it("draws every row that is seen, and few others", () => {
    const random = numbers(11);
    for (let round = 0; round < 200; round++) {
      const place = Math.round((random.next().value as number) * geometry.maxPlace(g));
      const { first, end } = geometry.visible(g, place, 6);
      expect(end - first).toBeLessThanOrEqual(Math.ceil(g.viewport / g.rowHeight) + 14);
      if (first > 0) expect(geometry.rowTop(g, first)).toBeLessThanOrEqual(place);
      if (end < g.total) expect(geometry.rowTop(g, end - 1) + g.rowHeight).toBeGreaterThanOrEqual(place + g.viewport);
    }
  });

  it("maps the ends of the thumb to the ends of the list", () => {
    expect(geometry.thumbFor(g, 0)).toBe(0);
    expect(geometry.thumbFor(g, geometry.maxPlace(g))).toBeCloseTo(geometry.maxThumb(g), 6);
  });

  it("scrolls to both ends and never beyond, whatever the person does", () => {
    const random = numbers(23);
    let place = 0;
    let thumb = 0;
    for (let round = 0; round < 3000; round++) {
      const roll = random.next().value as number;
      const by = roll < 0.9 ? ((random.next().value as number) - 0.5) * 400 : ((random.next().value as number) - 0.5) * 2 * geometry.maxThumb(g);
      const to = Math.max(0, Math.min(geometry.maxThumb(g), thumb + by));
      const next = geometry.scrolled(g, place, thumb, to);
      expect(next).toBeGreaterThanOrEqual(0);
      expect(next).toBeLessThanOrEqual(geometry.maxPlace(g));
      if (Math.abs(to - thumb) <= 400 && next > 0 && next < geometry.maxPlace(g)) expect(next - place).toBeCloseTo(to - thumb, 6);
      place = next;
      thumb = geometry.thumbIsShort(g, place, to) || roll > 0.8 ? geometry.thumbFor(g, place) : to;
    }
  });

  it("lets nobody get stuck: small steps reach the end, and come back to the top", () => {
    const small = list({ ...g, total: Math.min(g.total, 3000), headings: g.headings.filter((one) => one < 3000) });
    // The same list with a spacer far too short, as a list of many millions has.
    for (const direction of [1, -1]) {
      let place = direction === 1 ? 0 : geometry.maxPlace(small);
      let thumb = geometry.thumbFor(small, place);
      for (let round = 0; round < 5000; round++) {
        const to = Math.max(0, Math.min(geometry.maxThumb(small), thumb + direction * 90));
        place = geometry.scrolled(small, place, thumb, to);
        thumb = geometry.thumbIsShort(small, place, to) ? geometry.thumbFor(small, place) : to;
      }
      expect(place).toBe(direction === 1 ? geometry.maxPlace(small) : 0);
    }
  });

  it("reveals a row whole, below what covers the top edge", () => {
    const random = numbers(5);
    for (let round = 0; round < 200 && g.total > 0; round++) {
      const place = Math.round((random.next().value as number) * geometry.maxPlace(g));
      const index = Math.floor((random.next().value as number) * g.total);
      const to = geometry.reveal(g, place, index, 28);
      const y = geometry.rowTop(g, index) - to;
      expect(y + g.rowHeight).toBeLessThanOrEqual(g.viewport + 1);
      if (to > 0) expect(y).toBeGreaterThanOrEqual(28);
      expect(geometry.reveal(g, to, index, 28)).toBe(to);
    }
  });
});

describe("a place that is kept", () => {
  it("stays when mail comes above", () => {
    const old = list();
    const next = list({ total: 1003, headings: [0, 7, 10, 253] });
    const place = geometry.rowTop(old, 300) - 10;
    const now = geometry.keepPlace(old, place, 300, next, 303);
    expect(geometry.rowTop(next, 303) - now).toBe(geometry.rowTop(old, 300) - place);
  });

  it("stays when a day's heading is found above", () => {
    const old = list({ headings: [0] });
    const next = list({ headings: [0, 40] });
    expect(geometry.keepPlace(old, 9000, 124, next, 124)).toBe(9028);
  });

  it("stays at the top when it is at the top", () => {
    expect(geometry.keepPlace(list(), 0, 0, list({ total: 1003 }), 3)).toBe(0);
  });

  it("ends within the list when the list became short", () => {
    expect(geometry.keepPlace(list(), 60_000, 800, list({ total: 3, headings: [0] }), 2)).toBe(0);
  });
});

describe("a thumb with less room than the list", () => {
  const g = list({ total: 1_000_000, headings: [] });

  it("moves rows by real pixels for short scrolls", () => {
    const thumb = geometry.thumbFor(g, 30_000_000);
    expect(geometry.scrolled(g, 30_000_000, thumb, thumb + 53)).toBe(30_000_053);
  });

  it("moves in proportion when it is dragged", () => {
    const middle = geometry.maxThumb(g) / 2;
    expect(geometry.scrolled(g, 0, 0, middle)).toBeCloseTo(geometry.maxPlace(g) / 2, 3);
  });

  it("is set right before it runs out of room", () => {
    expect(geometry.thumbIsShort(g, 40_000_000, 500)).toBe(true);
    expect(geometry.thumbIsShort(g, 40_000_000, geometry.thumbFor(g, 40_000_000))).toBe(false);
    expect(geometry.thumbIsShort(g, 40_000_000, geometry.maxThumb(g) - 500)).toBe(true);
    expect(geometry.thumbIsShort(g, 0, 0)).toBe(false);
  });
});
