import { describe, expect, it } from "vitest";
import { backend, useBackend } from "./backend";
import { listen, Live, onTopics } from "./live.svelte";

const settled = () => new Promise((done) => setTimeout(done, 0));

/** A question whose answers come when the test says so. */
function asked() {
  const waiting: { again: boolean; answer: (value: string) => void; fail: (error: unknown) => void }[] = [];
  const live = new Live<string>((again) => new Promise((answer, fail) => waiting.push({ again, answer, fail })));
  return { live, waiting };
}

describe("a live query", () => {
  it("drops an answer that was overtaken", async () => {
    const { live, waiting } = asked();
    live.ask(false);
    live.ask(false);
    waiting[1]?.answer("new");
    await settled();
    waiting[0]?.answer("old");
    await settled();
    expect(live.value).toBe("new");
  });

  it("asks once more, not many times, for what changed meanwhile", async () => {
    const { live, waiting } = asked();
    live.ask(false);
    live.refresh();
    live.refresh();
    live.refresh();
    expect(waiting).toHaveLength(1);
    waiting[0]?.answer("first");
    await settled();
    expect(waiting.map(({ again }) => again)).toEqual([false, true]);
  });

  it("is not another value where the answer says the same", async () => {
    const live = new Live(() => Promise.resolve([{ id: 1, unread: 2 }]));
    live.ask(false);
    await settled();
    const first = live.value;
    live.refresh();
    await settled();
    expect(live.value).toBe(first);
    expect(first).toEqual([{ id: 1, unread: 2 }]);
  });

  it("keeps the last value when a question fails", async () => {
    const { live, waiting } = asked();
    live.ask(false);
    waiting[0]?.answer("here");
    await settled();
    live.ask(true);
    waiting[1]?.fail({ code: "store", params: {}, detail: null, retry: false });
    await settled();
    expect([live.value, live.error?.code]).toEqual(["here", "store"]);
  });

  it("turns anything thrown into an error with a sentence", async () => {
    const { live, waiting } = asked();
    live.ask(false);
    waiting[0]?.fail(new Error("broken"));
    await settled();
    expect(live.error).toMatchObject({ code: "internal", detail: "Error: broken" });
  });
});

describe("an announcement", () => {
  it("reaches whoever shows one of its topics, and everybody where too much changed to be named", async () => {
    let announce: (topics: string[]) => void = () => undefined;
    useBackend({
      ...backend,
      onChanged: (callback) => {
        announce = callback;
        return Promise.resolve(() => undefined);
      },
    });
    await listen();
    const heard: string[] = [];
    const stop = onTopics(["list:7", "accounts"], () => heard.push("list"));
    onTopics([], () => heard.push("nothing shown"));
    announce(["folders", "list:8"]);
    expect(heard).toEqual([]);
    announce(["accounts", "list:7"]);
    expect(heard).toEqual(["list"]);
    announce(["all"]);
    expect(heard).toEqual(["list", "list", "nothing shown"]);
    stop();
    announce(["list:7"]);
    expect(heard).toHaveLength(3);
  });
});
