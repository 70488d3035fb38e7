/** Searching over the stand-in host: the field, the list, what is told, saved searches, the cabinet, the palette. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { searching } from "../src/state/searching.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();
beforeEach(() => {
  searching.leave();
  view.cabinet = false;
});

const field = () => screen.findByRole<HTMLInputElement>("combobox", { name: "Search mail" });
function type(into: HTMLInputElement, text: string) {
  into.value = text;
  into.setSelectionRange(text.length, text.length);
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
/** Goes to the field by its key, and types. */
async function search(text: string): Promise<HTMLInputElement> {
  await rows();
  press("/");
  const input = await field();
  expect(document.activeElement).toBe(input);
  type(input, text);
  return input;
}
const about = () => screen.findByRole("region", { name: "About this search" });
/** Waits for the rows of the search; until then those of the list before are on screen. */
async function results() {
  await screen.findByRole("heading", { name: "Search results", level: 1 });
  await screen.findByText(/^\d+ found$/);
}

describe("a search", () => {
  it("shows what is found, marks it, and says what was searched", async () => {
    await open("servers=none");
    await search("glass");
    await results();
    const first = await row(/Glass order/);
    expect([...first.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Glass"]);
    // The name that is heard is the same as ever.
    expect(first.getAttribute("aria-label")).toMatch(/^Unread, Inès Caron, Glass order for the north bay/);
    expect((await about()).textContent).toMatch(/[\d,]+ headers and [\d,]+ texts searched on this computer(?!; the server)/);
    await accessible();
  });

  it("keeps the rows on screen until those of the next letter are here", async () => {
    const mock = await open("servers=none");
    const input = await search("glass");
    await results();
    await row(/Glass order/);
    let answer: () => void = () => undefined;
    const slow = new Promise<void>((done) => (answer = done));
    const { listPage } = mock;
    mock.listPage = async (...args) => {
      await slow;
      return listPage(...args);
    };
    type(input, "ticket");
    await waitFor(() => expect(mock.calls).toContainEqual(["beginSearch", "ticket"]));
    await waitFor(() => expect(searching.found?.query).toBe("ticket"));
    expect(screen.getAllByRole("option", { name: /Glass order/ }).length).toBeGreaterThan(0);
    answer();
    await row(/Your ticket/);
    await waitFor(() => expect(screen.queryByRole("option", { name: /Glass order/ })).toBeNull());
  });

  it("goes back by Escape to the list, the row and the message where one was", async () => {
    const mock = await open("servers=none");
    (await row(/Your ticket/)).click();
    await screen.findByRole("article", { name: /Your ticket/ });
    const input = await search("glass");
    await results();
    press("Enter", input);
    await screen.findByRole("article", { name: /Glass order/ });
    press("Escape");
    await screen.findByRole("heading", { name: "All inboxes", level: 1 });
    expect((await row(/Your ticket/)).getAttribute("aria-selected")).toBe("true");
    await screen.findByRole("article", { name: /Your ticket/ });
    expect((await field()).value).toBe("");
    await waitFor(() => expect(mock.calls.some(([name]) => name === "endSearch")).toBe(true));
  });

  it("says at its place what is wrong, and searches the rest", async () => {
    await open("servers=none");
    const input = await search("glass before:tomorrowish");
    await waitFor(() => expect(input.getAttribute("aria-invalid")).toBe("true"));
    expect(document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent).toContain("“before:tomorrowish” is no date");
    expect(document.querySelector(".wrong[class*=svelte]")?.textContent).toBe("before:tomorrowish");
    await row(/Glass order/);
  });

  it("completes operators and their values by the keys", async () => {
    await open("servers=none");
    const input = await search("fr");
    await screen.findByRole("option", { name: /^from:/ });
    expect(input.getAttribute("aria-expanded")).toBe("true");
    press("ArrowDown", input);
    await tick();
    press("Enter", input);
    await waitFor(() => expect(input.value).toBe("from:"));
    type(input, "from:in");
    const person = await screen.findByRole("option", { name: "ines@verrerie.example" });
    await accessible();
    press("ArrowDown", input);
    await tick();
    expect(input.getAttribute("aria-activedescendant")).toBe(person.id);
    press("Tab", input);
    await waitFor(() => expect(input.value).toBe("from:ines@verrerie.example "));
  });

  it("goes on to the servers after a while, and tells what each has done", async () => {
    const mock = await open("servers=fail");
    await search("glass");
    await results();
    const before = searching.found?.total ?? 0;
    await waitFor(() => expect(mock.calls.some(([name]) => name === "searchOnServers")).toBe(true), { timeout: 10_000 });
    await waitFor(async () => expect((await about()).textContent).toMatch(/the servers searched \d+ of 80 folders/));
    await waitFor(() => expect(searching.found?.coverage.servers.map(({ state }) => state)).toEqual(["done", "failed"]), { timeout: 10_000 });
    expect(searching.found?.total).toBeGreaterThan(before);
    expect((await about()).textContent).toContain("a.moreau@atelier.example: imap.atelier.example");
    (await screen.findByRole("button", { name: "What was searched" })).click();
    await waitFor(async () => expect((await about()).textContent).toContain("A7 NO [LIMIT] Too many searches"));
    await accessible();
  });

  it("without result says what was searched and what can be done", async () => {
    await open("servers=nothing");
    view.go({ kind: "folder", id: 7 });
    await search("glass-that-nobody-has");
    await results();
    (await screen.findByRole("button", { name: "In Greenhouse" })).click();
    await waitFor(() => expect(searching.found?.query).toBe('glass-that-nobody-has in:"Greenhouse" account:"alice@meadow.example"'));
    await screen.findByRole("heading", { name: /^Nothing found/ });
    const ways = await screen.findAllByRole("button", { name: "Everywhere" });
    ways[ways.length - 1]?.click();
    await waitFor(() => expect(searching.found?.query).toBe("glass-that-nobody-has"));
    await accessible();
  });
});

describe("saved searches", () => {
  it("are saved, opened, renamed, put in order and removed", async () => {
    const mock = await open("servers=none");
    await search("ticket");
    await results();
    (await screen.findByRole("button", { name: "Save search" })).click();
    const dialog = await screen.findByRole("dialog", { name: "Save search" });
    type(within(dialog).getByRole("textbox", { name: "Name" }), "Journeys");
    await tick();
    within(dialog).getByRole("button", { name: "Save" }).click();
    const item = await screen.findByRole("treeitem", { name: "Journeys" });
    expect(mock.calls).toContainEqual(["saveSearch", "Journeys", "ticket"]);
    await screen.findByRole("heading", { name: "Journeys", level: 1 });
    expect(item.getAttribute("aria-selected")).toBe("true");
    await accessible();

    view.go({ kind: "inboxes" });
    await screen.findByRole("heading", { name: "All inboxes", level: 1 });
    (await screen.findByRole("treeitem", { name: "Glass" })).click();
    await row(/Glass order/);
    expect((await field()).value).toBe("glass");

    press("F10", await screen.findByRole("treeitem", { name: "Journeys" }), { shiftKey: true });
    (await screen.findByRole("menuitem", { name: "Move up" })).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["orderSearches", [1, 3, 2]]));
    press("Delete", await screen.findByRole("treeitem", { name: "Journeys" }));
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Journeys" })).toBeNull());
    (await screen.findByRole("button", { name: "Undo" })).click();
    await screen.findByRole("treeitem", { name: "Journeys" });
  });
});

describe("the cabinet", () => {
  it("names every file without fetching one, and fetches what is asked for", async () => {
    const mock = await open();
    await rows();
    press("g");
    press("p");
    const cabinet = await screen.findByRole("region", { name: "Files" });
    const list = await within(cabinet).findByRole("list", { name: "Files" });
    await within(list).findAllByRole("button", { name: "Open quotes.pdf" });
    await accessible();
    expect(mock.calls.filter(([name]) => /Attachment|openMessage/.test(name))).toEqual([]);
    within(cabinet).getByRole("button", { name: "Pictures" }).click();
    await waitFor(() => expect(within(list).queryByRole("button", { name: "Open quotes.pdf" })).toBeNull());
    const [save] = await within(list).findAllByRole("button", { name: "Save north-bay.jpg" });
    save!.click();
    await waitFor(() => expect(mock.calls.filter(([name]) => name === "saveAttachment")).toHaveLength(1));
    const [mail] = within(list).getAllByRole("button", { name: "Go to the message of north-bay.jpg" });
    mail!.click();
    await screen.findByRole("article");
    expect(screen.queryByRole("region", { name: "Files" })).toBeNull();
  });

  it("asks before it opens what can run, and leaves by Escape", async () => {
    const mock = await open();
    await rows();
    (await screen.findByRole("treeitem", { name: "Files" })).click();
    const text = await screen.findByRole<HTMLInputElement>("textbox", { name: "Name, subject or person" });
    type(text, "setup");
    const cabinet = screen.getByRole("region", { name: "Files" });
    await waitFor(() => expect(within(cabinet).queryByRole("button", { name: "Open quotes.pdf" })).toBeNull());
    const [file] = await within(cabinet).findAllByRole("button", { name: "Open setup.exe" });
    file!.click();
    const dialog = await screen.findByRole("dialog", { name: "This file can run" });
    within(dialog).getByRole("button", { name: "Cancel" }).click();
    expect(mock.calls.some(([name]) => name === "openAttachment")).toBe(false);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    press("Escape");
    await waitFor(() => expect(screen.queryByRole("region", { name: "Files" })).toBeNull());
  });
});

describe("the palette", () => {
  async function palette(text: string): Promise<HTMLInputElement> {
    await rows();
    press("k", document.body, { ctrlKey: true });
    const input = await screen.findByRole<HTMLInputElement>("combobox", { name: "Search and commands" });
    type(input, text);
    return input;
  }

  it("opens mail, by keyboard alone", async () => {
    await open("servers=none");
    const input = await palette("glass");
    await within(screen.getByRole("dialog")).findAllByRole("option", { name: /Glass order/ });
    await accessible();
    press("Enter", input);
    await screen.findByRole("article", { name: /Glass order/ });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("leads to all mail of a person, and refines by Tab", async () => {
    await open("servers=none");
    const input = await palette("inès");
    (await within(screen.getByRole("dialog")).findByRole("option", { name: /^Inès Caron/ })).click();
    await waitFor(() => expect(searching.text).toBe("from:ines@verrerie.example"));
    expect(input.isConnected).toBe(false);
    const again = await palette("glass");
    press("Tab", again);
    await waitFor(() => expect(again.value).toBe("glass from:"));
  });
});
