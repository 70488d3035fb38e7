/** Writing in the window: who it goes to, keeping it, what is asked before it goes, and what becomes of it. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Draft, DraftChange } from "../src/backend";
import type { Mock } from "../src/mock/backend";
import { composing } from "../src/state/composing.svelte";
import { known } from "../src/state/known.svelte";
import { passageOf } from "../src/state/passage";
import { toasts } from "../src/state/toasts.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();
const clear = () => {
  for (const writing of composing.all) writing.end();
  composing.all = [];
  localStorage.clear();
};
beforeEach(clear);
afterEach(clear);

const called = (mock: Mock, name: string) => mock.calls.filter(([command]) => command === name).map(([, ...args]) => args);
const fault = { code: "disk", params: {}, detail: "ENOSPC", retry: true };
const writer = (name: string | RegExp = "New message") => screen.findByRole("dialog", { name });
const field = (dialog: HTMLElement, name: string) => within(dialog).getByRole<HTMLInputElement>("combobox", { name });
function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function paste(input: Element, text: string, html = ""): void {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: (kind: string) => (kind === "text/plain" ? text : kind === "text/html" ? html : ""), types: [], files: [] } });
  input.dispatchEvent(event);
}
const chips = (dialog: HTMLElement, name: string) => within(dialog).queryByRole("list", { name: `${name}: recipients` })?.querySelectorAll("[data-chip]") ?? [];
const named = (dialog: HTMLElement, name: string) => [...chips(dialog, name)].map((chip) => chip.getAttribute("aria-label"));
/** Begins a new message. */
async function begin(query = ""): Promise<{ mock: Mock; dialog: HTMLElement }> {
  const mock = await open(query);
  await rows();
  press("c");
  return { mock, dialog: await writer() };
}
/** What the store would hold of the draft. */
const kept = (mock: Mock): Partial<Draft> =>
  called(mock, "saveDraft").reduce<Partial<Draft>>((draft, [, , change]) => ({ ...draft, ...Object.fromEntries(Object.entries(change as DraftChange).filter(([, value]) => value !== null)) }), {});

describe("the composer", () => {
  it("names its parts as the design says", async () => {
    const { dialog } = await begin();
    for (const name of ["To", "From"]) expect(within(dialog).getByRole("combobox", { name })).toBeTruthy();
    within(dialog).getByRole("button", { name: "Cc" }).click();
    within(dialog).getByRole("button", { name: "Bcc" }).click();
    for (const name of ["Cc", "Bcc"]) expect(await within(dialog).findByRole("combobox", { name })).toBeTruthy();
    expect(within(dialog).getByRole("textbox", { name: "Subject" })).toBeTruthy();
    const text = within(dialog).getByRole("textbox", { name: "Message text" });
    expect([text.getAttribute("aria-multiline"), text.getAttribute("spellcheck"), text.getAttribute("contenteditable")]).toEqual(["true", "true", "true"]);
    for (const name of ["Send", "Attach files", "Discard", "Bold", "Italic", "List", "Numbered list", "Quote", "Code", "Link", "Insert picture"]) expect(within(dialog).getByRole("button", { name })).toBeTruthy();
    await accessible();
  });

  it("begins at the recipients, and its name becomes the subject", async () => {
    const { dialog } = await begin();
    await waitFor(() => expect(document.activeElement).toBe(field(dialog, "To")));
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    expect(await writer("Glass")).toBe(dialog);
  });

  it.each([
    ["r", "Re: Glass order for the north bay", "reply"],
    ["a", "Re: Glass order for the north bay", "replyAll"],
    ["f", "Fwd: Glass order for the north bay", "forward"],
  ])("is opened by %s", async (key, name, how) => {
    const mock = await open();
    (await row(/Glass order/)).click();
    await screen.findByRole("article");
    press(key);
    await writer(name);
    expect(called(mock, "compose")).toEqual([[{ kind: "answer", message: 1000, how, selection: null }]]);
  });

  it("quotes only what is selected in the message", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    await screen.findByRole("article");
    await waitFor(() => expect(view.has.about).toBeTruthy());
    view.passage = passageOf("a <b>\n\nc");
    press("r");
    await writer(/^Re:/);
    expect(called(mock, "compose")).toEqual([[{ kind: "answer", message: 1000, how: "reply", selection: "<div>a &lt;b&gt;</div><div><br></div><div>c</div>" }]]);
  });

  it.each([
    ["what is selected in the message that is answered", 0, "<div>a</div>"],
    ["nothing of another message, even if it is selected", 1, null],
  ])("quotes under a conversation %s", async (_, back, selection) => {
    const mock = await open("talks=4");
    (await row(/Glass order/)).click();
    await waitFor(() => expect(view.reader?.several).toBe(true));
    for (let nth = 0; nth < back; nth++) press("p");
    await waitFor(() => expect(view.reads === 1000).toBe(back === 0));
    view.passage = passageOf("a");
    (await screen.findByRole("button", { name: "Reply to Inès Caron…" })).click();
    await screen.findByRole("region", { name: /^Re:/ });
    expect(called(mock, "compose")).toEqual([[{ kind: "answer", message: 1000, how: "reply", selection }]]);
  });

  it("answers the list of the message, and goes on with a draft", async () => {
    await open();
    (await row(/What to sow/)).click();
    await screen.findByRole("article");
    (await screen.findByRole("button", { name: "More" })).click();
    expect(await screen.findByRole("menuitem", { name: /Reply to the list/ })).toBeTruthy();
  });

  it("is written under the message too, and moves over the window with its text", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    (await screen.findByRole("button", { name: "Reply to Inès Caron…" })).click();
    const place = await screen.findByRole("region", { name: "Re: Glass order for the north bay" });
    expect(screen.queryByRole("dialog") === null).toBe(true);
    composing.all[0]!.set("subject", "Changed");
    within(place).getByRole("button", { name: "Write in the large form" }).click();
    await writer("Changed");
    expect(screen.queryByRole("region", { name: "Changed" }) === null).toBe(true);
    await waitFor(() => expect(kept(mock).subject).toBe("Changed"));
  });

  it("is put aside while another is written, and comes back", async () => {
    const { dialog } = await begin();
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "First");
    within(dialog).getByRole("button", { name: "Put aside" }).click();
    await waitFor(() => expect(screen.queryByRole("dialog") === null).toBe(true));
    press("c");
    const second = await writer();
    const bars = screen.getByRole("list", { name: "Messages being written" });
    within(bars).getByRole("button", { name: "First" }).click();
    await writer("First");
    expect(second.isConnected).toBe(false);
    expect(within(screen.getByRole("list", { name: "Messages being written" })).getByRole("button", { name: "New message" })).toBeTruthy();
  });

  it("keeps the keys of the list from what lies behind it", async () => {
    const { mock, dialog } = await begin();
    press("e", within(dialog).getByRole("button", { name: "Attach files" }));
    press("#", within(dialog).getByRole("button", { name: "Attach files" }));
    expect(called(mock, "act")).toEqual([]);
  });
});

describe("recipients", () => {
  it("are suggested, those first that one wrote to, and taken by Enter", async () => {
    const { mock, dialog } = await begin();
    const to = field(dialog, "To");
    type(to, "o");
    expect((await within(dialog).findByRole("option", { name: "Owen Price, owen@red-door.example" })).getAttribute("aria-selected")).toBe("true");
    expect(to.getAttribute("aria-expanded")).toBe("true");
    expect(document.getElementById(to.getAttribute("aria-activedescendant")!)?.getAttribute("aria-label")).toContain("Owen");
    press("Enter", to);
    await waitFor(() => expect(named(dialog, "To")).toEqual(["Owen Price, owen@red-door.example"]));
    expect(to.value).toBe("");
    await waitFor(() => expect(kept(mock).to).toEqual([{ name: "Owen Price", email: "owen@red-door.example", wrong: false }]));
  });

  it("with commas in their names stay whole; a comma after an address ends it", async () => {
    const { dialog } = await begin();
    const to = field(dialog, "To");
    type(to, '"Doe, John"');
    expect(named(dialog, "To")).toEqual([]);
    type(to, '"Doe, John" <john@doe.example>,');
    await waitFor(() => expect(named(dialog, "To")).toEqual(["Doe, John, john@doe.example"]));
    expect(to.value).toBe("");
    type(to, "owen@red-door,");
    await waitFor(() => expect(named(dialog, "To")[1]).toBe("“owen@red-door” is not an e-mail address"));
    await accessible();
  });

  it("are pasted as a list, each once", async () => {
    const { dialog } = await begin();
    paste(field(dialog, "To"), "Inès <ines@verrerie.example>; owen@red-door.example\nINES@verrerie.example, x@y.example");
    await waitFor(() => expect(named(dialog, "To")).toEqual(["Inès, ines@verrerie.example", "owen@red-door.example", "x@y.example"]));
  });

  it("are left, taken out and corrected by keys", async () => {
    const { dialog } = await begin();
    const to = field(dialog, "To");
    paste(to, "a@x.example, b@x.example, c@x.example");
    await waitFor(() => expect(named(dialog, "To")).toHaveLength(3));
    press("Backspace", to);
    await waitFor(() => expect(named(dialog, "To")).toEqual(["a@x.example", "b@x.example"]));
    to.setSelectionRange(0, 0);
    press("ArrowLeft", to);
    expect(document.activeElement).toBe(chips(dialog, "To")[1]);
    press("ArrowLeft", document.activeElement!);
    expect(document.activeElement).toBe(chips(dialog, "To")[0]);
    press("Delete", document.activeElement!);
    await waitFor(() => expect(named(dialog, "To")).toEqual(["b@x.example"]));
    press("Enter", chips(dialog, "To")[0]);
    await waitFor(() => expect(to.value).toBe("b@x.example"));
    expect(named(dialog, "To")).toEqual([]);
  });

  it("are dragged from field to field", async () => {
    const { mock, dialog } = await begin();
    paste(field(dialog, "To"), "a@x.example, b@x.example");
    within(dialog).getByRole("button", { name: "Cc" }).click();
    await waitFor(() => expect(named(dialog, "To")).toHaveLength(2));
    chips(dialog, "To")[0]!.closest("li")!.dispatchEvent(new Event("dragstart", { bubbles: true }));
    field(dialog, "Cc").dispatchEvent(new Event("drop", { bubbles: true, cancelable: true }));
    await waitFor(() => expect(named(dialog, "Cc")).toEqual(["a@x.example"]));
    expect(named(dialog, "To")).toEqual(["b@x.example"]);
    await waitFor(() => expect([kept(mock).to?.length, kept(mock).cc?.length]).toEqual([1, 1]));
  });

  it("that cannot be read now come back into the field", async () => {
    const { mock, dialog } = await begin();
    mock.parseRecipients = () => Promise.reject(fault);
    type(field(dialog, "To"), "a@x.example,");
    expect(await within(dialog).findByRole("alert")).toBeTruthy();
    expect(field(dialog, "To").value).toBe("a@x.example,");
  });
});

describe("what is written is kept", () => {
  it("says so quietly", async () => {
    const { mock, dialog } = await begin();
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    await waitFor(() => expect(kept(mock)).toEqual({ subject: "Glass" }));
    await waitFor(() => expect(dialog.textContent).toContain("Saved · "));
  });

  it("or says that it is not, keeps trying, and closes only when it is", async () => {
    const { mock, dialog } = await begin();
    const save = mock.saveDraft.bind(mock);
    mock.saveDraft = () => Promise.reject(fault);
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    expect((await within(dialog).findByRole("alert")).textContent).toMatch(/not saved yet.+tried again.+The file cannot be written/);
    within(dialog).getByRole("button", { name: "Close, the draft is kept" }).click();
    await waitFor(() => expect(within(dialog).getByRole("alert").textContent).toContain("This closes as soon as it is."));
    expect(dialog.isConnected).toBe(true);
    mock.saveDraft = save;
    await waitFor(() => expect(dialog.isConnected).toBe(false), { timeout: 20_000 });
    expect(kept(mock).subject).toBe("Glass");
  });

  it("as plain text where that is wanted, and back", async () => {
    const { mock, dialog } = await begin();
    const choose = async (name: string) => {
      within(dialog).getByRole("button", { name: "More for this message" }).click();
      (await screen.findByRole("menuitemradio", { name })).click();
    };
    await choose("Plain text");
    const area = await waitFor(() => {
      const found = within(dialog).getByRole("textbox", { name: "Message text" });
      expect(found.localName).toBe("textarea");
      return found as HTMLTextAreaElement;
    });
    expect(area.value).toBe("Alice");
    type(area, "Hi <b>\n> q\n");
    await waitFor(() => expect(kept(mock)).toMatchObject({ plain: true, html: "", text: "Hi <b>\n> q\n" }));
    await choose("Plain text");
    await waitFor(() => expect(kept(mock)).toMatchObject({ plain: false, text: "", html: expect.stringContaining('<div>Hi &lt;b&gt;</div><blockquote type="cite"><div>q</div></blockquote>') as string }));
  });

  it("when it is discarded too: that can be undone", async () => {
    const { mock, dialog } = await begin();
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    await waitFor(() => expect(kept(mock).subject).toBe("Glass"));
    within(dialog).getByRole("button", { name: "Discard" }).click();
    await waitFor(() => expect(dialog.isConnected).toBe(false));
    toasts.all.find(({ text }) => text === "The draft was discarded")!.remedy!.run();
    await writer("Glass");
    expect(called(mock, "undiscardDraft")).toEqual([[1]]);
  });

  it("and comes back after the program ended without being asked to", async () => {
    const { mock, dialog } = await begin();
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    await waitFor(() => expect(kept(mock).subject).toBe("Glass"));
    // As a crash leaves it: nothing is closed, the store and the note are what they were.
    for (const writing of composing.all) writing.end();
    composing.all = [];
    await composing.restore();
    expect(toasts.all.map(({ text }) => text)).toContain("Your text is back: Glass");
    toasts.all.find(({ text }) => text.startsWith("Your text"))!.remedy!.run();
    await writer("Glass");
  });

  it("but what was closed is not offered again", async () => {
    const { dialog } = await begin();
    within(dialog).getByRole("button", { name: "Close, the draft is kept" }).click();
    await waitFor(() => expect(dialog.isConnected).toBe(false));
    toasts.all = [];
    await composing.restore();
    expect(toasts.all).toEqual([]);
  });

  it("in former versions, to go back to", async () => {
    const { mock, dialog } = await begin();
    const subject = within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" });
    type(subject, "One");
    await waitFor(() => expect(kept(mock).subject).toBe("One"));
    type(subject, "Two");
    await waitFor(() => expect(kept(mock).subject).toBe("Two"));
    within(dialog).getByRole("button", { name: "More for this message" }).click();
    (await screen.findByRole("menuitem", { name: "Earlier versions" })).click();
    const versions = await screen.findByRole("dialog", { name: "Earlier versions" });
    const buttons = await within(versions).findAllByRole("button", { name: /^Bring back what/ });
    buttons.at(-1)!.click();
    await writer("One");
  });
});

describe("sending", () => {
  /** A message that can go out. */
  async function ready(to: string, query = "undo=30") {
    const { mock, dialog } = await begin(query);
    type(field(dialog, "To"), `${to},`);
    await waitFor(() => expect(named(dialog, "To")).toHaveLength(1));
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass");
    return { mock, dialog };
  }

  it("tells what is missing, and goes no further", async () => {
    const { mock, dialog } = await begin();
    within(dialog).getByRole("button", { name: "Send" }).click();
    const ask = await screen.findByRole("dialog", { name: "It cannot be sent yet" });
    expect(ask.textContent).toContain("There is nobody to send it to.");
    expect(within(ask).queryByRole("button", { name: "Send anyway" }) === null).toBe(true);
    await accessible();
    within(ask).getByRole("button", { name: "Go back" }).click();
    await waitFor(() => expect(ask.isConnected).toBe(false));
    expect(called(mock, "sendDraft")).toEqual([]);
  });

  it("asks about what may be forgotten, and sends anyway", async () => {
    const { mock, dialog } = await ready("ines@verrerie.example");
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "");
    press("Enter", within(dialog).getByRole("textbox", { name: "Subject" }), { ctrlKey: true });
    const ask = await screen.findByRole("dialog", { name: "Send it like this?" });
    expect(ask.textContent).toContain("It has no subject.");
    within(ask).getByRole("button", { name: "Send anyway" }).click();
    await waitFor(() => expect(called(mock, "sendDraft")).toEqual([[1, null]]));
    await waitFor(() => expect(dialog.isConnected).toBe(false));
  });

  it("keeps everything first, can be undone, and opens what was taken back", async () => {
    const { mock, dialog } = await ready("ines@verrerie.example");
    press("Enter", within(dialog).getByRole("textbox", { name: "Message text" }), { ctrlKey: true });
    await waitFor(() => expect(toasts.all.map(({ text }) => text)).toContain("Sending in 30 s"));
    const order = mock.calls.map(([name]) => name).filter((name) => ["saveDraft", "checkDraft", "sendDraft"].includes(name));
    expect(order.slice(-3)).toEqual(["saveDraft", "checkDraft", "sendDraft"]);
    const line = await screen.findByRole("treeitem", { name: "Outbox" });
    expect(line.getAttribute("aria-description")).toBe("1 message waits");
    toasts.all.find(({ text }) => text === "Sending in 30 s")!.remedy!.run();
    await writer("Glass");
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Outbox" }) === null).toBe(true));
  });

  it("says when it is sent", async () => {
    const { dialog } = await ready("ines@verrerie.example", "undo=0");
    within(dialog).getByRole("button", { name: "Send" }).click();
    await waitFor(() => expect(toasts.all.map(({ text }) => text)).toContain("Sent"));
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Outbox" }) === null).toBe(true));
  });

  it("tells what each recipient's server said, and corrects for those alone", async () => {
    const { dialog } = await ready("refused@x.example", "undo=0");
    type(field(dialog, "To"), "ines@verrerie.example,");
    await waitFor(() => expect(named(dialog, "To")).toHaveLength(2));
    within(dialog).getByRole("button", { name: "Send" }).click();
    const note = await screen.findByRole("note", { name: "A message was not sent" });
    expect(note.textContent).toMatch(/Glass.+Not sent\..+refused@x\.example: .+ines@verrerie\.example: accepted/s);
    expect((await screen.findByRole("treeitem", { name: "Outbox" })).getAttribute("aria-description")).toBe("1 message needs you");
    await accessible();
    within(note).getByRole("button", { name: "Correct and send again" }).click();
    expect(named(await writer("Glass"), "To")).toEqual(["refused@x.example"]);
  });

  it("never sends again by itself what may have been sent", async () => {
    const { mock, dialog } = await ready("unknown@x.example", "undo=0");
    within(dialog).getByRole("button", { name: "Send" }).click();
    const note = await screen.findByRole("note", { name: "A message may have been sent" });
    expect(note.textContent).toContain("never sent again by itself");
    expect(called(mock, "sendDraft")).toHaveLength(1);
    within(note).getByRole("button", { name: "It was sent" }).click();
    await waitFor(() => expect(screen.queryByRole("note", { name: /sent/ }) === null).toBe(true));
    expect(called(mock, "confirmSent")).toHaveLength(1);
  });

  it("waits in the outbox with its reason and its next try", async () => {
    const mock = await open("outbox=waiting");
    (await screen.findByRole("treeitem", { name: "Outbox" })).click();
    const dialog = await screen.findByRole("dialog", { name: "Outbox" });
    expect(dialog.textContent).toMatch(/The keys of number nine.+Not sent yet\. This computer has no network\..+Next try at /s);
    await accessible();
    within(dialog).getByRole("button", { name: "Try now" }).click();
    await waitFor(() => expect(called(mock, "retrySending")).toHaveLength(1));
  });

  it("later, at a time that is chosen", async () => {
    const { mock, dialog } = await ready("ines@verrerie.example");
    within(dialog).getByRole("button", { name: "Send later" }).click();
    (await screen.findByRole("menuitem", { name: /^Tomorrow morning/ })).click();
    await waitFor(() => expect(called(mock, "sendDraft")).toHaveLength(1));
    const at = new Date((called(mock, "sendDraft")[0]![1] as number) * 1000);
    expect([at.getHours(), at.getMinutes()]).toEqual([8, 0]);
    await waitFor(() => expect(toasts.all.some(({ text }) => text.startsWith("Will be sent at "))).toBe(true));
  });
});

describe("files and senders", () => {
  it("are attached by the dialog, and taken off", async () => {
    const { mock, dialog } = await begin();
    within(dialog).getByRole("button", { name: "Attach files" }).click();
    const list = await within(dialog).findByRole("list", { name: "Attachments" });
    expect(list.textContent).toContain("bay-sketch.png");
    within(list).getByRole("button", { name: "Remove bay-sketch.png" }).click();
    await waitFor(() => expect(within(dialog).queryByRole("list", { name: "Attachments" }) === null).toBe(true));
    expect(called(mock, "detach")).toHaveLength(1);
  });

  it("are dropped on it", async () => {
    const { mock, dialog } = await begin();
    const event = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), { dataTransfer: { types: ["Files"], files: [new File(["hello"], "a.txt", { type: "text/plain" })], getData: () => "" } });
    within(dialog).getByRole("textbox", { name: "Subject" }).dispatchEvent(event);
    await waitFor(() => expect(called(mock, "attachBytes")).toEqual([[1, "a.txt", "text/plain", "aGVsbG8=", false]]));
    expect(event.defaultPrevented).toBe(true);
  });

  it("change with their signature and blind copy", async () => {
    const mock = await open();
    await mock.saveIdentity({ id: 2, account: 2, name: "A. Moreau", email: "a.moreau@atelier.example", replyTo: "", signature: "<div>Atelier</div>", signatureAbove: true, bcc: "files@atelier.example", isDefault: true, sentFolder: null, catchAll: "" });
    await rows();
    press("c");
    const dialog = await writer();
    const from = within(dialog).getByRole<HTMLSelectElement>("combobox", { name: "From" });
    await waitFor(() => expect(from.options).toHaveLength(2));
    from.value = "2";
    from.dispatchEvent(new Event("change", { bubbles: true }));
    await waitFor(() => expect(named(dialog, "Bcc")).toEqual(["files@atelier.example"]));
    await waitFor(() => expect(kept(mock)).toMatchObject({ identity: 2, html: expect.stringContaining("Atelier") as string }));
    expect(kept(mock).html).not.toContain("Alice");
  });

  it("are edited in the settings, with the time for undoing", async () => {
    const mock = await open();
    view.dialog = "settings";
    const dialog = await screen.findByRole("dialog", { name: "Settings" });
    const undo = within(dialog).getByRole<HTMLSelectElement>("combobox", { name: "Sending can be undone" });
    expect(undo.value).toBe("10");
    undo.value = "30";
    undo.dispatchEvent(new Event("change", { bubbles: true }));
    await waitFor(() => expect(known.settings.undoSeconds).toBe(30));
    (await within(dialog).findByRole("button", { name: "Add a sender to alice@meadow.example" })).click();
    const form = await screen.findByRole("dialog", { name: "Add a sender" });
    const email = within(form).getByRole<HTMLInputElement>("textbox", { name: "E-mail address" });
    type(email, "post@meadow.example");
    type(within(form).getByRole<HTMLInputElement>("textbox", { name: "Answers go to" }), "alice@meadow.example");
    await accessible();
    within(form).getByRole("button", { name: "Save" }).click();
    await waitFor(() => expect(called(mock, "saveIdentity")).toEqual([[expect.objectContaining({ id: 0, account: 1, email: "post@meadow.example", replyTo: "alice@meadow.example", signature: "" })]]));
    expect(await within(dialog).findByRole("button", { name: "Edit Alice Moreau <post@meadow.example>" })).toBeTruthy();
  });
});
