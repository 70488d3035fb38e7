import { afterEach, describe, expect, it } from "vitest";
import type { AccountCoverage, Coverage } from "../backend";
import { setLanguage } from "../words.svelte";
import { lineOf, sentence, serversOf } from "./coverage";

const server = (part: Partial<AccountCoverage> = {}): AccountCoverage => ({ account: 1, folders: 40, done: 0, waiting: 0, found: 0, state: "idle", error: null, gmRaw: false, ...part });
const coverage = (servers: AccountCoverage[], part: Partial<Coverage> = {}): Coverage => ({ headers: 214_003, texts: 61_220, indexed: 214_003, servers, ...part });

afterEach(() => setLanguage("en"));

describe("what was searched", () => {
  const here = "214,003 headers and 61,220 texts searched on this computer";
  it.each([
    ["nothing but this computer", coverage([]), here],
    ["everything is here", coverage([server({ folders: 0 })]), here],
    ["not asked yet", coverage([server()]), `${here}; the servers were not asked about 40 folders`],
    ["one folder not asked", coverage([server({ folders: 1 })]), `${here}; the servers were not asked about 1 folder`],
    ["asking", coverage([server({ state: "asking", done: 12, waiting: 3 })]), `${here}; the server searched 12 of 40 folders; 3 more arriving`],
    ["two servers", coverage([server({ state: "done", done: 40 }), server({ account: 2, state: "asking", folders: 2, done: 1 })]), `${here}; the servers searched 41 of 42 folders`],
    ["the index is being built", coverage([], { indexed: 12_400 }), "12,400 of 214,003 headers and 61,220 texts searched on this computer so far"],
    ["a server that failed counts as asked", coverage([server({ state: "failed", done: 3 })]), `${here}; the server searched 3 of 40 folders`],
    ["no numbers", coverage([], { headers: null, texts: null, indexed: null }), "0 headers and 0 texts searched on this computer"],
  ])("is told: %s", (_, given, told) => {
    expect(sentence(given)).toBe(told);
    setLanguage("de", ["de-DE"]);
    expect(sentence(given)).toMatch(/^[\d.]+ .*auf diesem Computer/);
    expect(sentence(given)).not.toMatch(/covered|\{|\$/);
  });

  it("names those that could not answer", () => {
    const all = [server({ state: "offline" }), server({ account: 2, state: "failed", folders: 0 }), server({ account: 3, state: "done", done: 40 }), server({ account: 4, folders: 0 })];
    expect(serversOf(coverage(all)).failed.map(({ account }) => account)).toEqual([1, 2]);
  });

  it.each([
    [server({ folders: 0 }), "everything is on this computer"],
    [server(), "not asked about 40 folders"],
    [server({ state: "asking", done: 12, found: 4, waiting: 3 }), "searched 12 of 40 folders so far; 4 found there; 3 more arriving"],
    [server({ state: "done", done: 40, gmRaw: true }), "searched 40 of 40 folders; found by the server’s own rules"],
    [server({ state: "offline", folders: 0 }), "cannot be reached now; 0 of 0 folders searched"],
  ])("is told for one account", (one, told) => expect(lineOf(one)).toBe(told));
});
