/** What is done to mail: which messages a key means, the note with Undo, and what is shown after rows have left. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Settings } from "../src/backend";
import type { Mock } from "../src/mock/backend";
import { known } from "../src/state/known.svelte";
import { layout } from "../src/state/layout.svelte";
import { toasts } from "../src/state/toasts.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

/** Opens the window with these choices of the person. */
async function choose(settings: Partial<Settings>, query = ""): Promise<Mock> {
  const mock = await open(query);
  await mock.setSettings({ ...known.settings, ...settings });
  await waitFor(() => expect(known.settings).toMatchObject(settings));
  await rows();
  return mock;
}
const acted = (mock: Mock) => mock.calls.filter(([name]) => name === "act").map(([, intent, target]) => ({ intent, target }));
const did = async (mock: Mock) => {
  await waitFor(() => expect(acted(mock).length).toBeGreaterThan(0));
  return acted(mock).at(-1)!;
};
const opened = (mock: Mock) => mock.calls.filter(([name]) => name === "openMessage").map(([, id]) => id);
const note = (text: string) => waitFor(() => within(screen.getByRole("status", { name: "Notes" })).getByText(text));
const selected = () => screen.getAllByRole("option", { selected: true }).map(({ id }) => id), shift = { shiftKey: true };

describe("a key acts on", () => {
  it.each<[string, KeyboardEventInit, unknown]>([
    ["e", {}, { kind: "archive" }],
    ["#", shift, { kind: "trash" }],
    ["Delete", {}, { kind: "trash" }],
    ["!", shift, { kind: "junk" }],
    ["s", {}, { kind: "flag", on: true }],
    ["I", shift, { kind: "read", on: true }],
    ["m", {}, { kind: "mute", on: true }],
  ])("the row under the cursor: %s", async (key, held, intent) => {
    const mock = await choose({ readOnOpen: false });
    press("j");
    press("j");
    press(key, document.body, held);
    expect(await did(mock)).toEqual({ intent, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1001] } });
    expect(acted(mock)).toHaveLength(1);
  });

  it("a row as it is: unread where it is read, without a flag where it has one", async () => {
    const mock = await choose({});
    (await row(/The Seed Library/)).click();
    await screen.findByRole("article", { name: /What to sow/ });
    press("U", document.body, shift);
    expect(await did(mock)).toEqual({ intent: { kind: "read", on: false }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1005] } });
    (await row(/Keys/)).click();
    await screen.findByRole("article", { name: /Keys/ });
    const flag = screen.getByRole("button", { name: "Flag" });
    expect(flag.getAttribute("aria-pressed")).toBe("true");
    press("s");
    await waitFor(() => expect(acted(mock).at(-1)).toEqual({ intent: { kind: "flag", on: false }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1006] } }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Flag" }).getAttribute("aria-pressed")).toBe("false"));
  });

  it("a conversation that is muted, to end that; its row says so until then", async () => {
    const mock = await choose({});
    press("j");
    press("m");
    await note("Muted: 1 message");
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-description")).toBe("Muted"));
    press("m");
    await waitFor(() => expect(acted(mock).at(-1)).toEqual({ intent: { kind: "mute", on: false }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1000] } }));
    await waitFor(async () => expect((await row(/Glass order/)).hasAttribute("aria-description")).toBe(false));
  });

  it("says where a mark is kept on this computer alone", async () => {
    const mock = await choose({});
    const act = mock.act.bind(mock);
    mock.act = async (...args) => ({ ...(await act(...args)), onlyHere: true });
    press("j");
    press("m");
    expect(await screen.findByText(/^This folder takes no new keywords/)).toBeTruthy();
  });

  it("whole conversations, from the menu of a row", async () => {
    const mock = await choose({});
    press("j");
    press("j");
    press("ContextMenu");
    (await screen.findByRole("menuitem", { name: "Archive conversation" })).click();
    expect(await did(mock)).toEqual({ intent: { kind: "archive" }, target: { kind: "conversations", rows: [1001], key: null } });
  });

  it("all that are selected, in the order of the list", async () => {
    const mock = await choose({});
    press("j");
    press("j");
    press("J", document.body, shift);
    press("K", document.body, shift);
    press("K", document.body, shift);
    press("e");
    expect(await did(mock)).toEqual({ intent: { kind: "archive" }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1000, 1001] } });
    await note("2 messages archived");
  });

  it("the one that is selected, though the cursor has wandered off", async () => {
    const mock = await choose({});
    press("j");
    press("ArrowDown", document.body, { ctrlKey: true });
    press("ArrowDown", document.body, { ctrlKey: true });
    press("e");
    expect((await did(mock)).target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1000] });
    // The cursor has its own row and stays with it.
    await waitFor(() => expect(screen.getByRole("listbox", { name: "Messages" }).getAttribute("aria-activedescendant")).toBe("row-1002"));
  });

  it("a message that is read and has no row here", async () => {
    const mock = await choose({});
    press("j");
    await screen.findByRole("article", { name: /Glass order/ });
    view.show(1005);
    await screen.findByRole("article", { name: /What to sow/ });
    press("e");
    expect(await did(mock)).toEqual({ intent: { kind: "archive" }, target: { kind: "message", message: 1005 } });
    await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
    expect(selected()).toEqual(["row-1000"]);
  });

  it("what the cursor has come to, not what is still shown for a moment", async () => {
    const mock = await choose({});
    press("j");
    await screen.findByRole("article", { name: /Glass order/ });
    press("j");
    press("e");
    expect((await did(mock)).target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1001] });
  });

  it("two messages, when it is pressed twice", async () => {
    const mock = await choose({});
    press("j");
    press("e");
    press("e");
    await waitFor(() => expect(acted(mock).map(({ target }) => target)).toEqual([{ kind: "mails", key: { kind: "inboxes" }, rows: [1000] }, { kind: "mails", key: { kind: "inboxes" }, rows: [1001] }]));
    await waitFor(() => expect(selected()).toEqual(["row-1002"]));
  });

  it("one message alone, however long it is held down", async () => {
    const mock = await choose({});
    press("j");
    press("e");
    for (let at = 0; at < 5; at++) press("e", document.body, { repeat: true });
    await note("1 message archived");
    await waitFor(() => expect(selected()).toEqual(["row-1001"]));
    expect(acted(mock)).toHaveLength(1);
  });

  it("nothing, where nothing is chosen", async () => {
    const mock = await choose({});
    for (const key of ["e", "#", "s", "v", "l", "!"]) press(key);
    await Promise.resolve();
    expect(acted(mock)).toEqual([]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("junk: out of it; trash: for ever, after a question", async () => {
    const mock = await choose({});
    view.go({ kind: "folder", id: 4 });
    await screen.findByRole("heading", { name: "Junk", level: 1 });
    await waitFor(() => expect(document.getElementById("row-40001000")).toBeTruthy());
    press("j");
    await screen.findByRole("article");
    expect(screen.getByRole("button", { name: "Not junk" })).toBeTruthy();
    press("!", document.body, shift);
    expect((await did(mock)).intent).toEqual({ kind: "notJunk" });
    view.go({ kind: "folder", id: 5 });
    await screen.findByRole("heading", { name: "Trash", level: 1 });
    await waitFor(() => expect(document.getElementById("row-50001000")).toBeTruthy());
    press("j");
    await screen.findByRole("article");
    press("#", document.body, shift);
    const dialog = await screen.findByRole("dialog", { name: "Delete 1 message for ever?" });
    expect(dialog.textContent).toContain("This cannot be undone.");
    expect(acted(mock)).toHaveLength(1);
    within(dialog).getByRole("button", { name: "Delete 1 message for ever" }).click();
    await waitFor(() => expect(acted(mock).at(-1)?.intent).toEqual({ kind: "delete" }));
    await note("1 message deleted for ever");
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });
});

describe("the note", () => {
  it("says what was done, and takes it back", async () => {
    const mock = await choose({});
    press("j");
    press("e");
    await note("1 message archived");
    await waitFor(() => expect(screen.queryByRole("option", { name: /Glass order/ })).toBeNull());
    await accessible();
    screen.getByRole("button", { name: "Undo" }).click();
    await note("Undone");
    expect(mock.calls).toContainEqual(["undo", 1]);
    expect((await row(/Glass order/)).getAttribute("aria-posinset")).toBe("1");
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
    // The keys have not been lost with the button.
    expect(document.activeElement).toBe(screen.getByRole("listbox", { name: "Messages" }));
  });

  it("is one: the next takes its place", async () => {
    await choose({});
    press("j");
    press("e");
    await note("1 message archived");
    press("!", document.body, shift);
    await note("1 message marked as junk");
    expect(screen.queryByText("1 message archived")).toBeNull();
  });

  it.each([["z", {}], ["z", { ctrlKey: true }]])("is not needed: %s %j takes back a flag that made none", async (key, held) => {
    const mock = await choose({});
    press("j");
    press("s");
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-description")).toBe("Flagged"));
    expect(toasts.all).toEqual([]);
    press(key, document.body, held);
    await note("Undone");
    expect(mock.calls).toContainEqual(["undo", null]);
    await waitFor(async () => expect((await row(/Glass order/)).hasAttribute("aria-description")).toBe(false));
  });

  it("says when there is nothing to take back", async () => {
    await choose({});
    press("z");
    await note("There is nothing to undo");
  });

  it("says what a server cannot do", async () => {
    const mock = await choose({});
    const act = mock.act.bind(mock);
    mock.act = async (...args) => ({ ...(await act(...args)), onlyMarked: true });
    press("j");
    press("Delete", document.body, shift);
    (await screen.findByRole("button", { name: "Delete 1 message for ever" })).click();
    await note("1 message deleted for ever");
    expect(await screen.findByText(/^This server can only mark messages as deleted/)).toBeTruthy();
  });

  it("says what failed; the row is where it was, and the next thing works", async () => {
    const mock = await choose({});
    const act = mock.act.bind(mock);
    mock.act = () => Promise.reject({ code: "quota", params: {}, detail: "NO [OVERQUOTA] Quota exceeded", retry: false });
    press("j");
    press("e");
    expect(await screen.findByText(/The mailbox is full\. The messages are where they were\./)).toBeTruthy();
    expect(selected()).toEqual(["row-1000"]);
    mock.act = act;
    press("e");
    await note("1 message archived");
  });

  it("names a folder that an account lacks", async () => {
    const mock = await choose({});
    mock.act = () => Promise.reject({ code: "no-folder", params: { role: "archive" }, detail: null, retry: false });
    press("j");
    press("e");
    expect(await screen.findByText(/This account has no folder for Archive, so nothing was moved\./)).toBeTruthy();
  });
});

describe("after rows have left", () => {
  it.each([
    ["next", 1003, /Build status/],
    ["previous", 1001, /Harbour Rail/],
  ] as const)("the %s is opened", async (afterAct, id, name) => {
    const mock = await choose({ afterAct });
    (await row(/minutes of the meeting/)).click();
    await waitFor(() => expect(opened(mock)).toEqual([1002]));
    press("e");
    await waitFor(() => expect(opened(mock)).toEqual([1002, id]));
    expect((await row(name)).getAttribute("aria-selected")).toBe("true");
    expect(selected()).toHaveLength(1);
  });

  it("or none, and the keys are in the list", async () => {
    const mock = await choose({ afterAct: "list" });
    (await row(/minutes of the meeting/)).click();
    await screen.findByRole("article");
    screen.getByRole("button", { name: "Archive" }).focus();
    press("e");
    expect(await screen.findByText("No message selected")).toBeTruthy();
    expect(selected()).toEqual(["row-1003"]);
    expect(document.activeElement).toBe(screen.getByRole("listbox", { name: "Messages" }));
    press("e");
    await waitFor(() => expect(acted(mock).at(-1)?.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1003] }));
    expect(opened(mock)).toEqual([1002]);
  });

  it("the one before, where it was the last; and none, where it was the only one", async () => {
    const mock = await choose({}, "rows=2");
    press("End");
    await screen.findByRole("article", { name: /Your ticket/ });
    press("e");
    await screen.findByRole("article", { name: /Glass order/ });
    press("e");
    expect(await screen.findByText("Nothing here")).toBeTruthy();
    expect(screen.queryByRole("article")).toBeNull();
    expect(acted(mock)).toHaveLength(2);
  });

  it("several: nothing stays selected but the one below", async () => {
    await choose({});
    press("j");
    press("J", document.body, shift);
    press("J", document.body, shift);
    press("e");
    await screen.findByRole("article", { name: /main is green again/ });
    expect(selected()).toEqual(["row-1003"]);
    expect((await row(/main is green again/)).getAttribute("aria-posinset")).toBe("1");
  });

  it("a whole list, however long: none of its rows is looked for", async () => {
    const mock = await choose({});
    const total = Number((await rows())[0]!.getAttribute("aria-setsize"));
    press("a", document.body, { ctrlKey: true });
    mock.calls.length = 0;
    press("e");
    const dialog = await screen.findByRole("dialog");
    within(dialog).getByRole("button", { name: /^Archive / }).click();
    await waitFor(() => expect(screen.queryAllByRole("option")).toHaveLength(0));
    expect(total).toBeGreaterThan(1000);
    expect(mock.calls.filter(([name]) => name === "listIndex").length).toBeLessThan(5);
  });

  it("the cursor is at the neighbour in the step in which they go", async () => {
    await choose({ afterAct: "next" });
    (await row(/minutes of the meeting/)).click();
    await screen.findByRole("article");
    const seen: (string | undefined)[] = [];
    const observer = new MutationObserver(() => {
      const there = document.getElementById("row-1002") !== null;
      seen.push(`${there ? "there" : "gone"}: ${selected().join()}`);
    });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true });
    press("e");
    await waitFor(() => expect(seen).toContain("gone: row-1003"));
    observer.disconnect();
    expect([...new Set(seen)]).toEqual(["there: row-1002", "gone: row-1003"]);
  });

  it("that were not the open one, nothing moves", async () => {
    const mock = await choose({});
    (await row(/minutes of the meeting/)).click();
    await screen.findByRole("article");
    await mock.act({ kind: "archive" }, { kind: "rows", rows: [1000] });
    await waitFor(async () => expect((await row(/minutes of the meeting/)).getAttribute("aria-posinset")).toBe("2"));
    expect(selected()).toEqual(["row-1002"]);
    expect(opened(mock)).toEqual([1002]);
  });

  it("that were taken away by another program: what is read stays, nothing else is chosen, and the keys go on from there", async () => {
    const mock = await choose({});
    (await row(/minutes of the meeting/)).click();
    await screen.findByRole("article");
    await mock.act({ kind: "archive" }, { kind: "rows", rows: [1002] });
    await waitFor(() => expect(screen.queryByRole("option", { name: /minutes of the meeting/ })).toBeNull());
    expect(screen.getByRole("article", { name: /minutes of the meeting/ })).toBeTruthy();
    expect(screen.queryAllByRole("option", { selected: true })).toEqual([]);
    press("j");
    await waitFor(() => expect(selected()).toEqual(["row-1003"]));
  });

  it("a flag moves nothing", async () => {
    const mock = await choose({});
    (await row(/Harbour Rail/)).click();
    await screen.findByRole("article");
    press("s");
    await waitFor(async () => expect((await row(/Harbour Rail/)).getAttribute("aria-description")).toBe("Flagged"));
    expect(selected()).toEqual(["row-1001"]);
    expect(opened(mock)).toEqual([1001]);
  });

  it("in a single pane: the next is read, or the list keeps the front", async () => {
    const mock = await choose({ afterAct: "next" });
    layout.panes = 1;
    press("j");
    press("e");
    await waitFor(() => expect(selected()).toEqual(["row-1001"]));
    expect([layout.front, opened(mock)]).toEqual(["list", []]);
    press("J", document.body, shift);
    // Where the list stands alone it has the tools itself.
    await waitFor(() => within(screen.getAllByRole("toolbar", { name: "Message tools" })[0]!).getByRole("button", { name: "Archive" }));
    press("Escape");
    press("k");
    press("Enter");
    await waitFor(() => expect(opened(mock)).toEqual([1001]));
    press("e");
    await waitFor(() => expect(opened(mock)).toEqual([1001, 1002]));
    expect(layout.front).toBe("message");
    layout.panes = 3;
  });
});

describe("what is opened", () => {
  it("becomes read once it is seen, once", async () => {
    const mock = await choose({});
    (await row(/Glass order/)).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["markOpened", 1000]));
    expect(await screen.findByRole("option", { name: /^Inès Caron, Glass order/ })).toBeTruthy();
    press("U", document.body, shift);
    expect(await screen.findByRole("option", { name: /^Unread, Inès Caron, Glass order/ })).toBeTruthy();
    mock.announce("message:1000");
    await waitFor(() => expect(mock.calls.filter(([name]) => name === "message").length).toBeGreaterThan(1));
    expect(mock.calls.filter(([name]) => name === "markOpened")).toHaveLength(1);
  });

  it("stays unread while its text is not here, or where the person wants it so", async () => {
    const mock = await choose({});
    await mock.act({ kind: "read", on: false }, { kind: "rows", rows: [1003] });
    (await row(/main is green/)).click();
    expect(await screen.findByText("This message is not on this computer")).toBeTruthy();
    await mock.setSettings({ ...known.settings, readOnOpen: false });
    await waitFor(() => expect(known.settings.readOnOpen).toBe(false));
    (await row(/Your ticket/)).click();
    await screen.findByRole("article", { name: /Your ticket/ });
    expect(mock.calls.filter(([name]) => name === "markOpened")).toEqual([]);
  });

  it("keeps its place among the unread: the next unread one comes next", async () => {
    const mock = await choose({});
    screen.getByRole("button", { name: "Unread" }).click();
    await waitFor(() => expect(screen.queryByRole("option", { name: /Build status/ })).toBeNull());
    await rows();
    press("j");
    await screen.findByRole("article", { name: /Glass order/ });
    await waitFor(() => expect(screen.queryByRole("option", { name: /Glass order/ })).toBeNull());
    press("j");
    await screen.findByRole("article", { name: /Your ticket/ });
    // What is read has left the list by itself; it is still what the keys mean.
    await waitFor(() => expect(screen.queryByRole("option", { name: /Your ticket/ })).toBeNull());
    press("e");
    expect((await did(mock)).target).toEqual({ kind: "message", message: 1001 });
    await screen.findByRole("article", { name: /lighting plan/ });
  });
});
