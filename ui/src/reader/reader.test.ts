import { describe, expect, it } from "vitest";
import type { BodyView } from "../backend";
import { bodyState } from "./body";
import { Endings, willBeOpened, willBeSaved } from "../state/transfers";
import { linkHost, measureAddress, readTelling } from "./frame.svelte";

const failed = (code: "not-here" | "refused" | "gone"): BodyView => ({ kind: "failed", error: { code, params: {}, detail: null, retry: false } });
const online = { kind: "upToDate" } as const;
const offline = { kind: "offline", error: null } as const;

describe("the place of the text", () => {
  it.each([
    [{ kind: "empty" } as const, online, "empty"],
    [{ kind: "coming", since: 100 } as const, online, "coming"],
    [{ kind: "coming", since: 89 } as const, online, "waiting"],
    [{ kind: "coming", since: null } as const, online, "coming"],
    [{ kind: "coming", since: 99 } as const, offline, "notHere"],
    [failed("not-here"), offline, "notHere"],
    [failed("refused"), online, "failed"],
  ])("%j, account %j: %s", (body, account, state) => {
    expect(bodyState(body, account, 100, false)).toBe(state);
  });

  it.each([
    [{ kind: "empty" } as const, online, "empty"],
    [{ kind: "coming", since: 100 } as const, online, "coming"],
    [{ kind: "coming", since: 99 } as const, offline, "gone"],
    [failed("not-here"), offline, "gone"],
    [failed("gone"), online, "gone"],
    [failed("refused"), online, "gone"],
  ])("of a message that is gone: %j, account %j: %s", (body, account, state) => {
    expect(bodyState(body, account, 100, true)).toBe(state);
  });
});

describe("what the measuring frame tells", () => {
  it.each([
    [{ restante: "ready" }, true],
    [{ restante: "height", name: "mail-body", height: 420, width: 600 }, true],
    [{ restante: "height", name: "mail-body", height: "420", width: 600 }, false],
    [{ restante: "height", name: "mail-body", height: -1, width: 600 }, false],
    [{ restante: "height", name: "mail-body", height: Infinity, width: 600 }, false],
    [{ restante: "link", name: "mail-body", href: "https://a.example" }, true],
    [{ restante: "rest", name: "mail-body", text: "a", html: "<b>a</b>" }, true],
    [{ restante: "rest", name: "mail-body", text: "a" }, false],
    [{ restante: "rest", name: "mail-body" }, false],
    [{ restante: "text", name: "mail-body", page: 3, text: "a" }, true],
    [{ restante: "text", name: "mail-body", text: "a" }, false],
    [{ restante: "found", name: "mail-body", page: 3, top: -40, height: 12 }, true],
    [{ restante: "found", name: "mail-body", page: 3, top: NaN, height: 12 }, false],
    [{ restante: "found", name: "mail-body", page: 3, top: 4 }, false],
    [{ restante: "open", name: "mail-body" }, false],
    ["height", false],
    [null, false],
  ])("%j is taken: %s", (data, taken) => {
    expect(readTelling(data) !== null).toBe(taken);
  });
});

describe("addresses", () => {
  it.each([
    ["https://bank.example@evil.example/x", "evil.example"],
    ["mailto:a@b.example", "a@b.example"],
    ["no address", "no address"],
  ])("%s leads to %s", (href, host) => {
    expect(linkHost(href)).toBe(host);
  });

  it("of the measuring frame follow those of mails", () => {
    expect(measureAddress("message://localhost/v/ab/")).toBe("message://localhost/measure");
    expect(measureAddress("http://message.localhost/v/ab/")).toBe("http://message.localhost/measure");
    expect(measureAddress("https://elsewhere.example/v/")).toBeNull();
    expect(measureAddress("blob:null/x")).toBeNull();
  });
});

describe("the end of a transfer", () => {
  const transfer = (id: number, part: string, kind: "running" | "done" | "cancelled") => ({
    id, message: 7, part, name: "quotes.pdf", done: 0, total: 10, state: kind === "done" ? { kind, path: "~/quotes.pdf" } : { kind },
  });

  it("is told once", () => {
    const endings = new Endings();
    expect(endings.since([transfer(1, "2", "done")])).toEqual([]);
    expect(endings.since([transfer(1, "2", "done"), transfer(2, "3", "running")])).toEqual([]);
    expect(endings.since([transfer(1, "2", "done"), transfer(2, "3", "done")]).map(({ id }) => id)).toEqual([2]);
    expect(endings.since([transfer(1, "2", "done"), transfer(2, "3", "done")])).toEqual([]);
  });

  it("is told of a file that was here at once", () => {
    for (const before of [[], [transfer(1, "2", "done")]]) {
      const endings = new Endings();
      endings.since(before);
      expect(endings.since([...before, transfer(2, "3", "done")])).toHaveLength(1);
    }
  });

  it("is not told of what was only opened, until it is saved too", () => {
    const endings = new Endings();
    willBeOpened(7, "4");
    endings.since([transfer(1, "4", "running")]);
    expect(endings.since([transfer(1, "4", "done")])).toEqual([]);
    willBeSaved(7, "4");
    expect(endings.since([transfer(2, "4", "done")])).toHaveLength(1);
  });
});
