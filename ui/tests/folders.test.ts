/** Folders: what can be done with each, what is asked before, favourites and hidden ones. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FolderView, List } from "../src/backend";
import { idle, linesFor } from "../src/folders/menu";
import { favourites, outOfSight } from "../src/folders/tree";
import type { Mock } from "../src/mock/backend";
import { noFilter } from "../src/state/view.svelte";
import { accessible, fresh, open, press } from "./window";

fresh();

const whole: List = { key: { kind: "folder", id: 4 }, filter: noFilter, order: { by: "date", ascending: false }, conversations: false };
const folder = (part: Partial<FolderView> = {}): FolderView => ({
  id: 1, account: 1, parent: null, name: "Projects", role: "none", unread: 1, total: 4, here: 4, selectable: true, keepDays: null, depth: 0, hidden: false, favourite: null,
  waiting: false, labels: true, ...part,
});

describe("the menu of a folder", () => {
  const lines = (part: Partial<FolderView>, place: Parameters<typeof linesFor>[1] = null) => linesFor(folder(part), place).map((group) => group.join(" ")).join(" | ");

  it.each<[string, Partial<FolderView>, string]>([
    ["one of one's own", {}, "read favour | new rename move use keep hide | delete"],
    ["the inbox", { role: "inbox" }, "read favour | new keep"],
    ["the trash", { role: "trash" }, "read favour | new use keep hide | empty"],
    ["junk", { role: "junk", hidden: true }, "read favour | new use keep show | empty"],
    ["sent", { role: "sent" }, "read favour | new use keep hide"],
    ["all mail", { role: "all" }, "read favour | keep hide"],
    ["one that only holds others", { selectable: false }, "new rename move hide | delete"],
  ])("of %s", (_, part, wanted) => expect(lines(part)).toBe(wanted));

  it("has the order of favourites", () => {
    expect(lines({}, { at: 0, of: 2 })).toMatch(/^read unfavour up down \| /);
    expect((["up", "down"] as const).map((line) => idle(line, folder(), { at: 0, of: 2 }))).toEqual([true, false]);
    expect((["up", "down"] as const).map((line) => idle(line, folder(), { at: 1, of: 2 }))).toEqual([false, true]);
  });

  it("asks nothing of the server first", () => {
    const waiting = folder({ waiting: true, unread: 0, total: 0, role: "none" });
    const all = linesFor(waiting, null).flat();
    expect(all.filter((line) => idle(line, waiting, null))).toEqual(["read"]);
  });

  it("knows what is out of sight", () => {
    const all = [folder({ hidden: true, role: "inbox" }), folder({ id: 2, hidden: true }), folder({ id: 3, parent: 2 }), folder({ id: 4, hidden: true }), folder({ id: 5, parent: 4, hidden: true })];
    expect([...outOfSight(all)]).toEqual([4, 5]);
    expect(favourites([folder({ id: 2, favourite: 3 }), folder({ id: 3 }), folder({ id: 4, favourite: 0 })]).map(({ id }) => id)).toEqual([4, 2]);
  });
});

describe("in the sidebar", () => {
  const item = (name: string) => screen.findByRole("treeitem", { name });
  /** Opens the menu of a folder by the keyboard. */
  async function menuOf(name: string): Promise<HTMLElement> {
    const found = await item(name);
    found.focus();
    press("F10", found, { shiftKey: true });
    return screen.findByRole("menu");
  }
  const choose = async (name: string, line: string) => within(await menuOf(name)).getByRole("menuitem", { name: line }).click();
  function type(field: HTMLInputElement, text: string): void {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const submit = (dialog: HTMLElement, name: string) => within(dialog).getByRole("button", { name }).click();
  /** What has the keys, by its name. */
  const keysAreOn = (name: string) => waitFor(() => expect(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent.trim()).toBe(name));
  const called = (mock: Mock, name: string) => mock.calls.filter(([command]) => command === name).map(([, ...args]) => args);

  it("the menu opens by keys, is walked, leads further, and gives the keys back", async () => {
    const mock = await open();
    const menu = await menuOf("Orchard survey");
    const lines = within(menu).getAllByRole("menuitem");
    expect(lines.map((line) => line.textContent.trim())).toEqual([
      "Mark all as read", "Add to favourites", "New folder inside…", "Rename…", "Move under…", "Use as", "Keep here offline", "Hide from sidebar", "Delete…",
    ]);
    await accessible();
    press("u", menu);
    const use = within(menu).getByRole("menuitem", { name: "Use as" });
    await keysAreOn("Use as");
    press("ArrowRight", use);
    const further = await screen.findByRole("menu", { name: "Use as" });
    expect(within(further).getByRole("menuitemradio", { checked: true }).textContent).toContain("Nothing special");
    await accessible();
    press("ArrowLeft", further);
    await waitFor(() => expect(screen.queryByRole("menu", { name: "Use as" })).toBeNull());
    await keysAreOn("Use as");
    press("ArrowRight", use);
    within(await screen.findByRole("menu", { name: "Use as" })).getByRole("menuitemradio", { name: "Archive" }).click();
    await waitFor(() => expect(called(mock, "setFolderRole")).toEqual([[8, "archive"]]));
    expect(screen.queryByRole("menu")).toBeNull();
    await menuOf("Greenhouse");
    press("Escape", document.activeElement!);
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    await keysAreOn("Greenhouse");
  });

  it("the menu opens by the pointer, where the pointer is or at the button", async () => {
    await open();
    const greenhouse = await item("Greenhouse");
    greenhouse.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 90, clientY: 300 }));
    expect((await screen.findByRole("menu")).style.left).toBe("90px");
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    const button = within(greenhouse).getByRole("button", { name: "What can be done with Greenhouse" });
    button.click();
    await screen.findByRole("menu");
    expect(button.getAttribute("aria-expanded")).toBe("true");
    button.click();
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  });

  it("a new folder stands there at once, quietly until the server has it", async () => {
    const mock = await open();
    const projects = await item("Projects");
    press("ArrowLeft", projects);
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Greenhouse" })).toBeNull());
    await choose("Projects", "New folder inside…");
    const dialog = await screen.findByRole("dialog", { name: "New folder in Projects" });
    const field = within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Name of the folder" });
    await waitFor(() => expect(document.activeElement).toBe(field));
    await accessible();
    type(field, "  Winter ");
    submit(dialog, "Make folder");
    const winter = await item("Winter");
    expect(called(mock, "createFolder")).toEqual([[1, 6, "Winter"]]);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(projects.getAttribute("aria-expanded")).toBe("true");
    expect(winter.getAttribute("aria-level")).toBe("2");
  });

  it("what is still to be made says so", async () => {
    const mock = await open();
    const folders = mock.folders;
    mock.folders = async () => (await folders()).map((one) => (one.name === "Greenhouse" ? { ...one, waiting: true } : one));
    mock.announce("folders");
    await waitFor(async () => expect((await item("Greenhouse")).getAttribute("aria-description")).toBe("3 unread, not on the server yet"));
  });

  it("an account makes folders too", async () => {
    const mock = await open();
    await item("Clients");
    screen.getByRole("button", { name: "What can be done with a.moreau@atelier.example" }).click();
    within(await screen.findByRole("menu")).getByRole("menuitem", { name: "New folder…" }).click();
    const dialog = await screen.findByRole("dialog", { name: "New folder in a.moreau@atelier.example" });
    type(within(dialog).getByRole("textbox"), "Letters");
    submit(dialog, "Make folder");
    await item("Letters");
    expect(called(mock, "createFolder")).toEqual([[2, null, "Letters"]]);
  });

  it("what is wrong with a name stands under the field", async () => {
    const mock = await open();
    await choose("Greenhouse", "Rename…");
    const dialog = await screen.findByRole("dialog", { name: "Rename Greenhouse" });
    const field = within(dialog).getByRole<HTMLInputElement>("textbox");
    expect(field.value).toBe("Greenhouse");
    submit(dialog, "Rename");
    expect(called(mock, "renameFolder")).toEqual([]);
    type(field, "Orchard survey");
    submit(dialog, "Rename");
    const wrong = await within(dialog).findByText("There is a folder called “Orchard survey” here already. Choose another name.");
    expect([field.getAttribute("aria-invalid"), field.getAttribute("aria-describedby")]).toEqual(["true", wrong.id]);
    await accessible();
    type(field, "a/b");
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("false"));
    submit(dialog, "Rename");
    await within(dialog).findByText(/^A folder cannot be called that/);
    const rename = mock.renameFolder;
    mock.renameFolder = () => Promise.reject({ code: "offline", params: {}, detail: null, retry: true });
    type(field, "Glasshouse");
    submit(dialog, "Rename");
    expect((await within(dialog).findByRole("alert")).textContent).toContain("This computer has no network");
    expect(field.getAttribute("aria-invalid")).toBe("false");
    mock.renameFolder = rename;
    submit(dialog, "Rename");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("a folder is moved under another, never under itself", async () => {
    const mock = await open();
    await choose("Projects", "Move under…");
    const own = await screen.findByRole("dialog", { name: "Move Projects under" });
    expect(within(own).getAllByRole("radio").map((radio) => radio.closest("label")?.textContent.replace("now", "").trim())).toEqual(["At the top", "Inbox", "Sent", "Archive", "Junk", "Trash"]);
    submit(own, "Cancel");
    await choose("Greenhouse", "Move under…");
    const dialog = await screen.findByRole("dialog", { name: "Move Greenhouse under" });
    expect(within(dialog).getByRole("radio", { checked: true }).closest("label")?.textContent).toContain("Projects");
    await accessible();
    within(dialog).getByRole("radio", { name: /At the top/ }).click();
    await waitFor(() => expect(within(dialog).getByRole("button", { name: "Move" }).getAttribute("aria-disabled")).toBe("false"));
    submit(dialog, "Move");
    await waitFor(() => expect(called(mock, "moveFolder")).toEqual([[7, null]]));
    await waitFor(async () => expect((await item("Greenhouse")).getAttribute("aria-level")).toBe("1"));
  });

  it("deleting says what is lost, and asks", async () => {
    const mock = await open();
    await choose("Projects", "Delete…");
    const dialog = await screen.findByRole("dialog", { name: "Delete Projects?" });
    expect(dialog.textContent).toContain("The folder Projects and 1,200 messages are deleted for ever, here and on imap.meadow.example. They do not go to the trash.");
    expect(dialog.textContent).toContain("Inside it and deleted too: Greenhouse and Orchard survey.");
    await accessible();
    submit(dialog, "Cancel");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(called(mock, "deleteFolder")).toEqual([]);
    await choose("Greenhouse", "Delete…");
    submit(await screen.findByRole("dialog", { name: "Delete Greenhouse?" }), "Delete folder");
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Greenhouse" })).toBeNull());
    expect(called(mock, "deleteFolder")).toEqual([[7]]);
    await keysAreOn("Projects");
  });

  it("emptying counts, asks, and means only what was counted", async () => {
    const mock = await open();
    const junk = (await screen.findAllByRole("treeitem", { name: "Junk" }))[0]!;
    press("ContextMenu", junk);
    within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Empty Junk…" }).click();
    const dialog = await screen.findByRole("dialog", { name: "Empty Junk?" });
    expect(dialog.textContent).toContain("40 messages in Junk are deleted for ever, here and on imap.meadow.example.");
    const { newest } = await mock.listPage(whole, 0, 1);
    submit(dialog, "Delete 40 messages");
    await waitFor(() => expect(called(mock, "act")).toEqual([[{ kind: "delete" }, { kind: "list", list: whole, spans: [], newest }]]));
  });

  it("all of a folder is read at once, and the way back is shown", async () => {
    const mock = await open();
    await choose("Greenhouse", "Mark all as read");
    await waitFor(() => expect(called(mock, "act")).toEqual([[{ kind: "read", on: true }, expect.objectContaining({ kind: "list", list: { ...whole, key: { kind: "folder", id: 7 } }, spans: [] })]]));
  });

  it("hidden folders stay behind a line that tells their number", async () => {
    const mock = await open();
    await choose("Orchard survey", "Hide from sidebar");
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Orchard survey" })).toBeNull());
    expect(called(mock, "hideFolder")).toEqual([[8, true]]);
    await keysAreOn("Greenhouse");
    const veil = screen.getByRole("button", { name: "Show 1 hidden folder" });
    expect(veil.getAttribute("aria-expanded")).toBe("false");
    veil.click();
    expect((await item("Orchard survey")).getAttribute("aria-description")).toBe("hidden");
    await accessible();
    await choose("Orchard survey", "Show in sidebar");
    await waitFor(() => expect(screen.queryByRole("button", { name: /hidden folder/ })).toBeNull());
  });

  it("favourites stand at the top, in the person's order", async () => {
    const mock = await open();
    const order = () => within(screen.getByRole("tree", { name: "Favourites" })).getAllByRole("treeitem").map((one) => one.getAttribute("aria-label"));
    await choose("Greenhouse", "Add to favourites");
    await waitFor(() => expect(order()).toEqual(["Greenhouse"]));
    await choose("Clients", "Add to favourites");
    await waitFor(() => expect(order()).toEqual(["Greenhouse", "Clients"]));
    const favourite = within(screen.getByRole("tree", { name: "Favourites" })).getByRole("treeitem", { name: "Clients" });
    expect(favourite.getAttribute("aria-description")).toBe("a.moreau@atelier.example");
    await accessible();
    press("ContextMenu", favourite);
    within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Move up" }).click();
    await waitFor(() => expect(order()).toEqual(["Clients", "Greenhouse"]));
    expect(called(mock, "favouriteFolder")).toEqual([[7, 0], [expect.any(Number), 1], [expect.any(Number), 0]]);
    press("ContextMenu", within(screen.getByRole("tree", { name: "Favourites" })).getByRole("treeitem", { name: "Clients" }));
    within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Remove from favourites" }).click();
    await waitFor(() => expect(order()).toEqual(["Greenhouse"]));
  });
});
