/** Snooze: from the key to the list of the snoozed, and back. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Mock } from "../src/mock/backend";
import { timesFrom } from "../src/acting/times";
import { acts } from "../src/state/acts.svelte";
import { clock } from "../src/state/clock.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

async function begin(query = "rows=60"): Promise<Mock> {
  const mock = await open(query);
  acts.picking = null;
  await rows();
  return mock;
}
const acted = (mock: Mock) => mock.calls.filter(([name]) => name === "act").map(([, intent, target]) => ({ intent, target }));
const note = (text: RegExp) => waitFor(() => within(screen.getByRole("status", { name: "Notes" })).getByText(text));
const field = (name: string) => screen.findByRole<HTMLInputElement>("combobox", { name });
const options = () => within(screen.getByRole("dialog")).getAllByRole("option").map(({ textContent }) => textContent.trim().replace(/\s+/g, " "));
const tomorrow = () => timesFrom(clock.now, "en").find(({ id }) => id === "tomorrow")!.at;
function type(into: HTMLInputElement, text: string) {
  into.value = text;
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
const mailbox = (name: string) => within(screen.getByRole("navigation", { name: "Mailboxes" })).queryByRole("treeitem", { name });

describe("snooze", () => {
  it("by keys alone: out of the list, into its own, and back", async () => {
    const mock = await begin();
    expect(mailbox("Snoozed")).toBeNull();
    press("j");
    await screen.findByRole("article", { name: /Glass order/ });
    press("h");
    const into = await field("Snooze 1 message");
    expect(document.activeElement).toBe(into);
    expect(options()).toContainEqual(expect.stringMatching(/^Tomorrow morning .*8:00/));
    expect(options().at(-1)).toBe("Pick date and time");
    await accessible();
    type(into, "tomo");
    await waitFor(() => expect(options()).toHaveLength(1));
    press("Enter", into);
    await note(/^1 message snoozed until .*8:00/);
    expect(acted(mock)).toEqual([{ intent: { kind: "snooze", until: tomorrow() }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1000] } }]);
    await waitFor(() => expect(screen.queryByRole("option", { name: /Glass order/ })).toBeNull());
    // What comes next is read now.
    await screen.findByRole("article", { name: /Your ticket/ });

    (await screen.findByRole("treeitem", { name: "Snoozed" })).click();
    const asleep = await row(/Glass order/);
    expect(asleep.getAttribute("aria-label")).toMatch(/^Inès Caron, Glass order for the north bay, snoozed until .*8:00 AM, 2 attachments$/);
    expect(screen.getByRole("heading", { name: "Snoozed", level: 1 })).toBeTruthy();
    asleep.click();
    await screen.findByText(/^Snoozed until/);
    // In the place of Snooze.
    within(screen.getByRole("toolbar", { name: "Message tools" })).getByRole("button", { name: "Unsnooze" }).click();
    await note(/^1 message is no longer snoozed/);
    expect(await screen.findByText("Nothing snoozed")).toBeTruthy();
    view.go({ kind: "inboxes" });
    await row(/Glass order/);
    await waitFor(() => expect(mailbox("Snoozed")).toBeNull());
  });

  it("until a time of one's own", async () => {
    const mock = await begin();
    press("j");
    press("h");
    const into = await field("Snooze 1 message");
    type(into, "date");
    await waitFor(() => expect(options()).toEqual(["Pick date and time"]));
    press("Enter", into);
    const date = await screen.findByLabelText<HTMLInputElement>("Date");
    const time = screen.getByLabelText<HTMLInputElement>("Time");
    expect([date.type, time.type, time.value]).toEqual(["date", "time", "08:00"]);
    const snooze = within(screen.getByRole("dialog")).getByRole<HTMLButtonElement>("button", { name: "Snooze" });
    type(date, "2020-01-01");
    await screen.findByText("Pick a time that is still ahead.");
    expect(snooze.disabled).toBe(true);
    type(date, "2031-03-04");
    type(time, "17:50");
    await screen.findByText(/Comes back on .*March 4, 2031 at .*6:00/);
    await accessible();
    snooze.click();
    await note(/^1 message snoozed until Mar 4, 2031/);
    expect(acted(mock)[0]!.intent).toEqual({ kind: "snooze", until: new Date(2031, 2, 4, 18).getTime() / 1000 });
  });

  it("many at once, with another time, undone", async () => {
    const mock = await begin();
    press("j");
    press("J", document.body, { shiftKey: true });
    press("J", document.body, { shiftKey: true });
    press("h");
    press("Enter", await field("Snooze 3 messages"));
    await note(/^3 messages snoozed until/);
    await waitFor(() => expect(mailbox("Snoozed")).toBeTruthy());
    view.go({ kind: "snoozed" });
    await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(3));
    press("j");
    press("h");
    const into = await field("Snooze 1 message");
    expect(options()).toContain("Unsnooze");
    type(into, "tomo");
    await waitFor(() => expect(options()).toHaveLength(1));
    press("Enter", into);
    await waitFor(() => expect(acted(mock)).toHaveLength(2));
    // Another time leaves it among the snoozed.
    await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(3));
    press("z");
    press("z");
    expect(await screen.findByText("Nothing snoozed")).toBeTruthy();
  });

  it("says where it can only be kept on this computer", async () => {
    const mock = await open();
    const folders = await mock.folders();
    mock.folders = () => Promise.resolve(folders.map((folder) => ({ ...folder, labels: false })));
    mock.announce("folders");
    await rows();
    await waitFor(() => expect(mock.calls.filter(([name]) => name === "folders").length).toBeGreaterThan(0));
    press("j");
    press("h");
    await field("Snooze 1 message");
    expect(await screen.findByText(/on this computer alone/)).toBeTruthy();
  });

  it("has no key where nothing can sleep", async () => {
    const mock = await begin();
    const trash = (await mock.folders()).find(({ role }) => role === "trash")!;
    view.go({ kind: "folder", id: trash.id });
    await screen.findByRole("heading", { name: "Trash", level: 1 });
    await waitFor(() => expect(document.querySelector(`#row-${trash.id * 10_000_000 + 1000}`)).toBeTruthy());
    press("j");
    await screen.findByRole("article");
    press("h");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Snooze" }).disabled).toBe(true);
  });
});

describe("what has come back", () => {
  it("stands on top, and under today", async () => {
    const { findHeadings, standsAt } = await import("../src/list/headings");
    const now = new Date(2026, 10, 24, 12);
    const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime() / 1000;
    const all = [
      { date: at(2, 9), due: at(24, 8) },
      { date: at(24, 7), due: null },
      { date: at(23, 7), due: at(30, 8) },
    ];
    const days = (key: Parameters<typeof standsAt>[1]) =>
      findHeadings({ known: () => [0], row: (index) => all[index] && { date: standsAt(all[index], key, now) } }, now, "en-GB").map(({ index, day }) => [index, day.kind]);
    expect(days({ kind: "inboxes" })).toEqual([[0, "today"], [2, "yesterday"]]);
    expect(standsAt(all[2]!, { kind: "snoozed" }, now)).toBe(at(30, 8));
    expect(standsAt(all[2]!, { kind: "flagged" }, now)).toBe(at(23, 7));
    // A time before it came.
    expect(standsAt({ date: 9, due: 5 }, { kind: "inboxes" }, now)).toBe(9);
  });
});
