import { afterEach, describe, expect, it, vi } from "vitest";
import { backend, type List, type ListRow } from "../backend";
import { makeRow } from "../mock/mail";
import { ListModel } from "./model.svelte";

const filter = { unread: false, flagged: false, files: false, person: null, text: null };
const list: List = { key: { kind: "inboxes" }, filter, order: { by: "date", ascending: false }, conversations: false };
const day = 86_400;
/** Rows of these ids; each came on the same day, so that there is one heading. */
const rowsOf = (ids: readonly number[]) => ids.map((id): ListRow => ({ ...makeRow(0, 0, 10_000 * day), id, message: id, date: 10_000 * day, due: null }));
const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

afterEach(() => vi.restoreAllMocks());

/** A list that stands at `place`, over a store whose rows the test changes. */
async function standing(store: { ids: number[] }, place: number): Promise<ListModel> {
  vi.spyOn(backend, "listPage").mockImplementation((_, offset, limit) =>
    Promise.resolve({ total: store.ids.length, unread: 0, newest: 1_000 - Math.min(...store.ids), offset, rows: rowsOf(store.ids.slice(offset, offset + limit)) }),
  );
  vi.spyOn(backend, "listIndex").mockImplementation((_, id) => Promise.resolve(store.ids.includes(id) ? store.ids.indexOf(id) : null));
  const model = new ListModel(list, (thumb) => thumb, () => undefined);
  await model.read;
  model.standing.resized(720, 72);
  model.standing.moveTo(place);
  return model;
}
/** Where each drawn row stands, by its id. */
const drawn = (model: ListModel) => new Map(model.slots.flatMap(({ row, y }) => (row ? [[row.id, y] as const] : [])));

describe("a list that changes above what is looked at", () => {
  it("keeps the rows where they are", async () => {
    const store = { ids: ids(100, 400) };
    const model = await standing(store, 50 * 72);
    const before = drawn(model).get(155);
    store.ids = [97, 98, 99, ...store.ids];
    await model.refresh();
    expect(drawn(model).get(155)).toBe(before);
    expect(model.fresh).toBe(3);
  });

  it("keeps them also when more comes between the question where they are and the rows", async () => {
    const store = { ids: ids(100, 400) };
    const model = await standing(store, 50 * 72);
    const before = drawn(model).get(155);
    const where = vi.mocked(backend.listIndex).getMockImplementation();
    vi.mocked(backend.listIndex).mockImplementation(async (...asked) => {
      const index = await where?.(...asked);
      // The answer is given, and three more arrive before the next question.
      if (store.ids[0] === 100) store.ids = [97, 98, 99, ...store.ids];
      return index ?? null;
    });
    await model.refresh();
    expect(drawn(model).get(155)).toBe(before);
    expect(model.fresh).toBe(3);
  });
});
