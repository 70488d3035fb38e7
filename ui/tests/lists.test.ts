/** How a list is shown: sorted, filtered, newest last; and the lists of all accounts. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { noFilter, view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

const pages = (mock: Awaited<ReturnType<typeof open>>) => mock.calls.filter(([name]) => name === "listPage").map(([, list]) => list);
/** What the rows say. */
const shown = () => [...document.querySelectorAll(".row")].map((one) => one.getAttribute("aria-label") ?? "");
const item = (name: string) => within(screen.getByRole("navigation", { name: "Mailboxes" })).findAllByRole("treeitem", { name });

describe("the lists of all accounts", () => {
  it("stand in the sidebar with their numbers", async () => {
    await open();
    await waitFor(async () => expect((await item("Unread"))[0]!.getAttribute("aria-description")).toBe("15 unread"));
    const tree = screen.getByRole("tree", { name: "All accounts" });
    expect(within(tree).getAllByRole("treeitem").map((one) => one.getAttribute("aria-label"))).toEqual(expect.arrayContaining(["All inboxes", "Unread", "Flagged", "Drafts", "Sent"]));
    expect((await item("All inboxes"))[0]!.getAttribute("aria-description")).toBe("12 unread");
    await accessible();
  });

  it("go without an account that is left out", async () => {
    const mock = await open();
    await rows();
    view.dialog = "accounts";
    const box = (await screen.findAllByRole<HTMLInputElement>("checkbox", { name: /In the lists of all accounts/ }))[1]!;
    expect(box.checked).toBe(true);
    box.click();
    await waitFor(() => expect(mock.calls.find(([name]) => name === "editAccount")).toEqual(["editAccount", 2, expect.objectContaining({ inAll: false })]));
    await waitFor(() => expect(shown().some((label) => label.includes("minutes of the meeting"))).toBe(false));
    expect(shown().some((label) => label.includes("Glass order"))).toBe(true);
  });
});

describe("a list", () => {
  it("is filtered by what is pressed, together", async () => {
    const mock = await open();
    await rows();
    const button = (name: string) => within(screen.getByRole("group", { name: "Show" })).getByRole("button", { name });
    button("Unread").click();
    button("Files").click();
    await waitFor(() => expect(pages(mock).at(-1)).toMatchObject({ filter: { ...noFilter, unread: true, files: true } }));
    expect(["All", "Unread", "Files"].map((name) => button(name).getAttribute("aria-pressed"))).toEqual(["false", "true", "true"]);
    button("All").click();
    await waitFor(() => expect(pages(mock).at(-1)).toMatchObject({ filter: noFilter }));
  });

  it("leaves what is typed, says what it hides, and shows all again", async () => {
    const mock = await open("rows=200");
    await rows();
    press("K", document.body, { ctrlKey: true, shiftKey: true });
    const field = await screen.findByRole<HTMLInputElement>("combobox", { name: "Find in this list" });
    field.value = "orchard";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await waitFor(() => expect(shown().length > 0 && shown().every((label) => label.includes("Orchard"))).toBe(true));
    expect(pages(mock).at(-1)).toMatchObject({ filter: { text: "orchard" } });
    field.value = "zebra";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    expect(await screen.findByText("Nothing with “zebra”")).toBeTruthy();
    expect(await screen.findByText("The filter hides 200 messages of this list.")).toBeTruthy();
    await accessible();
    screen.getByRole("button", { name: "Show all" }).click();
    await row(/Glass order/);
    expect(view.filter).toEqual(noFilter);
  });

  it("leaves what a person takes part in", async () => {
    await open();
    await rows();
    press("K", document.body, { ctrlKey: true, shiftKey: true });
    const field = await screen.findByRole<HTMLInputElement>("combobox", { name: "Find in this list" });
    field.value = "Inès";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await within(await screen.findByRole("listbox", { name: "People" })).findByRole("option", { name: /With Inès Caron/ });
    press("ArrowDown", field);
    press("Enter", field);
    await waitFor(() => expect(view.filter).toEqual({ ...noFilter, person: "ines@verrerie.example" }));
    const off = await screen.findByRole("button", { name: "Take away the filter With Inès Caron" });
    off.click();
    await row(/Harbour Rail/);
    expect(view.filter).toEqual(noFilter);
  });

  it("is sorted, without days over rows that do not stand by date", async () => {
    const mock = await open("rows=50");
    await rows();
    screen.getByRole("button", { name: "Sort and filter" }).click();
    const menu = await screen.findByRole("menu", { name: "Sort and filter" });
    within(menu).getByRole("menuitem", { name: "Sort by" }).click();
    (await screen.findByRole("menuitemradio", { name: "Sender" })).click();
    await waitFor(() => expect(pages(mock).at(-1)).toMatchObject({ order: { by: "sender", ascending: true } }));
    await waitFor(() => expect(document.querySelectorAll(".day")).toHaveLength(0));
    await waitFor(() => {
      const senders = screen.getAllByRole("option").slice(0, 12).map((one) => one.querySelector(".who")!.textContent);
      expect(senders).toEqual(senders.toSorted((a, b) => a.localeCompare(b)));
    });
    screen.getByRole("button", { name: "Sort by date again" }).click();
    await waitFor(() => expect(mock.calls.findLast(([name]) => name === "setListView")).toEqual(["setListView", { kind: "inboxes" }, null]));
    await row(/Glass order/);
  });

  it("with the newest last begins with the oldest, and stays at its end", async () => {
    const mock = await open("rows=30&newest=last");
    await rows();
    await waitFor(() => expect(shown().at(-1)).toMatch(/Glass order/));
    expect(shown()[0]).not.toMatch(/Glass order/);
    mock.deliver(1);
    await waitFor(() => expect(shown().at(-1)).toMatch(/New mail/));
    expect(screen.queryByRole("button", { name: /new$/ })).toBeNull();
  });
});
