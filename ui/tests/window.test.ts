/** The whole window over the stand-in host: what a person sees and a screen reader hears. Layout is not tested here. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { known } from "../src/state/known.svelte";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

describe("the window", () => {
  it("names its parts as the design says", async () => {
    await open();
    expect(screen.getByRole("navigation", { name: "Mailboxes" })).toBeTruthy();
    expect(screen.getByRole("listbox", { name: "Messages" })).toBeTruthy();
    expect(screen.getByRole("main", { name: "Message" })).toBeTruthy();
    expect(screen.getAllByRole("status")[0]?.textContent).toContain("Up to date · 2 accounts");
    const inbox = await waitFor(() => screen.getAllByRole("treeitem", { name: "Inbox" })[0]!);
    expect(inbox.getAttribute("aria-description")).toBe("9 unread");
  });

  it("says each row in one breath", async () => {
    await open();
    const first = (await rows())[0]!;
    expect(first.getAttribute("aria-label")).toMatch(/^Unread, Inès Caron, Glass order for the north bay, .+, 2 attachments$/);
    expect([first.getAttribute("aria-posinset"), first.getAttribute("aria-setsize")]).toEqual(["1", "4000"]);
    expect((await row(/Keys/)).getAttribute("aria-description")).toBe("Flagged");
  });

  it("goes on listening to what is to be written while accounts change", async () => {
    const mock = await open();
    await rows();
    const asked = () => mock.calls.filter(([name]) => name === "pickUpMailto").length;
    await waitFor(() => expect(asked()).toBe(1));
    await mock.signOut(2);
    await waitFor(() => expect(known.account(2)?.signedOut).toBe(true));
    expect(asked()).toBe(1);
  });

  it("opens what is clicked", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    const article = await screen.findByRole("article", { name: "Glass order for the north bay, Inès Caron" });
    const frame = await waitFor(() => within(article).getByTitle("Message body"));
    expect(frame.getAttribute("sandbox")).toBe("allow-same-origin allow-popups");
    expect(within(article).getByRole("button", { name: "Save quotes.pdf" })).toBeTruthy();
    expect(within(article).getByRole("button", { name: "Open quotes.pdf" })).toBeTruthy();
    const note = within(article).getByRole("note");
    expect(note.textContent).toContain("2 remote images are held back, 1 of them a tracker");
    expect(note.textContent).toContain("images.verrerie.example and t.mailer.example");
    within(note).getByRole("button", { name: "Load once" }).click();
    await waitFor(() => expect(screen.queryByRole("note")).toBeNull());
    expect(mock.calls).toContainEqual(["loadImages", 1000, false]);
    await accessible();
  });

  it("moves by keys, and opens what the selection rests on", async () => {
    const mock = await open();
    await rows();
    press("j");
    press("j");
    press("j");
    press("k");
    await screen.findByRole("article", { name: /Your ticket/ });
    expect((await row(/Harbour Rail/)).getAttribute("aria-selected")).toBe("true");
    expect(screen.getByRole("listbox", { name: "Messages" }).getAttribute("aria-activedescendant")).toBe((await row(/Harbour Rail/)).id);
    // What the selection only ran over was not fetched.
    expect(mock.calls.filter(([name]) => name === "openMessage")).toEqual([["openMessage", 1001]]);
  });

  it("does not load a mail anew for news that do not change it", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    const frame = await screen.findByTitle("Message body");
    const address = frame.getAttribute("src");
    mock.announce("message:1000");
    await waitFor(() => expect(mock.calls).toContainEqual(["message", 1000]));
    (await row(/Your ticket/)).click();
    await screen.findByRole("article", { name: /Your ticket/ });
    await waitFor(() => expect(frame.getAttribute("src")).not.toBe(address));
    expect(screen.getByTitle("Message body")).toBe(frame);
    expect(mock.calls.filter(([name]) => name === "showBody").map(([, id]) => id)).toEqual([1000, 1001]);
  });

  it("warns of a sender that is odd, and shows no face", async () => {
    await open();
    (await row(/Harbour Rail/)).click();
    const article = await screen.findByRole("article");
    expect(within(article).getAllByRole("note")[0]?.textContent).toContain("an address of its own");
    expect(within(article).getByText("harbour.rail@verrerie.example")).toBeTruthy();
  });

  it("shows the place of a text at once, and fills it", async () => {
    await open();
    (await row(/minutes of the meeting/)).click();
    const article = await screen.findByRole("article");
    expect(within(article).queryByTitle("Message body")).toBeNull();
    await waitFor(() => within(article).getByTitle("Message body"));
  });

  it("says what is not here, and what failed, with the raw answer behind a fold", async () => {
    const mock = await open();
    (await row(/main is green/)).click();
    expect(await screen.findByText("This message is not on this computer")).toBeTruthy();
    (await row(/lighting plan/)).click();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("imap.meadow.example refused");
    expect(alert.querySelector("details pre")?.textContent).toContain("SERVERBUG");
    within(alert).getByRole("button", { name: "Try again" }).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["retryBody", 1004]));
    await accessible();
  });

  it.each([
    [{ kind: "failed", error: { code: "gone", params: {}, detail: null, retry: false } }, "The server no longer has it, and its text never came to this computer.", 0],
    [{ kind: "failed", error: { code: "not-here", params: {}, detail: null, retry: true } }, "The server no longer has it, and its text never came to this computer.", 1],
    [{ kind: "ready", hasHtml: false, hasPlain: true, cut: false, images: { count: 0, trackers: 0, hosts: [], state: "shown" } }, "The server no longer has this message. What you see is the copy on this computer.", 0],
  ] as const)("says one thing of a message that is gone from the server: text %j", async (body, sentence, again) => {
    const mock = await open();
    mock.put({ ...(await mock.message(1000)), gone: true, body: { ...body, ...(body.kind === "ready" && { images: { ...body.images, hosts: [] } }) } as never });
    (await row(/Glass order/)).click();
    const article = await screen.findByRole("article");
    expect(within(article).getByText(sentence)).toBeTruthy();
    expect(screen.queryByText(/is not on this computer|server cannot be asked/)).toBeNull();
    expect(screen.queryAllByText(/The server no longer has/)).toHaveLength(1);
    expect(within(article).getAllByText(/MB · gone from the server/)).toHaveLength(2);
    expect(within(article).queryAllByRole("button", { name: "Try again" })).toHaveLength(again);
    await accessible();
  });

  it("asks before it opens what can run", async () => {
    const mock = await open();
    (await row(/Orchard survey: the first 40/)).click();
    (await screen.findByRole("button", { name: "Open setup.exe" })).click();
    const dialog = await screen.findByRole("dialog", { name: "This file can run" });
    expect(mock.calls.some(([name]) => name === "openAttachment")).toBe(false);
    within(dialog).getByRole("button", { name: "Open anyway" }).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["openAttachment", 1008, "4"]));
  });

  it("shows how far a message is on its way into a file", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    await screen.findByRole("article");
    const transfer = { id: 9, message: 1000, part: "", name: "Glass order.eml", done: 500_000, total: 2_000_000 };
    mock.transfers = () => Promise.resolve([{ ...transfer, state: { kind: "running" } }]);
    mock.announce("transfers");
    const bar = await screen.findByRole("progressbar", { name: "Glass order.eml" });
    expect(bar.getAttribute("value")).toBe("500000");
    await accessible();
    screen.getByRole("button", { name: "Cancel Glass order.eml" }).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["cancelTransfer", 9]));
    mock.transfers = () => Promise.resolve([{ ...transfer, state: { kind: "cancelled" } }]);
    mock.announce("transfers");
    await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
  });

  it("keeps what is read selected when mail arrives", async () => {
    const mock = await open();
    (await row(/Glass order/)).click();
    await screen.findByRole("article");
    mock.deliver(2);
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-posinset")).toBe("3"));
    expect((await row(/Glass order/)).getAttribute("aria-selected")).toBe("true");
    expect(screen.getByRole("article", { name: /Glass order/ })).toBeTruthy();
  });

  it("filters, and says when nothing is left", async () => {
    await open("rows=5");
    await rows();
    screen.getByRole("button", { name: "Files" }).click();
    await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(2));
    press("a", document.body, { ctrlKey: true });
    press("e");
    expect(await screen.findByText("Nothing with attachments")).toBeTruthy();
  });

  it.each([
    ["empty", "Nothing here"],
    ["firstSync", "Fetching 12,400 of 100,000 headers"],
  ])("designs the state %s", async (state, text) => {
    await open(`state=${state}`);
    expect((await screen.findAllByText(text)).length).toBeGreaterThan(0);
    await accessible();
  });

  it("says that it is offline, and shows what is here", async () => {
    await open("state=offline");
    expect((await rows()).length).toBeGreaterThan(5);
    expect(screen.getAllByRole("status")[0]?.textContent).toContain("Offline — showing what is on this computer");
    press("?");
    screen.getByRole("button", { name: /Offline/ }).click();
    const panel = await screen.findByRole("dialog", { name: "State of the accounts" });
    expect((await within(panel).findAllByRole("button", { name: "Copy report" })).length).toBe(2);
    await accessible();
  });

  it("walks the tree by arrow keys and folds it", async () => {
    await open();
    const projects = await screen.findByRole("treeitem", { name: "Projects" });
    projects.focus();
    press("ArrowLeft", projects);
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: "Greenhouse" })).toBeNull());
    expect(projects.getAttribute("aria-description")).toBe("3 unread");
    press("ArrowRight", projects);
    const greenhouse = await screen.findByRole("treeitem", { name: "Greenhouse" });
    press("ArrowRight", projects);
    expect(document.activeElement).toBe(greenhouse);
    press("Enter", greenhouse);
    expect(await screen.findByRole("heading", { name: "Greenhouse", level: 1 })).toBeTruthy();
  });

  it("goes anywhere from the palette", async () => {
    await open();
    await screen.findAllByRole("treeitem", { name: "Inbox" });
    press("k", document.body, { ctrlKey: true });
    const field = await screen.findByRole("combobox", { name: "Search and commands" });
    (field as HTMLInputElement).value = "orchard";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    // Mail stands first; the mailbox is reached by the keys.
    await within(screen.getByRole("dialog")).findByRole("option", { name: /^Orchard survey: the first 40 trees/ });
    await accessible();
    const here = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "";
    for (let presses = 0; presses < 20 && !/^Orchard survey\s*alice/.test(here().trim()); presses++) {
      press("ArrowDown", field);
      await tick();
    }
    press("Enter", field);
    expect(await screen.findByRole("heading", { name: "Orchard survey", level: 1 })).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("lists its keys", async () => {
    await open();
    press("?");
    const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(dialog.textContent).toContain("Next message");
    await accessible();
  });

  it("removes an account only after saying what is deleted", async () => {
    const mock = await open();
    view.dialog = "settings";
    (await screen.findByRole("button", { name: "Remove a.moreau@atelier.example" })).click();
    const dialog = await screen.findByRole("dialog", { name: /Remove a\.moreau/ });
    expect(dialog.textContent).toContain("its mail, attachments and password");
    await accessible();
    within(dialog).getByRole("button", { name: "Remove account" }).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["removeAccount", 2]));
    await waitFor(() => expect(screen.queryByRole("tree", { name: "a.moreau@atelier.example" })).toBeNull());
  });

  it("asks for a password that is not known", async () => {
    const mock = await open("state=noPassword");
    const dialog = await screen.findByRole("dialog", { name: "Sign in to a.moreau@atelier.example" });
    const field = within(dialog).getByLabelText<HTMLInputElement>("Password");
    field.value = "correct";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    within(dialog).getByRole("button", { name: "Sign in" }).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["signIn", 2, "correct"]));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("shows the certificate of an account that needs a decision", async () => {
    const mock = await open("state=certificate");
    view.attend = 2;
    (await screen.findByRole("button", { name: "Trust this certificate for imap.atelier.example" })).click();
    await waitFor(() => expect(mock.calls).toContainEqual(["acceptCertificate", 2, "imap.atelier.example", "3fa1".repeat(16)]));
  });

  it("tells a command that failed, once", async () => {
    const mock = await open();
    mock.setSettings = () => Promise.reject({ code: "disk", params: {}, detail: "ENOSPC", retry: false });
    view.dialog = "settings";
    (await screen.findByLabelText("Dark")).click();
    expect(await screen.findByText(/The file cannot be written/)).toBeTruthy();
  });
});

describe("the first page", () => {
  it("leads from an address to mail", async () => {
    await open("state=welcome");
    const form = screen.getByRole("form", { name: "Add your mail" });
    const type = (name: string, text: string) => {
      const field = within(form).getByLabelText<HTMLInputElement>(name);
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("Your name", "Alice Moreau");
    type("E-mail address", "alice@meadow.example");
    type("Password", "correct");
    await accessible();
    within(form).getByRole("button", { name: "Continue" }).click();
    expect(await within(form).findByText("imap.meadow.example · 993 · TLS")).toBeTruthy();
    expect(form.textContent).toContain("meadow.example’s own autoconfig");
    within(form).getByRole("button", { name: "Continue" }).click();
    expect(await within(form).findByText("signed in")).toBeTruthy();
    expect(within(form).getByText("14 found, 6 recognised")).toBeTruthy();
    await accessible();
    within(form).getByRole("button", { name: "Edit settings" }).click();
    for (const name of ["Incoming server", "Incoming port", "Incoming security", "User name", "Outgoing server", "Outgoing port", "Outgoing security"]) {
      expect(await within(form).findByLabelText(name)).toBeTruthy();
    }
    await accessible();
    within(form).getByRole("button", { name: "Continue" }).click();
    (await within(form).findByRole("button", { name: "Open my mail" })).click();
    expect(await screen.findByRole("listbox", { name: "Messages" })).toBeTruthy();
  });

  it("sends no password in clear text without an explicit word", async () => {
    await open("state=welcome");
    screen.getByRole("button", { name: "Edit settings" }).click();
    const security = await screen.findByLabelText<HTMLSelectElement>("Incoming security");
    const host = screen.getByLabelText<HTMLInputElement>("Incoming server");
    host.value = "mail.meadow.example";
    host.dispatchEvent(new Event("input", { bubbles: true }));
    security.value = "none";
    security.dispatchEvent(new Event("change", { bubbles: true }));
    expect(await screen.findByLabelText(/Send my password to mail.meadow.example unprotected/)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Incoming port").value).toBe("143");
  });

  it("offers a choice where there is no keyring", async () => {
    const mock = await open("state=noKeyring");
    const dialog = await screen.findByRole("dialog", { name: "Where should passwords be kept?" });
    await accessible();
    within(dialog).getByLabelText<HTMLInputElement>(/A file sealed/).click();
    const fields = await waitFor(() => [within(dialog).getByLabelText<HTMLInputElement>("Passphrase"), within(dialog).getByLabelText<HTMLInputElement>("Passphrase again")]);
    for (const field of fields) {
      field.value = "eight and more";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const use = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Use this" });
    await waitFor(() => expect(use.disabled).toBe(false));
    use.click();
    await waitFor(() => expect(mock.calls).toContainEqual(["chooseSecrets", { kind: "sealed", passphrase: "eight and more" }]));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("opens the sealed file at the start", async () => {
    const mock = await open("state=locked");
    const dialog = await screen.findByRole("dialog", { name: "Open the sealed file" });
    const field = within(dialog).getByLabelText<HTMLInputElement>("Passphrase");
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("wrong");
    const open_ = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Open" });
    await waitFor(() => expect(open_.disabled).toBe(false));
    open_.click();
    expect((await within(dialog).findByRole("alert")).textContent).toContain("does not open the sealed file");
    type("right");
    await waitFor(() => expect(open_.disabled).toBe(false));
    open_.click();
    await waitFor(() => expect(mock.calls).toContainEqual(["unlockSecrets", "right"]));
  });
});
