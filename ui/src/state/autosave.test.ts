import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { again, Autosave, longest, pause, type SaveState } from "./autosave";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store that answers when it is told to, or at once. */
function begin(answers: ("at once" | "later" | "never")[] = []) {
  const states: SaveState[] = [];
  const saves: number[] = [];
  const waiting: ((well: boolean) => void)[] = [];
  const save = new Autosave(
    () => {
      saves.push(Date.now());
      const how = answers.shift() ?? "at once";
      if (how === "at once") return Promise.resolve();
      if (how === "never") return Promise.reject(new Error("disk"));
      return new Promise((done, failed) => waiting.push((well) => (well ? done() : failed(new Error("disk")))));
    },
    (state) => states.push(state),
  );
  const start = Date.now();
  return { save, states, at: () => saves.map((one) => one - start), answer: (well = true) => waiting.shift()?.(well) };
}
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("what is typed is saved", () => {
  it("at every pause", async () => {
    const { save, at, states } = begin();
    save.touch();
    await wait(pause - 1);
    save.touch();
    await wait(pause - 1);
    expect(at()).toEqual([]);
    await wait(1);
    expect(at()).toEqual([2 * pause - 1]);
    expect(states).toEqual(["changed", "changed", "saving", "kept"]);
    await wait(60_000);
    expect(at()).toHaveLength(1);
  });

  it("every two seconds where there is no pause", async () => {
    const { save, at } = begin();
    for (let spent = 0; spent < 10_000; spent += 100) {
      save.touch();
      await wait(100);
    }
    const gaps = at().map((one, nth, all) => one - (all[nth - 1] ?? 0));
    expect(at().length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(longest + 100);
  });

  it("one save after the other: what is typed meanwhile waits no longer than two seconds after it", async () => {
    const { save, at, answer, states } = begin(["later"]);
    save.touch();
    await wait(pause);
    save.touch();
    await wait(5000);
    expect(at()).toEqual([pause]);
    answer();
    await wait(pause);
    expect(at()).toHaveLength(2);
    expect(states.at(-1)).toBe("kept");
  });

  it("again by itself where it failed, and it is told until it is kept", async () => {
    const { save, at, states } = begin(["never", "never", "never"]);
    save.touch();
    await wait(pause);
    expect(states.at(-1)).toBe("failed");
    expect(save.kept).toBe(false);
    await wait(again[0]! + again[1]! + again[2]!);
    expect(at()).toEqual([pause, pause + again[0]!, pause + again[0]! + again[1]!, pause + again[0]! + again[1]! + again[2]!]);
    expect(states.at(-1)).toBe("kept");
    expect(save.kept).toBe(true);
    await wait(60_000);
    expect(at()).toHaveLength(4);
  });

  it("at once when it is asked for, and only if something changed", async () => {
    const { save, at } = begin();
    expect(await save.flush()).toBe(true);
    expect(at()).toEqual([]);
    save.touch();
    expect(await save.flush()).toBe(true);
    expect(at()).toEqual([0]);
  });

  it("also what was typed while it was asked for", async () => {
    const { save, at, answer } = begin(["later"]);
    save.touch();
    const flushed = save.flush();
    await wait(0);
    save.touch();
    answer();
    expect(await flushed).toBe(true);
    expect(at()).toHaveLength(2);
  });

  it("before it is closed, however often that has to be tried", async () => {
    const { save } = begin(["never", "never"]);
    let closed = false;
    save.touch();
    void save.settled().then(() => (closed = true));
    expect(await save.flush()).toBe(false);
    await wait(again[0]! - 1);
    expect(closed).toBe(false);
    await wait(again[0]! + again[1]!);
    expect(closed).toBe(true);
  });

  it("no more once it has ended", async () => {
    const { save, at } = begin();
    save.touch();
    save.end();
    save.touch();
    await wait(60_000);
    expect(at()).toEqual([]);
    expect(await save.flush()).toBe(true);
    await save.settled();
  });

  it("nor waited for, when it ends while a save is under way", async () => {
    const { save, answer, at } = begin(["later"]);
    save.touch();
    const flushed = save.flush();
    await wait(0);
    save.end();
    answer(false);
    expect(await flushed).toBe(true);
    await wait(60_000);
    expect(at()).toHaveLength(1);
  });
});
