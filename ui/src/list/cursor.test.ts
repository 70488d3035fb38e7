import { describe, expect, it } from "vitest";
import type { ListRow } from "../backend";
import { makeRow } from "../mock/mail";
import { Cursor, goingFrom } from "./cursor.svelte";
import { Pages } from "./pages";

/** A list of rows of these ids; the message of a row is its id, unless told otherwise. */
async function list(ids: readonly number[], messages: Record<number, number> = {}): Promise<Pages> {
  const rows = ids.map((id): ListRow => ({ ...makeRow(0, 0, 1e9), id, message: messages[id] ?? id }));
  const pages = new Pages((offset, limit) => Promise.resolve({ total: rows.length, unread: 0, newest: 0, offset, rows: rows.slice(offset, offset + limit) }), () => undefined, () => undefined);
  await pages.replace(0, rows.length);
  return pages;
}
const finder = (ids: readonly number[]) => (id: number) => Promise.resolve(ids.includes(id) ? ids.indexOf(id) : null);

/** The cursor at `at` of the first list, after the list has become the second; `acted` are the indexes that were acted on. */
async function after(before: number[], at: number, now: number[], options: { acted?: readonly number[]; way?: "next" | "previous"; messages?: Record<number, number> } = {}) {
  const { acted, way = "next", messages } = options;
  const cursor = new Cursor();
  const old = await list(before, messages);
  cursor.put(at, old);
  if (acted) cursor.go(goingFrom(acted.map((index) => ({ first: index, end: index + 1 })), at, before.length, old, way, true));
  const looked = await cursor.look(old, finder(now));
  const carried = cursor.carry(await list(now, messages), looked, 0);
  return { carried, index: cursor.index, id: cursor.id, next: cursor.from(1), previous: cursor.from(-1) };
}

describe("the cursor, when the list changes", () => {
  it("stays with its row", async () => {
    expect(await after([10, 11, 12], 1, [9, 10, 11, 12])).toMatchObject({ carried: "stays", index: 2, id: 11 });
  });

  it("stays with a row that was acted on and is still there", async () => {
    expect(await after([10, 11, 12], 1, [10, 11, 12], { acted: [1] })).toMatchObject({ carried: "stays", index: 1, id: 11 });
  });

  it.each([["next", 1, 12], ["previous", 0, 10]] as const)("goes to the %s when its row leaves by what was done to it", async (way, index, id) => {
    expect(await after([10, 11, 12], 1, [10, 12], { acted: [1], way })).toMatchObject({ carried: "left", index, id });
  });

  it("goes to its heir wherever that stands by then", async () => {
    expect(await after([10, 11, 12, 13], 1, [8, 9, 10, 12, 13], { acted: [1] })).toMatchObject({ carried: "left", index: 3, id: 12 });
  });

  it("goes to the place of the heir when that has left too", async () => {
    expect(await after([10, 11, 12, 13], 1, [10, 13], { acted: [1] })).toMatchObject({ carried: "left", index: 1, id: 13 });
  });

  it("is nowhere in a list of nothing", async () => {
    expect(await after([10, 11], 0, [], { acted: [0, 1] })).toMatchObject({ carried: "left", index: -1, id: null });
  });

  it("stays with a message that was moved and is in the list still, by another row", async () => {
    expect(await after([10, 11, 12], 1, [10, 21, 12], { acted: [1], messages: { 21: 11 } })).toMatchObject({ carried: "stays", index: 1, id: 21 });
  });

  it("is nowhere when its row leaves by itself, and the keys go on from there", async () => {
    expect(await after([10, 11, 12], 1, [10, 12])).toMatchObject({ carried: "stays", index: -1, id: null, next: 1, previous: 0 });
    expect(await after([10, 11, 12], 1, [8, 9, 10, 12])).toMatchObject({ index: -1, next: 3, previous: 2 });
  });
});
