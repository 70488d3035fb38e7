import { describe, expect, it } from "vitest";
import type { ListPage } from "../backend";
import { makeRow } from "../mock/mail";
import { findHeadings } from "./headings";
import { Pages, pageSize, pagesFor } from "./pages";

/** A host whose answers come when the test says so. */
function host(total = 1000) {
  const waiting: { offset: number; answer: (shift?: number) => void; fail: () => void }[] = [];
  const read = (offset: number, limit: number) =>
    new Promise<ListPage>((done, failed) => {
      waiting.push({
        offset,
        answer: (shift = 0) => done({ total: total + shift, unread: 2, offset, newest: 0, rows: Array.from({ length: Math.min(limit, total + shift - offset) }, (_, at) => makeRow(offset + at, shift, 1e9)) }),
        fail: () => failed(new Error("cut")),
      });
    });
  return { read, waiting };
}
const settled = () => new Promise((done) => setTimeout(done, 0));
const nothing = () => undefined;

describe("pages", () => {
  it("cover a range", () => {
    expect(pagesFor(0, 1)).toEqual([0]);
    expect(pagesFor(99, 101)).toEqual([0, 1]);
    expect(pagesFor(250, 250)).toEqual([]);
  });

  it("keep rows that are as they were, wherever they stand now", async () => {
    let rows = Array.from({ length: 4 }, (_, at) => makeRow(at, 0, 1e9));
    const pages = new Pages((offset) => Promise.resolve({ total: rows.length, unread: 0, offset, newest: 0, rows: structuredClone(rows) }), nothing, nothing);
    await pages.replace(0, 4);
    const [, second, third, fourth] = [0, 1, 2, 3].map((at) => pages.row(at));
    rows = rows.slice(1).map((row, at) => (at === 1 ? { ...row, flagged: !row.flagged } : row));
    await pages.replace(0, 4);
    expect(pages.row(0)).toBe(second);
    expect(pages.row(1)).toEqual({ ...third, flagged: !third?.flagged });
    expect(pages.row(2)).toBe(fourth);
  });

  it("are asked for once", async () => {
    const { read, waiting } = host();
    const pages = new Pages(read, nothing, nothing);
    pages.want(0, 120);
    pages.want(10, 150);
    expect(waiting.map(({ offset }) => offset)).toEqual([0, pageSize]);
    waiting.forEach(({ answer }) => answer());
    await settled();
    pages.want(0, 120);
    expect(waiting).toHaveLength(2);
    expect(pages.row(119)?.id).toBe(1119);
    expect(pages.total).toBe(1000);
    expect(pages.indexOf(1042)).toBe(42);
  });

  it("are asked for three at a time, and then those that are wanted by then", async () => {
    const { read, waiting } = host(100_000);
    const pages = new Pages(read, nothing, nothing);
    for (let at = 0; at < 20; at++) pages.want(at * 1000, at * 1000 + 20);
    expect(waiting.map(({ offset }) => offset)).toEqual([0, 1000, 2000]);
    waiting[1]?.answer();
    await settled();
    expect(waiting.map(({ offset }) => offset)).toEqual([0, 1000, 2000, 19_000]);
    waiting.forEach(({ answer }) => answer());
    await settled();
    expect(waiting).toHaveLength(4);
    expect(pages.row(19_019)?.id).toBe(20_019);
  });

  it("drop the answers to older questions", async () => {
    const { read, waiting } = host();
    const pages = new Pages(read, nothing, nothing);
    pages.want(0, 10);
    const replaced = pages.replace(0, 10);
    waiting[1]?.answer(3);
    expect(await replaced).toBe(true);
    waiting[0]?.answer(0);
    await settled();
    expect(pages.total).toBe(1003);
    expect(pages.row(3)?.id).toBe(1000);
  });

  it("keep the old rows until the new ones are here, then change in one step", async () => {
    const { read, waiting } = host();
    let changes = 0;
    const pages = new Pages(read, () => (changes += 1), nothing);
    pages.want(0, 10);
    waiting[0]?.answer();
    await settled();
    const replaced = pages.replace(0, 150);
    waiting[1]?.answer(3);
    await settled();
    expect([pages.row(0)?.id, changes]).toEqual([1000, 1]);
    waiting[2]?.answer(3);
    await replaced;
    expect([pages.row(3)?.id, changes]).toEqual([1000, 2]);
  });

  it("are not emptied by an answer from past the end", async () => {
    // As the engine answers: it begins at the end of the list.
    const total = 97;
    const read = (offset: number, limit: number) => {
      const at = Math.min(offset, total);
      return Promise.resolve({ total, unread: 0, offset: at, newest: 0, rows: Array.from({ length: Math.min(limit, total - at) }, (_, n) => makeRow(at + n, 0, 1e9)) });
    };
    const pages = new Pages(read, nothing, nothing);
    await pages.replace(67, 101);
    expect([pages.row(67)?.id, pages.row(96)?.id, pages.row(97)]).toEqual([1067, 1096, undefined]);
  });

  it("keep what was read elsewhere while they were read again", async () => {
    const { read, waiting } = host();
    const pages = new Pages(read, nothing, nothing);
    pages.want(300, 310);
    waiting.forEach(({ answer }) => answer());
    await settled();
    const replaced = pages.replace(0, 10);
    pages.want(100, 110);
    waiting[2]?.answer();
    await settled();
    waiting[1]?.answer();
    await replaced;
    expect([pages.row(5)?.id, pages.row(105)?.id, pages.row(305)]).toEqual([1005, 1105, undefined]);
  });

  it("let the newest of several replacements win", async () => {
    const { read, waiting } = host();
    const pages = new Pages(read, nothing, nothing);
    const first = pages.replace(0, 10);
    const second = pages.replace(0, 10);
    waiting[1]?.answer(5);
    waiting[0]?.answer(1);
    expect([await first, await second]).toEqual([false, true]);
    expect(pages.total).toBe(1005);
  });

  it("are asked for again after a failure", async () => {
    const { read, waiting } = host();
    let failures = 0;
    const pages = new Pages(read, nothing, () => (failures += 1));
    pages.want(0, 10);
    waiting[0]?.fail();
    await settled();
    pages.want(0, 10);
    expect([failures, waiting.length]).toEqual([1, 2]);
  });

  it("do not pile up", async () => {
    const { read, waiting } = host(100_000);
    const pages = new Pages(read, nothing, nothing);
    for (let page = 0; page < 90; page++) {
      pages.want(page * pageSize, page * pageSize + 1);
      waiting[page]?.answer();
      await settled();
    }
    expect(pages.known().length).toBeLessThanOrEqual(40);
    expect(pages.known()).toContain(89);
  });
});

describe("headings", () => {
  const now = new Date(2026, 10, 25, 12, 0);
  const at = (day: number, month = 10) => new Date(2026, month, day, 9, 0).getTime() / 1000;
  const known = (dates: Record<number, number | null>) => ({
    known: () => [...new Set(Object.keys(dates).map((index) => Math.floor(Number(index) / pageSize)))],
    row: (index: number) => (index in dates ? { date: dates[index] ?? null } : undefined),
  });

  it("stand where the day changes", () => {
    const found = findHeadings(known({ 0: at(25), 1: at(25), 2: at(24), 3: at(23), 4: at(17), 5: at(3), 6: at(30, 8) }), now, "en-GB");
    expect(found.map(({ index, day }) => [index, day.kind])).toEqual([[0, "today"], [2, "yesterday"], [3, "thisWeek"], [4, "lastWeek"], [5, "month"], [6, "month"]]);
  });

  it("are not guessed where the row above is not known", () => {
    expect(findHeadings(known({ 200: at(24), 201: at(24), 202: at(3) }), now, "en-GB").map(({ index }) => index)).toEqual([202]);
  });

  it("take a row without a date as it is", () => {
    expect(findHeadings(known({ 0: null, 1: at(3) }), now, "en-GB").map(({ day }) => day.kind)).toEqual(["unknown", "month"]);
  });
});
