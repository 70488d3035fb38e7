import { describe, expect, it } from "vitest";
import type { List, ListPage } from "../backend";
import { makeRow } from "../mock/mail";
import type { Ranges } from "./ranges";
import { heirOf, makeTarget, mostRows, type Marked } from "./target";

const shown: List = {
  key: { kind: "folder", id: 3 }, filter: { unread: true, flagged: false, files: false, person: null, text: null }, order: { by: "date", ascending: false }, conversations: false,
};
const list = (spans: { first: number; last: number }[], newest = 77) => ({ kind: "list", list: shown, spans, newest });

/** A list of `total` rows of which those up to `read` have been read; the host has `now` rows. */
function world(ranges: Ranges, options: { total?: number; read?: number; whole?: boolean; now?: number } = {}) {
  const { total = 10_000, read = 300, whole = false } = options;
  const now = options.now ?? total;
  const asked: number[] = [];
  const marked: Marked = { list: shown, ranges, total, whole, newest: 77 };
  const target = makeTarget(
    marked,
    (index) => (index < read ? { id: 1000 + index } : undefined),
    (index): Promise<ListPage> => {
      asked.push(index);
      return Promise.resolve({ total: now, unread: 0, offset: index, newest: 99, rows: index < now ? [makeRow(index, 0, 1e9)] : [] });
    },
  );
  return { target, asked };
}
const rows = (first: number, end: number) => ({ first, end });

describe("what the host is told to act on", () => {
  it.each<[string, Ranges, Parameters<typeof world>[1], unknown, number[]]>([
    ["one row", [rows(4, 5)], {}, { kind: "rows", rows: [1004] }, []],
    ["rows here and there", [rows(1, 3), rows(7, 8)], {}, { kind: "rows", rows: [1001, 1002, 1007] }, []],
    ["a list that has been read to its end", [rows(0, 300)], { total: 300 }, { kind: "rows", rows: Array.from({ length: 300 }, (_, at) => 1000 + at) }, []],
    ["the same, asked for as a whole", [rows(0, 3)], { total: 3, whole: true }, { kind: "rows", rows: [1000, 1001, 1002] }, []],
    ["as many rows as are named one by one", [rows(0, mostRows)], { read: 9000 }, { kind: "rows", rows: Array.from({ length: mostRows }, (_, at) => 1000 + at) }, []],
    ["one more", [rows(0, mostRows + 1)], { read: 9000 }, list([{ first: 1000, last: 1000 + mostRows }]), []],
    ["a whole list", [rows(0, 10_000)], { whole: true }, list([]), []],
    ["a whole list, row by row", [rows(0, 10_000)], {}, list([]), []],
    ["a whole list, and mail that came since is not meant", [rows(2, 10_000)], { whole: true }, list([]), []],
    ["a stretch whose lower end has not been read", [rows(5, 900)], {}, list([{ first: 1005, last: 1899 }]), [899]],
    ["a stretch of which nothing has been read", [rows(500, 900)], {}, list([{ first: 1500, last: 1899 }]), [500, 899]],
    ["one row that has not been read", [rows(400, 401)], {}, list([{ first: 1400, last: 1400 }]), [400, 400]],
    ["several stretches", [rows(0, 10), rows(20, 400)], {}, list([{ first: 1000, last: 1009 }, { first: 1020, last: 1399 }]), [399]],
    ["all but one", [rows(0, 50), rows(51, 10_000)], {}, list([{ first: 1000, last: 1049 }, { first: 1051, last: 10_999 }]), [9999]],
    ["a list that has changed since it was read", [rows(5, 900)], { now: 9_999 }, null, [899]],
    ["a list that has become shorter than the stretch", [rows(5, 900)], { now: 10 }, null, [899]],
    ["nothing", [], {}, { kind: "rows", rows: [] }, []],
  ])("%s", async (_, ranges, options, target, asked) => {
    const answer = world(ranges, options);
    expect(await answer.target).toEqual(target);
    expect(answer.asked).toEqual(asked);
  });
});

describe("the row that the cursor goes on to", () => {
  it.each<[string, Ranges, number, number, "next" | "previous", number | null, number]>([
    ["the next takes the place", [rows(4, 5)], 4, 10, "next", 5, 4],
    ["the one before", [rows(4, 5)], 4, 10, "previous", 3, 3],
    ["after the last row, the one before", [rows(9, 10)], 9, 10, "next", 8, 8],
    ["before the first row, the next", [rows(0, 1)], 0, 10, "previous", 1, 0],
    ["below a stretch", [rows(2, 6)], 5, 10, "next", 6, 2],
    ["above a stretch", [rows(2, 6)], 3, 10, "previous", 1, 1],
    ["below, with others gone above", [rows(0, 2), rows(4, 5)], 4, 10, "next", 5, 2],
    ["above, with others gone above", [rows(0, 2), rows(4, 5)], 4, 10, "previous", 3, 1],
    ["a cursor that stands beside stays", [rows(0, 2)], 4, 10, "next", 4, 2],
    ["nothing is left", [rows(0, 10)], 3, 10, "next", null, -1],
  ])("%s", (_, ranges, cursor, total, way, index, place) => {
    expect(heirOf(ranges, cursor, total, way)).toEqual({ index, place });
  });
});
