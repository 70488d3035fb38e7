import { describe, expect, it } from "vitest";
import type { LabelView } from "../backend";
import { makeAccounts, makeFolders, type Scene } from "../mock/mail";
import type { About } from "../state/view.svelte";
import { digitOf, newName, spareColor, stateOf, wellKnown } from "./labels";
import { pathOf, placesFor } from "./places";

const scene: Scene = { state: "normal", rows: 10, theme: "light", density: "comfortable", language: "en", talks: 0 };
const accounts = makeAccounts(scene);
const folders = makeFolders(scene);
const about = (account: number, folder: number, labels: string[] = []): About => ({ account, folder, labels, unread: false, flagged: false, muted: false, due: null });
const idOf = (account: number, name: string) => folders.find((folder) => folder.account === account && folder.name === name)!.id;

const ask = (options: Partial<Parameters<typeof placesFor>[0]>) =>
  placesFor({ what: "move", messages: [about(2, idOf(2, "INBOX"))], accounts, folders, recent: [], typed: "", name: ({ name }) => name, ...options }).map(({ account, folders: some }) => [account?.id ?? "last", ...some.map(({ name }) => name)]);

describe("where messages can go", () => {
  it("begins with their own account, without where they are and what holds no mail", () => {
    expect(ask({})).toEqual([
      [2, "Sent", "Archive", "Junk", "Trash", "Clients", "Verrerie du Nord"],
      [1, "INBOX", "Sent", "Archive", "Junk", "Trash", "Greenhouse", "Orchard survey"],
    ]);
  });

  it("puts what was chosen last first, once", () => {
    const recent = [idOf(1, "Greenhouse"), idOf(2, "Clients"), 4711];
    expect(ask({ recent })).toEqual([["last", "Greenhouse", "Clients"], [2, "Sent", "Archive", "Junk", "Trash", "Verrerie du Nord"], [1, "INBOX", "Sent", "Archive", "Junk", "Trash", "Orchard survey"]]);
    expect(ask({ recent, typed: "gre" })).toEqual([["last", "Greenhouse"]]);
  });

  it("finds a folder by its own name and by that of the one it stands in", () => {
    expect(ask({ typed: "verr" })).toEqual([[2, "Verrerie du Nord"]]);
    expect(ask({ typed: "proj" })).toEqual([[1, "Greenhouse", "Orchard survey"]]);
    expect(ask({ typed: "nowhere" })).toEqual([]);
  });

  it("is one account for a copy, and nowhere for messages of two", () => {
    expect(ask({ what: "copy" }).map(([account]) => account)).toEqual([2]);
    expect(ask({ what: "copy", messages: [about(1, 1), about(2, 9)] })).toEqual([]);
  });

  it("may be a folder that holds only some of them", () => {
    expect(ask({ messages: [about(2, idOf(2, "INBOX")), about(2, idOf(2, "Clients"))] })[0]).toContain("INBOX");
  });

  it("tells the way to a folder", () => {
    const green = folders.find(({ name }) => name === "Greenhouse")!;
    expect(pathOf(green, folders, ({ name }) => name)).toEqual(["Projects"]);
    expect(pathOf({ ...green, id: 1, parent: 2 }, [{ ...green, id: 1, parent: 2 }, { ...green, id: 2, parent: 1, name: "Round" }], ({ name }) => name)).toEqual(["Round"]);
  });
});

describe("labels", () => {
  const label = (keyword: string, color = "#111111"): LabelView => ({ keyword, name: "", color });

  it.each([
    [[["a"], ["a", "b"]], 2, "a", "true"],
    [[["a"], ["b"]], 2, "a", "mixed"],
    [[["a"], ["b"]], 2, "c", "false"],
    [[["a"], ["a"]], 400, "a", "mixed"],
    [[], 400, "a", "false"],
  ])("of %j, %i in all: %s is %s", (messages, count, keyword, has) => {
    expect(stateOf(keyword, messages.map((labels) => about(1, 1, labels)), count)).toBe(has);
  });

  it("that every program knows have digits", () => {
    const labels = [label("garden"), label("$Label2")];
    expect(wellKnown("2", labels)?.keyword).toBe("$Label2");
    expect([wellKnown("1", labels), wellKnown("6", labels), wellKnown("g", labels)]).toEqual([undefined, undefined, undefined]);
    expect([digitOf(label("$label5")), digitOf(label("$label6")), digitOf(label("garden"))]).toEqual(["5", undefined, undefined]);
  });

  it.each([
    ["  Garden ", ["Work"], "Garden"],
    ["work", ["Work"], null],
    ["wo", ["Work"], "wo"],
    ["   ", [], null],
  ])("made of %j beside %j: %j", (typed, names, name) => {
    expect(newName(typed, names)).toBe(name);
  });

  it("get the colour that the fewest have", () => {
    expect(spareColor(["#aaaaaa", "#bbbbbb", "#cccccc"], [label("a", "#AAAAAA"), label("b", "#bbbbbb"), label("c", "#cccccc"), label("d", "#bbbbbb"), label("e", "#cccccc")])).toBe("#aaaaaa");
    expect(spareColor(["#aaaaaa", "#bbbbbb"], [label("a", "#aaaaaa")])).toBe("#bbbbbb");
  });
});
