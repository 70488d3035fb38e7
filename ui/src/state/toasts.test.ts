import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toasts } from "./toasts.svelte";

const texts = () => toasts.all.map(({ text }) => text);
const remedy = { name: "Undo", title: "Undo (Z)", run: () => undefined };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { id } of toasts.all) toasts.close(id);
  vi.useRealTimers();
});

describe("notes", () => {
  it("leave by themselves: after 5 s, and after 8 where something can be done", () => {
    toasts.say("saved");
    toasts.done("archived", { remedy });
    vi.advanceTimersByTime(4_999);
    expect(texts()).toEqual(["saved", "archived"]);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual(["archived"]);
    vi.advanceTimersByTime(2_999);
    expect(texts()).toEqual(["archived"]);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([]);
  });

  it("stay while they are pointed at, and a moment longer", () => {
    toasts.done("archived", { remedy });
    vi.advanceTimersByTime(7_900);
    toasts.pause();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(["archived"]);
    toasts.resume();
    vi.advanceTimersByTime(1_900);
    expect(texts()).toEqual(["archived"]);
    vi.advanceTimersByTime(200);
    expect(texts()).toEqual([]);
  });

  it("of what was done give way to the next; others stay", () => {
    toasts.say("saved");
    toasts.done("one archived", { remedy });
    vi.advanceTimersByTime(4_000);
    toasts.done("two archived", { remedy });
    expect(texts()).toEqual(["saved", "two archived"]);
    vi.advanceTimersByTime(7_000);
    expect(texts()).toEqual(["two archived"]);
  });

  it("that failed stay until they are closed", () => {
    toasts.fail({ code: "quota", params: {}, detail: "NO [OVERQUOTA]", retry: false });
    toasts.fail({ code: "cancelled", params: {}, detail: null, retry: false });
    vi.advanceTimersByTime(600_000);
    expect(texts()).toEqual([expect.stringMatching(/^The mailbox is full\. The messages are where they were\./)]);
  });
});
