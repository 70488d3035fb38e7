/** Writing from elsewhere and in windows of its own; templates, redirecting, receipts, contacts. */
import { render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { action } from "../src/actions";
import Aside from "../src/Aside.svelte";
import { backend, useBackend } from "../src/backend";
import { mockBackend, type Mock } from "../src/mock/backend";
import { composing } from "../src/state/composing.svelte";
import { contacting } from "../src/state/contacting.svelte";
import { passageOf } from "../src/state/passage";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();
const clear = () => {
  for (const writing of composing.all) writing.end();
  composing.all = [];
  composing.alone = false;
  contacting.edited = null;
  localStorage.clear();
};
beforeEach(clear);
afterEach(clear);

const called = (mock: Mock, name: string) => mock.calls.filter(([command]) => command === name).map(([, ...args]) => args);
const writer = (name: string | RegExp) => screen.findByRole("dialog", { name });
function type(input: HTMLInputElement, text: string): void {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
const menu = async (within_: HTMLElement, name: string) => {
  within(within_).getByRole("button", { name: "More for this message" }).click();
  (await screen.findByRole(/^(?:Plain|Ask)/.test(name) ? "menuitemradio" : "menuitem", { name })).click();
};

describe("from elsewhere", () => {
  it("opens what the system asks to write to, and what comes while it runs", async () => {
    const mock = await open(`mailto=${encodeURIComponent("mailto:ines@verrerie.example?subject=First")}`);
    await writer("First");
    mock.writeTo("mailto:owen@red-door.example?subject=Second");
    await writer("Second");
    expect(composing.bars.map(({ subject }) => subject)).toEqual(["First"]);
  });

  it("quotes a passage as it looks, and by its words where that is not known", () => {
    expect(passageOf("a b", "<td><b>a</b> b</td>")).toBe("<td><b>a</b> b</td>");
    expect(passageOf("a <b>\n\nc")).toBe("<div>a &lt;b&gt;</div><div><br></div><div>c</div>");
    expect(passageOf(" \n", "<p> </p>")).toBe(null);
  });
});

describe("a window of its own", () => {
  it("takes a message over, and is gone to where it is opened again", async () => {
    const mock = await open();
    await rows();
    press("c");
    const dialog = await writer("New message");
    within(dialog).getByRole("button", { name: "Write in a window of its own" }).click();
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "New message" })).toBeNull());
    const [[draft]] = called(mock, "openWriting") as [[number]];
    expect(composing.all).toEqual([]);
    await composing.start({ kind: "open", draft });
    expect([called(mock, "openWriting").length, composing.all.length]).toEqual([2, 0]);
    // Closed there, it is offered here; written on here, it comes back.
    mock.leave({ draft, how: "kept" });
    expect(await screen.findByText("The draft is kept")).toBeTruthy();
    mock.leave({ draft, how: "moved" });
    await writer("New message");
  });

  it("holds one message, keeps it before it goes, and tells how it was left", async () => {
    const mock = mockBackend(new URLSearchParams("draft=1"), 0);
    useBackend(mock);
    render(Aside, { start: await backend.start(), draft: 1 });
    const dialog = await writer("Glass order");
    await accessible();
    type(within(dialog).getByRole<HTMLInputElement>("textbox", { name: "Subject" }), "Glass order, again");
    within(dialog).getByRole("button", { name: "Close, the draft is kept" }).click();
    await waitFor(() => expect(called(mock, "closeWriting")).toEqual([["kept"]]));
    expect((await mock.draft(1)).subject).toBe("Glass order, again");
  });
});

describe("a message that goes on as it is", () => {
  it("can only be given recipients", async () => {
    const mock = await open();
    (await row(/Glass order for the north bay/)).click();
    await screen.findByRole("article");
    action("redirect").run();
    const dialog = await writer(/Glass order/);
    expect(within(dialog).getByText("Redirect: Glass order for the north bay")).toBeTruthy();
    expect([within(dialog).queryByRole("textbox", { name: "Message text" }), within(dialog).queryByRole("textbox", { name: "Subject" }), within(dialog).queryByRole("button", { name: "Attach files" })]).toEqual([null, null, null]);
    expect(await within(dialog).findByRole("article", { name: /as it is$/ })).toBeTruthy();
    const to = within(dialog).getByRole<HTMLInputElement>("combobox", { name: "To" });
    type(to, "owen@red-door.example,");
    await waitFor(() => expect(composing.front?.to.length).toBe(1));
    within(dialog).getByRole("button", { name: "Send" }).click();
    await waitFor(() => expect(called(mock, "sendDraft").length).toBe(1));
  });
});

describe("recipients", () => {
  it("are moved between the fields by keys", async () => {
    await open(`mailto=${encodeURIComponent("mailto:ines@verrerie.example?subject=Glass")}`);
    const dialog = await writer("Glass");
    const chip = await within(dialog).findByRole("button", { name: "ines@verrerie.example" });
    chip.focus();
    press("ArrowDown", chip, { altKey: true });
    await waitFor(() => expect(composing.front?.cc.map(({ email }) => email)).toEqual(["ines@verrerie.example"]));
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("ines@verrerie.example"));
    press("ArrowDown", document.activeElement!, { altKey: true });
    await waitFor(() => expect(composing.front?.bcc.length).toBe(1));
    expect([composing.front?.to.length, composing.front?.cc.length]).toEqual([0, 0]);
  });
});

describe("templates", () => {
  it("are kept, put in, renamed and removed", async () => {
    const mock = await open(`mailto=${encodeURIComponent("mailto:ines@verrerie.example?subject=Glass")}`);
    const dialog = await writer("Glass");
    await menu(dialog, "Templates");
    (await screen.findByRole("menuitem", { name: "Save as template…" })).click();
    const keep = await screen.findByRole("dialog", { name: "Save as template" });
    expect(within(keep).getByRole<HTMLInputElement>("textbox", { name: "Name" }).value).toBe("Glass");
    within(keep).getByRole("button", { name: "Save" }).click();
    await waitFor(() => expect(called(mock, "saveTemplate").length).toBe(1));
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Save as template" })).toBeNull());
    await menu(dialog, "Templates");
    (await screen.findByRole("menuitem", { name: "Glass" })).click();
    await waitFor(() => expect(called(mock, "useTemplate").length).toBe(1));
    await menu(dialog, "Templates");
    (await screen.findByRole("menuitem", { name: "Manage templates…" })).click();
    const all = await screen.findByRole("dialog", { name: "Templates" });
    await accessible();
    const name = await within(all).findByRole<HTMLInputElement>("textbox", { name: "Name of the template Glass" });
    name.value = "Panes";
    name.dispatchEvent(new Event("change", { bubbles: true }));
    (await within(all).findByRole("button", { name: "Remove the template Panes" })).click();
    within(await screen.findByRole("dialog", { name: "Remove the template Panes?" })).getByRole("button", { name: "Remove" }).click();
    await waitFor(async () => expect(await mock.templates()).toEqual([]));
  });

  it("stand beside what is asked of the way", async () => {
    const mock = await open(`mailto=${encodeURIComponent("mailto:ines@verrerie.example?subject=Glass")}`);
    await menu(await writer("Glass"), "Ask for a delivery report");
    await composing.front?.flush();
    expect(called(mock, "saveDraft").at(-1)?.[2]).toMatchObject({ deliveryReport: true, receipt: null });
  });
});

describe("who one writes to", () => {
  it("is found, changed, added and removed", async () => {
    const mock = await open();
    await rows();
    action("contacts").run();
    const list = await screen.findByRole("dialog", { name: "Contacts" });
    expect(await within(list).findByText("7 contacts")).toBeTruthy();
    await accessible();
    type(within(list).getByRole<HTMLInputElement>("searchbox", { name: "Search contacts" }), "red-door");
    expect(await within(list).findByText("1 contact")).toBeTruthy();
    within(list).getByRole("button", { name: "Edit Owen Price" }).click();
    const form = await screen.findByRole("dialog", { name: "Add a contact" });
    type(within(form).getByRole<HTMLInputElement>("textbox", { name: "E-mail address" }), "ines@verrerie.example");
    within(form).getByRole("button", { name: "Save" }).click();
    expect(await within(form).findByText(/Another contact has the address ines@verrerie.example/)).toBeTruthy();
    type(within(form).getByRole<HTMLInputElement>("textbox", { name: "E-mail address" }), "owen@blue-door.example");
    within(form).getByRole("button", { name: "Save" }).click();
    await waitFor(async () => expect((await mock.contacts("blue-door", 0, 9)).contacts[0]).toMatchObject({ name: "Owen Price", kept: true }));
    within(list).getByRole("button", { name: "Import…" }).click();
    expect(await screen.findByText(/1 new contact, none changed.*could not be read/)).toBeTruthy();
  });

  it("is added from a message", async () => {
    const mock = await open();
    (await row(/Glass order for the north bay/)).click();
    const article = await screen.findByRole("article");
    within(article).getByRole("button", { name: "Inès Caron" }).click();
    (await screen.findByRole("menuitem", { name: "Add to contacts" })).click();
    const form = await screen.findByRole("dialog", { name: "Add a contact" });
    within(form).getByRole("button", { name: "Save" }).click();
    await waitFor(() => expect(called(mock, "saveContact")[0]?.[0]).toMatchObject({ name: "Inès Caron", kept: true }));
  });
});

describe("a receipt", () => {
  it("is sent by the person's word alone, and asked once", async () => {
    const mock = await open();
    (await row(/What to sow/)).click();
    const asks = await screen.findByText(/asks to be told that you have read this/);
    expect(called(mock, "answerReceipt")).toEqual([]);
    within(asks.closest("[role=note]")!).getByRole("button", { name: "Don’t send" }).click();
    await waitFor(() => expect(called(mock, "answerReceipt")).toEqual([[1005, false]]));
    await waitFor(() => expect(screen.queryByText(/asks to be told/)).toBeNull());
  });
});

describe("what is sent", () => {
  it("from a window of its own can be taken back here", async () => {
    const mock = await open("undo=30");
    await rows();
    const draft = await mock.compose({ kind: "mailto", url: "mailto:ines@verrerie.example?subject=Glass" });
    await mock.sendDraft(draft.id, null);
    expect(await screen.findByText("Sending in 30 s")).toBeTruthy();
    screen.getByRole("button", { name: "Undo" }).click();
    await writer("Glass");
    expect(called(mock, "cancelSending").length).toBe(1);
  });

  it("goes by a server with a login of its own, once that was tried", async () => {
    const mock = await open();
    await rows();
    action("accounts").run();
    (await screen.findByRole("button", { name: "Edit the outgoing server of alice@meadow.example" })).click();
    const form = await screen.findByRole("dialog", { name: "Sending from alice@meadow.example" });
    await accessible();
    within(form).getByRole<HTMLInputElement>("checkbox", { name: /login of its own/ }).click();
    const save = () => within(form).getByRole("button", { name: "Try and save" }).click();
    const password = await within(form).findByLabelText<HTMLInputElement>("Password");
    save();
    expect(await within(form).findByText("Type the password of your mail account.")).toBeTruthy();
    type(password, "wrong");
    save();
    await waitFor(() => expect(called(mock, "editOutgoing").length).toBe(1));
    expect((await mock.accounts())[0]?.ownOutgoingLogin).toBe(false);
    await waitFor(() => expect(within(form).getByRole("button", { name: "Try and save" }).getAttribute("aria-disabled")).toBe("false"));
    type(password, "right");
    save();
    await waitFor(async () => expect((await mock.accounts())[0]?.ownOutgoingLogin).toBe(true));
    expect(called(mock, "editOutgoing").at(-1)?.[2]).toBe("right");
  });
});

describe("the mail program of the computer", () => {
  it("becomes this one by the person's word", async () => {
    const mock = await open();
    await rows();
    action("settings").run();
    (await screen.findByRole("button", { name: "Make Restante the mail program" })).click();
    expect(await screen.findByText(/are opened in Restante/)).toBeTruthy();
    expect(called(mock, "becomeMailProgram")).toEqual([[]]);
  });
});
