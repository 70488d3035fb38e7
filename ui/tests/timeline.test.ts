/** What was done: the timeline, the history of a message, what the server refused. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { ActView, EventView, TimelineView, UiError } from "../src/backend";
import type { Mock } from "../src/mock/backend";
import { view } from "../src/state/view.svelte";
import { byDay, entriesOf, newest, nextPage, pageSize, type Lines } from "../src/timeline/lines";
import { accessible, fresh, open, press } from "./window";

fresh();

const now = Date.now() / 1000;
const day = 86_400;
const quota: UiError = { code: "quota", params: {}, detail: "A7 NO [OVERQUOTA] Mailbox is full.", retry: false };
let ids = 0;
const act = (part: Partial<ActView> = {}): ActView => ({
  id: ++ids, at: now - 60, intent: { kind: "move", folder: 7 }, count: 3, subject: "Glass order for the north bay", who: "Inès Caron", account: 1, to: "Projects",
  state: "done", waiting: 0, refused: 0, error: null, undoable: true, undoes: null, onlyMarked: false, onlyHere: false, ...part,
});
const event = (part: Partial<EventView> = {}): EventView => ({ at: now - day, message: ++ids, subject: "Keys", who: "Owen Price", folder: "INBOX", what: { kind: "elsewhere" }, ...part });
// A host answers with new values each time.
const line = (of: ActView | EventView): TimelineView => ("intent" in of ? { kind: "act", act: { ...of } } : { kind: "event", event: { ...of } });

/** Opens the timeline over these lines, and remembers what it asks for. */
async function openTimeline(all: readonly (ActView | EventView)[]): Promise<{ mock: Mock; asked: string[] }> {
  const mock = await open();
  const asked: string[] = [];
  mock.timeline = (query, before, limit) => {
    asked.push(query);
    return Promise.resolve(all.filter((one) => (before === null || (one.at ?? 0) < before) && one.subject.toLowerCase().includes(query.toLowerCase())).slice(0, limit).map(line));
  };
  await screen.findAllByRole("treeitem", { name: "Inbox" });
  view.dialog = "timeline";
  return { mock, asked };
}
const entries = () => screen.findAllByRole("row");

describe("the timeline", () => {
  it("is opened by its keys, and says what is not there yet", async () => {
    await open();
    await screen.findAllByRole("treeitem", { name: "Inbox" });
    press("g");
    press("t");
    const dialog = await screen.findByRole("dialog", { name: "What was done" });
    expect(await within(dialog).findByText("Nothing was done yet")).toBeTruthy();
    await accessible();
  });

  it("stands by day, each entry in one breath", async () => {
    await openTimeline([
      act(),
      act({ intent: { kind: "read", on: true }, count: 1, state: "waiting", waiting: 1, who: "Owen Price", subject: "Keys" }),
      ...Array.from({ length: 3 }, () => event()),
      act({ at: now - 4 * day, count: 1200, state: "refused", refused: 200, error: quota, undoable: false }),
    ]);
    const all = await entries();
    expect(all).toHaveLength(4);
    expect(screen.getAllByRole("rowgroup").map((group) => group.getAttribute("aria-label")).slice(0, 2)).toEqual(["Today", "Yesterday"]);
    expect(screen.getAllByRole("rowgroup")[2]?.getAttribute("aria-label")).toMatch(/^\w+day,? (\w+ \d+|\d+ \w+)$/);
    const said = all.map((entry) => entry.getAttribute("aria-label"));
    expect(said[0]).toMatch(/^3 messages moved to Projects, Inès Caron, Glass order for the north bay and others, Today, .+, Confirmed by the server$/);
    expect(said[1]).toMatch(/^1 message marked as read, Owen Price, Keys, Today, .+, Waiting for the server$/);
    expect(said[2]).toMatch(/^3 messages left Inbox: another program moved or deleted them, Owen Price, Keys and others, Yesterday/);
    expect(said[3]).toMatch(/^1,200 messages moved to Projects, .+, 200 of 1,200 not done: the mailbox is full$/);
    expect(within(all[3]!).getByText(/OVERQUOTA/)).toBeTruthy();
    expect(within(all[3]!).queryByRole("button")).toBeNull();
    await accessible();
  });

  it("is walked by arrow keys, and Enter undoes", async () => {
    const first = act();
    const second = act({ count: 1, at: now - 90, to: "Orchard survey" });
    const { mock } = await openTimeline([first, second, event()]);
    const all = await entries();
    const field = screen.getByRole("searchbox", { name: "Search subjects, people and folders" });
    expect(document.activeElement).toBe(field);
    press("ArrowDown", field);
    expect(document.activeElement).toBe(all[0]);
    press("ArrowDown", all[0]);
    expect(document.activeElement).toBe(all[1]);
    expect(all[1]?.getAttribute("aria-description")).toBe("Enter undoes it");
    await waitFor(() => expect(all.map((entry) => entry.tabIndex)).toEqual([-1, 0, -1]));
    const undone: (number | null)[] = [];
    mock.undo = (id) => {
      undone.push(id);
      return Promise.resolve(Object.assign(second, { state: "undone" as const, undoable: false }));
    };
    press("Enter", all[1]);
    await waitFor(() => expect(all[1]?.getAttribute("aria-label")).toMatch(/Undone$/));
    expect(undone).toEqual([second.id]);
    expect(screen.getByText("Undone: 1 message moved to Orchard survey")).toBeTruthy();
    expect(within(all[1]!).queryByRole("button", { name: "Undo" })).toBeNull();
    press("Home", all[1]);
    press("ArrowUp", all[0]);
    expect(document.activeElement).toBe(field);
  });

  it("says where it stands when something cannot be undone any more", async () => {
    const { mock } = await openTimeline([act()]);
    mock.undo = () => Promise.reject({ code: "too-late", params: {}, detail: null, retry: false });
    within((await entries())[0]!).getByRole("button", { name: "Undo" }).click();
    expect((await within((await entries())[0]!).findByRole("alert")).textContent).toContain("cannot be undone any more");
  });

  it("is searched, and says when nothing fits", async () => {
    const { asked } = await openTimeline([act(), act({ subject: "Keys", count: 1 })]);
    await entries();
    const field = screen.getByRole<HTMLInputElement>("searchbox");
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("keys ");
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(1));
    expect(asked.at(-1)).toBe("keys");
    type("nobody");
    expect(await screen.findByText("Nothing that was done fits “nobody”")).toBeTruthy();
    await accessible();
  });

  it("follows what becomes of an act", async () => {
    const one = act({ state: "waiting", waiting: 3 });
    const { mock } = await openTimeline([one]);
    expect((await entries())[0]?.getAttribute("aria-label")).toMatch(/Waiting for the server$/);
    Object.assign(one, { state: "done", waiting: 0 });
    mock.announce("acts");
    await waitFor(() => expect(screen.getByRole("row").getAttribute("aria-label")).toMatch(/Confirmed by the server$/));
  });

  it("tells an undoing by what it undid", async () => {
    const undone = act({ state: "undone", undoable: false });
    await openTimeline([act({ undoes: undone.id, undoable: false, at: now - 10, intent: { kind: "move", folder: 1 }, to: "INBOX" }), undone]);
    expect((await entries())[0]?.getAttribute("aria-label")).toMatch(/^Undone: 3 messages moved to Projects, /);
  });
});

describe("lines of the timeline", () => {
  it("are read in pages that lose nothing of what happened at one moment", async () => {
    const all = [act({ at: now }), ...Array.from({ length: 150 }, () => event({ at: now - 5 })), act({ at: now - 9 })].map(line);
    const time = (one: TimelineView) => (one.kind === "act" ? one.act.at : one.event.at) ?? 0;
    const ask = (before: number | null, limit: number) => Promise.resolve(all.filter((one) => before === null || time(one) < before).slice(0, limit));
    let found: Lines = await newest(() => pageSize, ask);
    expect(found.lines).toHaveLength(pageSize);
    for (let page = 0; page < 5 && !found.ended; page++) found = await nextPage(found, ask);
    expect(found).toEqual({ lines: all, ended: true });
  });

  it("end where a host tells the same again and again", async () => {
    const page = Array.from({ length: pageSize * 2 }, () => line(act()));
    const found = await newest(() => 10_000, () => Promise.resolve(page));
    expect(found.ended).toBe(true);
  });

  it("are folded where they belong together alone", () => {
    const lines = [event(), event({ folder: "Clients" }), event({ folder: "Clients", at: now - day - 4000 }), event({ folder: "Clients", at: now - day - 4100, what: { kind: "missing" } })].map(line);
    expect(entriesOf(lines).map((entry) => (entry.kind === "events" ? entry.events.length : 0))).toEqual([1, 1, 1, 1]);
    const noon = new Date().setHours(12, 0, 0, 0) / 1000;
    const many = Array.from({ length: 4 }, (_, at) => line(event({ at: noon - at * 200 })));
    expect(entriesOf(many)).toHaveLength(1);
    expect(entriesOf([many[0]!, line(act()), many[1]!])).toHaveLength(3);
    expect(byDay(entriesOf([line(act({ at: noon })), line(act({ at: noon - 60 })), line(act({ at: noon - day }))])).map(({ entries: of }) => of.length)).toEqual([2, 1]);
  });
});

describe("the history of a message", () => {
  it("says what happened to it, by whom, and what the server said", async () => {
    const mock = await open();
    await screen.findAllByRole("treeitem", { name: "Inbox" });
    const doing = (part: Partial<Extract<EventView["what"], { kind: "act" }>>): EventView["what"] => ({ kind: "act", intent: { kind: "archive" }, to: "Archive", state: "done", error: null, ...part });
    const events = [
      event({ what: { kind: "missing" } }),
      event({ what: { kind: "renumbered" }, folder: "Clients" }),
      event({ what: { kind: "elsewhere" } }),
      event({ what: doing({ state: "refused", error: quota }) }),
      event({ what: doing({ intent: { kind: "label", keyword: "$label4", on: true }, to: null }) }),
      event({ what: doing({}), at: now - 3 * day }),
    ];
    mock.history = () => Promise.resolve(events);
    view.show(1000);
    await screen.findByRole("article");
    view.dialog = "history";
    const dialog = await screen.findByRole("dialog", { name: "What happened to this message?" });
    await within(dialog).findByText("Glass order for the north bay");
    const said = within(dialog).getAllByRole("listitem").map((item) => item.textContent.replace(/\s+/g, " ").trim());
    expect(said[0]).toMatch(/^Gone from the server, kept here until a second look agrees Yesterday, /);
    expect(said[1]).toMatch(/^The folder Clients was made anew on the server, without this message/);
    expect(said[2]).toMatch(/^Deleted or moved out of Inbox by another program/);
    expect(said[3]).toMatch(/^Moved to Archive by you Yesterday, .+ · it was in Inbox · Not done: the mailbox is full Details/);
    expect(said[4]).toMatch(/^Labelled “To do” by you/);
    expect(said[5]).toMatch(/^Moved to Archive by you \w+day, .+ · Confirmed by the server$/);
    await accessible();
  });

  it("says that nothing has happened", async () => {
    await open();
    await screen.findAllByRole("treeitem", { name: "Inbox" });
    view.show(1000);
    view.dialog = "history";
    expect(await screen.findByText("Nothing has happened to it")).toBeTruthy();
  });
});

describe("what the server refused", () => {
  const refused = (part: Partial<ActView> = {}) => act({ state: "refused", refused: 3, error: quota, undoable: false, ...part });
  async function withRefusals(all: ActView[]): Promise<Mock> {
    const mock = await open();
    mock.refusals = () => Promise.resolve([...all]);
    mock.dismissRefusal = (id) => {
      all.splice(all.findIndex((one) => one.id === id), 1);
      return Promise.resolve(null);
    };
    mock.announce("acts");
    await screen.findByRole("note", { name: "Not done" });
    return mock;
  }

  it("is said once, quietly, and leads to the timeline", async () => {
    await withRefusals([refused()]);
    const note = screen.getByRole("note");
    expect(note.querySelector("p")?.textContent).toBe("It was not possible to move 3 messages to Projects: the mailbox is full. They are where they were.");
    expect(within(note).getByText(/OVERQUOTA/).closest("details")?.open).toBe(false);
    await accessible();
    within(note).getByRole("button", { name: "Show in timeline" }).click();
    expect(await screen.findByRole("dialog", { name: "What was done" })).toBeTruthy();
  });

  it("is one line, however many there are, and leaves when it was seen", async () => {
    await withRefusals([refused(), refused({ intent: { kind: "flag", on: true }, to: null, count: 1, refused: 1 }), refused({ undoes: 1, count: 3, refused: 1 }), refused({ count: 2, refused: 2, error: { code: "elsewhere", params: {}, detail: null, retry: false } })]);
    const note = screen.getByRole("note");
    expect(note.querySelector("p")?.textContent).toBe("4 changes were not possible for 7 messages. They are as they were before.");
    expect(within(note).getByText("It was not possible to flag 1 message: the mailbox is full. It is as it was.")).toBeTruthy();
    expect(within(note).getByText("It was not possible to undo a change to 1 message: the mailbox is full. It is as it was.")).toBeTruthy();
    expect(within(note).getByText("It was not possible to move 2 messages to Projects: another program moved or deleted it before.")).toBeTruthy();
    within(note).getByRole("button", { name: "Dismiss" }).click();
    await waitFor(() => expect(screen.queryByRole("note")).toBeNull());
  });
});
