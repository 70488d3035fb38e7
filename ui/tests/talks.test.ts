/** Conversations: how the list shows them, what is done to them, and the stack in the reader. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { Mock } from "../src/mock/backend";
import { firstEarlier } from "../src/mock/talks";
import { toasts } from "../src/state/toasts.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

/** Lets the elements that are watched come into view. */
let comesIntoView: (node: Element) => void = () => undefined;
beforeEach(() => {
  const watched = new Map<Element, IntersectionObserverCallback>();
  globalThis.IntersectionObserver = class {
    #callback: IntersectionObserverCallback;
    constructor(callback: IntersectionObserverCallback) {
      this.#callback = callback;
    }
    observe(node: Element) {
      watched.set(node, this.#callback);
    }
    unobserve() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
  comesIntoView = (node) => watched.get(node)?.([{ isIntersecting: true } as IntersectionObserverEntry], {} as IntersectionObserver);
});

const acted = (mock: Mock) => mock.calls.filter(([name]) => name === "act").map(([, intent, target]) => ({ intent, target }));
const asked = (mock: Mock, command: string) => mock.calls.filter(([name]) => name === command).map(([, first]) => first);
const note = (text: string) => waitFor(() => expect(toasts.all.map((one) => one.text)).toContain(text));
/** The messages of the stack, from the top: who wrote it, and whether it is open. */
const stack = () =>
  [...document.querySelectorAll("article")].map((article) => {
    const open = article.querySelector("[data-fold]")?.getAttribute("aria-expanded") === "true";
    return `${open ? "*" : ""}${article.getAttribute("aria-label")?.split(", ").at(-1)}`;
  });
async function read(query = "talks=4", name = /Glass order/): Promise<Mock> {
  const mock = await open(query);
  (await row(name)).click();
  await waitFor(() => expect([document.querySelectorAll("article").length > 1, view.reader?.several]).toEqual([true, true]));
  return mock;
}

describe("a list of conversations", () => {
  it("says each in one breath: who takes part, how many messages", async () => {
    await open("talks=4");
    const first = (await rows())[0]!;
    expect(first.getAttribute("aria-label")).toMatch(/^Unread, Inès Caron, Tomás, me, Glass order for the north bay, .+, 4 messages, 3 attachments$/);
    expect([...first.querySelectorAll(".who bdi")].map((name) => [name.textContent, name.classList.contains("fresh")])).toEqual([["Inès Caron", true], ["Tomás", false], ["me", false]]);
    expect(first.querySelector(".many")?.textContent).toBe("4");
    // As many rows as without: what was written earlier has none of its own.
    expect(first.getAttribute("aria-setsize")).toBe("4000");
    await accessible();
  });

  it.each([
    ["e", {}, { kind: "archive" }, "conversations", "1 conversation archived"],
    ["#", { shiftKey: true }, { kind: "trash" }, "conversations", "1 conversation moved to the trash"],
    ["!", { shiftKey: true }, { kind: "junk" }, "conversations", "1 conversation marked as junk"],
  ] as const)("is acted on whole: %s", async (key, held, intent, kind, said) => {
    const mock = await open("talks=4");
    await rows();
    press("j");
    press(key, document.body, held);
    await note(said);
    expect(acted(mock)).toEqual([{ intent, target: { kind, rows: [1000], key: { kind: "inboxes" } } }]);
    // Its earlier messages went along, its copies in Sent stay: nothing of it is left in the list.
    await waitFor(() => expect(screen.queryByRole("option", { name: /Glass order/ })).toBeNull());
  });

  it("flags the newest of it alone, and takes off every flag", async () => {
    const mock = await open("talks=4");
    await rows();
    press("j");
    press("s");
    await waitFor(() => expect(acted(mock)).toEqual([{ intent: { kind: "flag", on: true }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [1000] } }]));
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-description")).toContain("Flagged"));
    press("s");
    await waitFor(() => expect(acted(mock).at(-1)).toEqual({ intent: { kind: "flag", on: false }, target: { kind: "conversations", rows: [1000], key: { kind: "inboxes" } } }));
  });

  it("counts several, and calls single messages messages", async () => {
    const mock = await open("talks=4");
    const all = await rows();
    all[0]!.click();
    all[1]!.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
    expect(await screen.findByRole("heading", { name: "2 conversations selected" })).toBeTruthy();
    press("e");
    await note("2 conversations archived");
    expect(acted(mock).at(-1)?.target).toEqual({ kind: "conversations", rows: [1000, 1001], key: { kind: "inboxes" } });
    (await row(/Keys/)).click();
    press("e");
    await note("1 message archived");
    expect(acted(mock).at(-1)?.target).toEqual({ kind: "mails", key: { kind: "inboxes" }, rows: [1006] });
  });

  it("is shown message by message by choice, for this list alone", async () => {
    const mock = await open("talks=4");
    await rows();
    press(".");
    (await screen.findByRole("menuitemradio", { name: "Single messages" })).click();
    await waitFor(() => expect(document.querySelector('[aria-label^="Unread, Inès Caron, Glass"]')).toBeTruthy());
    expect(Number((await rows())[0]!.getAttribute("aria-setsize"))).toBeGreaterThan(4000);
    expect(mock.calls.filter(([name]) => name === "setListView")).toEqual([["setListView", { kind: "inboxes" }, { conversations: false, order: { by: "date", ascending: false } }]]);
    document.querySelector<HTMLElement>('[aria-label^="Unread, Inès Caron, Glass"]')?.click();
    await screen.findByRole("article", { name: /Inès Caron/ });
    expect(document.querySelectorAll("article").length).toBe(1);
    expect(asked(mock, "conversation")).toEqual([]);
    view.go({ kind: "flagged" });
    await waitFor(() => expect(mock.calls.findLast(([name]) => name === "listPage")?.[1]).toMatchObject({ key: { kind: "flagged" }, conversations: true }));
  });
});

describe("the stack", () => {
  it("folds what is read and opens what is not; only open ones are fetched", async () => {
    const mock = await read();
    await waitFor(() => expect(stack()).toEqual(["Tomás Vidal", "Alice Moreau", "Inès Caron", "*Inès Caron"]));
    expect(screen.getAllByTitle("Message body")).toHaveLength(1);
    expect(asked(mock, "openMessage")).toEqual([1000]);
    expect(screen.getByRole("heading", { name: "Glass order for the north bay" })).toBeTruthy();
    expect(screen.getByRole("main").textContent).toContain("4 messages");
    await waitFor(() => expect(asked(mock, "markOpened")).toEqual([1000]));
    await accessible();
  });

  it("unfolds and folds by the pointer; each has a frame of its own name", async () => {
    const mock = await read();
    (await screen.findByRole("button", { name: /^Tomás Vidal, .+Three quotes/ })).click();
    await waitFor(() => expect(stack()[0]).toBe("*Tomás Vidal"));
    expect(asked(mock, "openMessage")).toEqual([1000, firstEarlier]);
    await waitFor(() => expect(screen.getAllByTitle("Message body")).toHaveLength(2));
    // The keys stay where they were, though it is another button.
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Fold Tomás Vidal");
    const frames = screen.getAllByTitle<HTMLIFrameElement>("Message body");
    expect(new Set(frames.map(({ name }) => name)).size).toBe(2);
    expect(frames.every(({ name }) => name.startsWith("mail-"))).toBe(true);
    await accessible();
    screen.getByRole("button", { name: "Fold Tomás Vidal" }).click();
    await waitFor(() => expect(stack()[0]).toBe("Tomás Vidal"));
    expect(screen.getAllByTitle("Message body")).toHaveLength(1);
  });

  it("is walked by keys", async () => {
    await read();
    await waitFor(() => expect(stack()).toHaveLength(4));
    press("p");
    press("p");
    press("p");
    press("p");
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^Tomás Vidal/));
    press("n");
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^Me/));
    (document.activeElement as HTMLElement).click();
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Fold Alice Moreau"));
    press("p");
    await waitFor(() => expect(view.reads).toBe(firstEarlier));
  });

  it("unfolds all, and folds all but the last", async () => {
    await read();
    press(";");
    await waitFor(() => expect(stack()).toEqual(["*Tomás Vidal", "*Alice Moreau", "*Inès Caron", "*Inès Caron"]));
    press(":");
    await waitFor(() => expect(stack()).toEqual(["Tomás Vidal", "Alice Moreau", "Inès Caron", "*Inès Caron"]));
  });

  it("leaves out the middle of a long one", async () => {
    const mock = await read("talks=500");
    await waitFor(() => expect(document.querySelectorAll("article")).toHaveLength(3));
    const gap = document.querySelector<HTMLElement>("button.gap")!;
    expect(gap.textContent).toBe("497 earlier messages");
    expect(asked(mock, "openMessage")).toEqual([1000]);
    gap.click();
    await waitFor(() => expect(document.querySelectorAll("article")).toHaveLength(500));
    expect(document.querySelectorAll("iframe[title]").length).toBeLessThanOrEqual(1);
    expect(asked(mock, "openMessage")).toEqual([1000]);
  });

  it("takes in an answer that comes, and marks it as read once it is seen", async () => {
    const mock = await read();
    const frame = await screen.findByTitle("Message body");
    const address = frame.getAttribute("src");
    await waitFor(() => expect(asked(mock, "markOpened")).toEqual([1000]));
    const id = mock.answer(1000);
    await waitFor(() => expect(stack()).toEqual(["Tomás Vidal", "Alice Moreau", "Inès Caron", "*Inès Caron", "*Tomás Vidal"]));
    // What was read stays: the same frame with the same document, and the row is still the one that is selected.
    expect(screen.getAllByTitle("Message body")[0]).toBe(frame);
    expect(frame.getAttribute("src")).toBe(address);
    expect(asked(mock, "markOpened")).toEqual([1000]);
    const body = () => document.querySelector(`article[data-message="${id}"] .body:has(iframe)`);
    await waitFor(() => expect(body()).toBeTruthy());
    // The answer is to the newest.
    expect(screen.getByRole("button", { name: /Reply to Tomás Vidal…/ })).toBeTruthy();
    comesIntoView(body()!);
    await waitFor(() => expect(asked(mock, "markOpened")).toEqual([1000, id]));
    // It is still the row that is acted on.
    press("e");
    await note("1 conversation archived");
    expect(acted(mock).at(-1)?.target).toEqual({ kind: "conversations", rows: [id], key: { kind: "inboxes" } });
  });

  it("acts on one message of it alone", async () => {
    const mock = await read();
    (await screen.findByRole("button", { name: /^Tomás Vidal, .+Three quotes/ })).click();
    (await screen.findByRole("button", { name: "What can be done with the message of Tomás Vidal" })).click();
    const menu = await screen.findByRole("menu", { name: "What can be done with the message of Tomás Vidal" });
    within(menu).getByRole("menuitem", { name: /^Delete/ }).click();
    await note("1 message moved to the trash");
    expect(acted(mock)).toEqual([{ intent: { kind: "trash" }, target: { kind: "mails", key: { kind: "inboxes" }, rows: [firstEarlier] } }]);
    await waitFor(() => expect(stack()).toEqual(["Alice Moreau", "Inès Caron", "*Inès Caron"]));
  });

  it("opens another conversation in the same frame", async () => {
    const mock = await read();
    const frame = await screen.findByTitle("Message body");
    (await row(/Orchard survey: the first/)).click();
    await screen.findByRole("heading", { name: "Orchard survey: the first 40 trees" });
    await waitFor(() => expect(stack()).toHaveLength(2));
    expect(screen.getByTitle("Message body")).toBe(frame);
    expect(asked(mock, "conversation").filter((id, at, all) => all.indexOf(id) === at)).toEqual([1000, 1008]);
  });

  it("of a message that no row stands for is acted on whole too", async () => {
    const mock = await open("talks=4");
    await rows();
    view.show(firstEarlier);
    await waitFor(() => expect(view.has.row).toBe(firstEarlier));
    press("e");
    await note("1 conversation archived");
    expect(acted(mock)).toEqual([{ intent: { kind: "archive" }, target: { kind: "conversations", rows: [firstEarlier], key: null } }]);
  });

  // What is written stays open: the last.
  it("answers the message that the keys are about", async () => {
    const mock = await read();
    press("p");
    press("p");
    press("p");
    await waitFor(() => expect(view.reads).toBe(firstEarlier));
    press("r");
    await waitFor(() => expect(asked(mock, "compose")).toEqual([{ kind: "answer", message: firstEarlier, how: "reply", selection: null }]));
  });
});
