/** What is asked while something is done to mail: where to, which labels, whether it is meant. And the ways that begin at a row. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Mock } from "../src/mock/backend";
import { acts } from "../src/state/acts.svelte";
import { drag } from "../src/state/drag.svelte";
import { noFilter, view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

async function begin(query = ""): Promise<Mock> {
  const mock = await open(query);
  acts.recent = [];
  await rows();
  return mock;
}
const acted = (mock: Mock) => mock.calls.filter(([name]) => name === "act").map(([, intent, target]) => ({ intent, target }));
const note = (text: string) => waitFor(() => within(screen.getByRole("status", { name: "Notes" })).getByText(text));
const shift = { shiftKey: true };
const field = (name: string) => screen.findByRole<HTMLInputElement>("combobox", { name });
function type(into: HTMLInputElement, text: string) {
  into.value = text;
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
const options = () => within(screen.getByRole("dialog")).getAllByRole("option").map(({ textContent }) => textContent.trim().replace(/\s+/g, " "));

describe("many messages", () => {
  it("are shown before anything is done to them, and taken back at once", async () => {
    const mock = await begin();
    press("a", document.body, { ctrlKey: true });
    await screen.findByRole("heading", { name: "4,000 messages selected" });
    press("e");
    const dialog = await screen.findByRole("dialog", { name: "Archive 4,000 messages?" });
    const [, target] = mock.calls.find(([name]) => name === "actPreview")!;
    expect(target).toEqual({ kind: "list", list: { key: { kind: "inboxes" }, filter: noFilter, order: { by: "date", ascending: false }, conversations: false }, spans: [], newest: 5_000_000 });
    expect(acted(mock)).toEqual([]);
    for (const part of ["You can undo it afterwards.", "of 4,000", "Marta Ribeiro", "and 6 more people", "alice@meadow.example", "a.moreau@atelier.example"]) expect(dialog.textContent).toContain(part);
    expect(dialog.textContent).toMatch(/Received\s*\w+ \d+, 20\d\d\s–\s\w+ \d+, 20\d\d/);
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Archive 4,000 messages" }));
    await accessible();
    within(dialog).getByRole("button", { name: "Archive 4,000 messages" }).click();
    await note("4,000 messages archived");
    expect(acted(mock)).toEqual([{ intent: { kind: "archive" }, target }]);
    expect(await screen.findByText("Nothing here")).toBeTruthy();
    expect([view.selected, view.message]).toEqual([0, null]);
    screen.getByRole("button", { name: "Undo" }).click();
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-setsize")).toBe("4000"));
  });

  it("are left alone when the person thinks better of it", async () => {
    const mock = await begin();
    press("a", document.body, { ctrlKey: true });
    press("#", document.body, shift);
    const dialog = await screen.findByRole("dialog", { name: "Delete 4,000 messages?" });
    within(dialog).getByRole("button", { name: "Cancel" }).click();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(acted(mock)).toEqual([]);
    expect(view.selected).toBe(4000);
    // The next thing is not held up by what was not done.
    press("Escape");
    press("j");
    press("e");
    await note("1 message archived");
  });

  it.each([[50, false], [51, true]])("%i are many: %s", async (count, asks) => {
    const mock = await begin(`rows=${count}`);
    press("a", document.body, { ctrlKey: true });
    press("I", document.body, shift);
    if (asks) (await screen.findByRole("button", { name: "Mark 51 messages as read" })).click();
    await waitFor(() => expect(acted(mock)).toHaveLength(1));
    expect(acted(mock)[0]!.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: Array.from({ length: count }, (_, at) => 1000 + at) });
    expect(mock.calls.filter(([name]) => name === "actPreview")).toHaveLength(asks ? 1 : 0);
  });

  it("leave with the cursor far away: what comes next is on screen", async () => {
    await begin("rows=400");
    press("j");
    press("j");
    await waitFor(() => expect(view.row).toBe(1001));
    press("End", document.body, shift);
    await screen.findByRole("heading", { name: "399 messages selected" });
    press("e");
    (await screen.findByRole("button", { name: "Archive 399 messages" })).click();
    await screen.findByRole("article", { name: /Glass order/ });
    expect(screen.getAllByRole("option").map(({ id }) => id)).toEqual(["row-1000"]);
    expect(screen.getByRole("option", { selected: true }).id).toBe("row-1000");
  });

  it("for ever are asked about, and the button that cancels has the focus", async () => {
    const mock = await begin();
    press("j");
    press("Delete", document.body, shift);
    const dialog = await screen.findByRole("dialog", { name: "Delete 1 message for ever?" });
    await waitFor(() => expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancel" })));
    expect(dialog.textContent).toContain("Inès Caron");
    dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(acted(mock)).toEqual([]);
  });
});

describe("moving", () => {
  it("goes where was typed, and remembers it", async () => {
    const mock = await begin();
    press("j");
    press("v");
    const first = await field("Move 1 message");
    await accessible();
    const list = screen.getByRole("listbox", { name: "Move 1 message" });
    expect([...list.querySelectorAll("[role=group]")].map((group) => group.getAttribute("aria-label"))).toEqual(["alice@meadow.example", "a.moreau@atelier.example"]);
    press("ArrowDown", first);
    await waitFor(() => expect(document.getElementById(first.getAttribute("aria-activedescendant")!)?.textContent.trim()).toBe("Archive"));
    type(first, "gree");
    await waitFor(() => expect(options()).toEqual(["Greenhouse Projects"]));
    press("Enter", first);
    await note("1 message moved to Greenhouse");
    expect(acted(mock)).toEqual([{ intent: { kind: "move", folder: 7 }, target: { kind: "rows", rows: [1000] } }]);
    expect(screen.queryByRole("dialog")).toBeNull();
    press("v");
    await field("Move 1 message");
    await waitFor(() => expect(screen.getByRole("group", { name: "Chosen last" })).toBeTruthy());
    expect(options()[0]).toBe("Greenhouse Projects · alice@meadow.example");
  });

  it("takes several, to another account", async () => {
    const mock = await begin();
    press("j");
    press("J", document.body, shift);
    (await screen.findByRole("button", { name: "Move" })).click();
    const where = await field("Move 2 messages");
    type(where, "clients");
    await waitFor(() => expect(options()[0]).toBe("Clients"));
    (await screen.findByRole("option", { name: "Clients" })).click();
    await note("2 messages moved to Clients");
    expect(acted(mock)[0]!.intent).toEqual({ kind: "move", folder: 11 });
  });

  it("copies within the account, and says why it cannot where there are two", async () => {
    const mock = await begin();
    (await row(/minutes of the meeting/)).click();
    await screen.findByRole("article");
    screen.getByRole("button", { name: "More" }).click();
    (await screen.findByRole("menuitem", { name: "Copy to a folder" })).click();
    const where = await field("Copy 1 message");
    expect(screen.queryByRole("group", { name: "alice@meadow.example" })).toBeNull();
    type(where, "clients");
    press("Enter", where);
    await note("1 message copied to Clients");
    expect(acted(mock)).toEqual([{ intent: { kind: "copy", folder: 11 }, target: { kind: "rows", rows: [1002] } }]);
    // A copy takes nothing away.
    expect(screen.getByRole("option", { selected: true }).id).toBe("row-1002");
    press("K", document.body, shift);
    void acts.pick("copy");
    await field("Copy 2 messages");
    expect(await screen.findByText(/A copy can only be made within one account/)).toBeTruthy();
  });

  it("is given up by Escape", async () => {
    const mock = await begin();
    press("j");
    press("v");
    await field("Move 1 message");
    screen.getByRole("dialog").dispatchEvent(new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(acted(mock)).toEqual([]);
  });
});

describe("labels", () => {
  const state = (name: RegExp) => screen.getByRole("option", { name }).getAttribute("aria-checked");

  it("are named at the very end of a row, and stand at the message", async () => {
    await begin();
    expect((await row(/Marta Ribeiro, Orchard survey/)).getAttribute("aria-label")).toMatch(/^Marta Ribeiro, Orchard survey: the first 40 trees, .+, 3 attachments, label Work$/);
    (await row(/Marta Ribeiro, Orchard survey/)).click();
    await screen.findByRole("article");
    expect(within(screen.getByRole("list", { name: "Labels" })).getByText("Work")).toBeTruthy();
    await accessible();
  });

  it("go on and off by their digits, at once", async () => {
    const mock = await begin();
    press("j");
    press("l");
    const which = await field("Label 1 message");
    await waitFor(() => expect(options()).toEqual(["Important 1", "Work 2", "Personal 3", "To do 4", "Later 5"]));
    press("2", which);
    await waitFor(() => expect(state(/^Work/)).toBe("true"));
    press("5", which);
    await waitFor(() => expect(acted(mock)).toHaveLength(2));
    press("2", which);
    await waitFor(() => expect(state(/^Work/)).toBe("false"));
    await waitFor(() => expect(acted(mock).map(({ intent }) => intent)).toEqual([
      { kind: "label", keyword: "$label2", on: true }, { kind: "label", keyword: "$label5", on: true }, { kind: "label", keyword: "$label2", on: false },
    ]));
    await accessible();
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-label")).toMatch(/, label Later$/));
    await note("Label “Work” taken off 1 message");
  });

  it("of several are on, off or mixed", async () => {
    const mock = await begin();
    (await row(/Council of Meadow/)).click();
    press("J", document.body, shift);
    await screen.findByRole("heading", { name: "2 messages selected" });
    screen.getByRole("button", { name: "Label" }).click();
    await field("Label 2 messages");
    await waitFor(() => expect([state(/^Work/), state(/^Later/)]).toEqual(["mixed", "false"]));
    screen.getByRole("option", { name: /^Work/ }).click();
    await waitFor(() => expect(state(/^Work/)).toBe("true"));
    await waitFor(() => expect(acted(mock)).toEqual([{ intent: { kind: "label", keyword: "$label2", on: true }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1007, 1008] } }]));
    screen.getByRole("option", { name: /^Work/ }).click();
    await waitFor(() => expect(state(/^Work/)).toBe("false"));
    await waitFor(() => expect(acted(mock).at(-1)!.intent).toEqual({ kind: "label", keyword: "$label2", on: false }));
  });

  it("that could not be put are off again", async () => {
    const mock = await begin();
    mock.act = () => Promise.reject({ code: "not-allowed", params: {}, detail: null, retry: false });
    press("j");
    press("l");
    const which = await field("Label 1 message");
    press("1", which);
    expect(await screen.findByText(/The server does not allow this here/)).toBeTruthy();
    await waitFor(() => expect(state(/^Important/)).toBe("false"));
  });

  it("are made of what was typed", async () => {
    const mock = await begin();
    press("j");
    press("l");
    const which = await field("Label 1 message");
    type(which, "Garden 2");
    await waitFor(() => expect(options()).toEqual(["New label “Garden 2”"]));
    // Within a name a digit is a digit.
    press("2", which);
    press("Enter", which);
    await note("1 message labelled “Garden 2”");
    expect(mock.calls).toContainEqual(["makeLabel", "Garden 2", expect.stringMatching(/^#[0-9a-f]{6}$/)]);
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-label")).toMatch(/, label Garden 2$/));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("on many are shown before", async () => {
    const mock = await begin();
    press("a", document.body, { ctrlKey: true });
    press("l");
    const which = await field("Label 4,000 messages");
    press("2", which);
    const dialog = await screen.findByRole("dialog", { name: "Label 4,000 messages “Work”?" });
    expect(screen.queryByRole("combobox", { name: "Label 4,000 messages" })).toBeNull();
    within(dialog).getByRole("button", { name: "Cancel" }).click();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(acted(mock)).toEqual([]);
  });
});

describe("from a row", () => {
  const point = (at: Element) => at.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse" }));

  it("there are buttons under the pointer, for that row alone", async () => {
    const mock = await begin();
    (await row(/Glass order/)).click();
    await screen.findByRole("article");
    point(await row(/minutes of the meeting/));
    const tools = await screen.findByRole("toolbar", { name: /^Tools for .* minutes of the meeting$/ });
    expect(within(tools).getAllByRole("button").map((one) => [one.getAttribute("aria-label"), one.title, one.tabIndex])).toEqual([
      ["Archive", "Archive (E)", -1], ["Delete", "Delete (#)", -1], ["Snooze", "Snooze (H)", -1], ["Flag", "Flag (S)", -1], ["Mark as unread", "Mark as unread (Shift U)", -1],
    ]);
    // A row is one thing to a screen reader: its buttons are not in it.
    expect((await row(/minutes of the meeting/)).contains(tools)).toBe(false);
    await accessible();
    within(tools).getByRole("button", { name: "Archive" }).click();
    await note("1 message archived");
    expect(acted(mock)).toEqual([{ intent: { kind: "archive" }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1002] } }]);
    await waitFor(() => expect(screen.queryByRole("option", { name: /minutes of the meeting/ })).toBeNull());
    expect(screen.getByRole("option", { selected: true }).id).toBe("row-1000");
    screen.getByRole("listbox", { name: "Messages" }).dispatchEvent(new Event("scroll"));
    await waitFor(() => expect(screen.queryByRole("toolbar", { name: /^Tools for/ })).toBeNull());
  });

  it("there is a menu: of the row, or of what is selected with it", async () => {
    const mock = await begin();
    press("j");
    press("J", document.body, shift);
    const menu = (at: Element) => at.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 300, clientY: 200 }));
    expect(menu(await row(/minutes of the meeting/))).toBe(false);
    await screen.findByRole("menu", { name: "What to do with it" });
    expect(screen.getAllByRole("menuitem").map(({ textContent }) => textContent.trim().replace(/\s+/g, " "))).toEqual([
      "Reply R", "Reply all A", "Forward F", "Archive E", "Delete #", "Junk !", "Move V", "Copy to a folder", "Label L", "Snooze H", "Flag S", "Mark as unread Shift U", "Mute conversation M",
      "Archive conversation", "Delete conversation", "Move conversation", "Mark conversation as read", "Delete for ever Shift Del",
    ]);
    await accessible();
    screen.getByRole("menuitem", { name: /^Flag/ }).click();
    await waitFor(() => expect(acted(mock).at(-1)!.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1002] }));
    expect(view.selected).toBe(2);
    menu(await row(/Harbour Rail/));
    (await screen.findByRole("menuitem", { name: /^Flag/ })).click();
    await waitFor(() => expect(acted(mock).at(-1)!.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1000, 1001] }));
  });

  it.each([["ContextMenu", {}], ["F10", shift]])("the menu comes by %s too, and Escape gives the keys back", async (key, held) => {
    const mock = await begin();
    press("j");
    press(key, document.body, held);
    const menu = await screen.findByRole("menu", { name: "What to do with it" });
    expect(document.activeElement?.textContent).toContain("Reply");
    press("Escape", document.activeElement!);
    await waitFor(() => expect(menu.isConnected).toBe(false));
    expect(document.activeElement).toBe(screen.getByRole("listbox", { name: "Messages" }));
    expect(acted(mock)).toEqual([]);
  });

  it("it is dragged onto a folder; with Ctrl it is copied", async () => {
    const mock = await begin();
    const drop = (name: string, kind: string, at: Element, held = {}) => {
      const event = Object.assign(new Event(kind, { bubbles: true, cancelable: true }), { dataTransfer: { setData: () => undefined, setDragImage: () => undefined, dropEffect: "", effectAllowed: "" }, ...held });
      at.dispatchEvent(event);
      return { taken: event.defaultPrevented, effect: event.dataTransfer.dropEffect, name };
    };
    const greenhouse = await screen.findByRole("treeitem", { name: "Greenhouse" });
    const clients = await screen.findByRole("treeitem", { name: "Clients" });
    const [inbox] = screen.getAllByRole("treeitem", { name: "Inbox" });
    press("j");
    press("J", document.body, shift);
    expect((await row(/Glass order/)).getAttribute("draggable")).toBe("true");
    drop("begin", "dragstart", await row(/Glass order/));
    expect(drag.on?.count).toBe(2);
    expect(document.querySelector(".drag-image")?.textContent).toBe("2 messages");
    expect(drop("here", "dragover", inbox!).taken).toBe(false);
    expect(drop("own", "dragover", greenhouse)).toMatchObject({ taken: true, effect: "move" });
    expect(greenhouse.dataset["drop"]).toBe("move");
    drop("away", "dragleave", greenhouse);
    expect(greenhouse.dataset["drop"]).toBeUndefined();
    expect(drop("other account", "dragover", clients, { ctrlKey: true }).taken).toBe(false);
    expect(drop("other account", "dragover", clients)).toMatchObject({ taken: true, effect: "move" });
    drop("away", "dragleave", clients);
    expect(drop("copy", "dragenter", greenhouse, { ctrlKey: true })).toMatchObject({ taken: true, effect: "copy" });
    drop("copy", "drop", greenhouse);
    await note("2 messages copied to Greenhouse");
    expect(acted(mock)).toEqual([{ intent: { kind: "copy", folder: 7 }, target: { kind: "rows", rows: [1000, 1001] } }]);
    drop("begin", "dragstart", await row(/minutes of the meeting/));
    expect(drag.on?.count).toBe(1);
    drop("end", "dragend", await row(/minutes of the meeting/));
    expect(drag.on).toBeNull();
    expect(drop("nothing", "dragover", greenhouse).taken).toBe(false);
  });
});

describe("the tools of the message", () => {
  it("have the names of the design, and their keys in their tooltips", async () => {
    await begin();
    press("j");
    await screen.findByRole("article");
    const bar = screen.getByRole("toolbar", { name: "Message tools" });
    expect(within(bar).getAllByRole("button").map((one) => [one.getAttribute("aria-label"), one.title])).toEqual([
      ["Archive", "Archive (E)"], ["Delete", "Delete (#)"], ["Junk", "Junk (!)"], ["Move", "Move (V)"], ["Label", "Label (L)"], ["Snooze", "Snooze (H)"], ["Flag", "Flag (S)"],
      ["Reply", "Reply (R)"], ["Reply all", "Reply all (A)"], ["Forward", "Forward (F)"], ["More", "More"],
    ]);
    await accessible();
  });

  it("do not offer what changes nothing", async () => {
    await begin();
    view.go({ kind: "folder", id: 3 });
    await waitFor(() => expect(document.getElementById("row-30001000")).toBeTruthy());
    press("j");
    await screen.findByRole("article");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Archive" }).disabled).toBe(true);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Delete" }).disabled).toBe(false);
  });

  it("are in the palette", async () => {
    const mock = await begin();
    press("j");
    press("k", document.body, { ctrlKey: true });
    const palette = await field("Search and commands");
    type(palette, "archive");
    const found = await screen.findByRole("option", { name: /^Archive E/ });
    found.click();
    await note("1 message archived");
    expect(acted(mock)[0]!.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1000] });
  });
});
