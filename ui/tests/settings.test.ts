/** Choices of the person: what comes after an act, what opening means, and the labels. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Mock } from "../src/mock/backend";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open } from "./window";

fresh();

const called = (mock: Mock, name: string) => mock.calls.filter(([command]) => command === name).map(([, ...args]) => args);
async function openSettings(page: "settings" | "labels" = "settings"): Promise<{ mock: Mock; dialog: HTMLElement }> {
  const mock = await open();
  view.dialog = page;
  return { mock, dialog: await screen.findByRole("dialog", { name: "Settings" }) };
}
function put(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

describe("the settings", () => {
  it("say what comes after a message was archived, deleted or moved", async () => {
    const { mock, dialog } = await openSettings();
    const select = within(dialog).getByLabelText<HTMLSelectElement>("After archiving, deleting or moving");
    expect([...select.options].map((option) => option.textContent)).toEqual(["Open the next message", "Open the previous one", "Back to the list"]);
    expect(select.value).toBe("next");
    put(select, "list");
    await waitFor(() => expect(called(mock, "setSettings")).toEqual([[expect.objectContaining({ afterAct: "list", readOnOpen: true })]]));
  });

  it("say whether opening marks as read", async () => {
    const { mock, dialog } = await openSettings();
    const box = within(dialog).getByRole<HTMLInputElement>("checkbox", { name: /Mark messages as read when opened/ });
    expect(box.checked).toBe(true);
    box.click();
    await waitFor(() => expect(called(mock, "setSettings")).toEqual([[expect.objectContaining({ readOnOpen: false })]]));
  });

  it("lead to what was done by way of the state of the accounts", async () => {
    await open();
    view.dialog = "health";
    (await screen.findByRole("button", { name: "What was done" })).click();
    expect(await screen.findByRole("dialog", { name: "What was done" })).toBeTruthy();
  });
});

describe("the labels", () => {
  it("are called in the person's language until they are named", async () => {
    const { mock, dialog } = await openSettings("labels");
    const list = await within(dialog).findByRole("list", { name: "Labels" });
    const names = () => within(list).getAllByRole<HTMLInputElement>("textbox").map((field) => field.value);
    await waitFor(() => expect(names()).toEqual(["Important", "Work", "Personal", "To do", "Later"]));
    await accessible();
    put(within(list).getByRole<HTMLInputElement>("textbox", { name: "Name of the label Work" }), " Atelier ");
    await waitFor(() => expect(names()[1]).toBe("Atelier"));
    expect(called(mock, "editLabel")).toEqual([[expect.objectContaining({ keyword: "$label2", name: "Atelier" })]]);
    put(await within(list).findByRole<HTMLInputElement>("textbox", { name: "Name of the label Atelier" }), "");
    await waitFor(() => expect(names()[1]).toBe("Work"));
    expect(called(mock, "editLabel").at(-1)).toEqual([expect.objectContaining({ keyword: "$label2", name: "" })]);
  });

  it("change their colour", async () => {
    const { mock, dialog } = await openSettings("labels");
    const colors = await within(dialog).findByRole("radiogroup", { name: "Colour of Personal" });
    expect(within(colors).getByRole<HTMLInputElement>("radio", { checked: true }).value).toBe("#2c8c6b");
    const blue = within(colors).getAllByRole<HTMLInputElement>("radio").find(({ value }) => value === "#2f6db5")!;
    blue.click();
    await waitFor(() => expect(called(mock, "editLabel")).toEqual([[expect.objectContaining({ keyword: "$label3", color: "#2f6db5" })]]));
  });

  it("are added, and told when that fails", async () => {
    const { mock, dialog } = await openSettings("labels");
    const form = within(dialog).getByRole("form", { name: "Add label" });
    const field = within(form).getByRole<HTMLInputElement>("textbox", { name: "New label" });
    const button = within(form).getByRole<HTMLButtonElement>("button", { name: "Add label" });
    expect(button.disabled).toBe(true);
    put(field, " Garden ");
    await waitFor(() => expect(button.disabled).toBe(false));
    button.click();
    expect(await within(dialog).findByRole("textbox", { name: "Name of the label Garden" })).toBeTruthy();
    expect(called(mock, "makeLabel")).toEqual([["Garden", expect.stringMatching(/^#[0-9a-f]{6}$/)]]);
    expect(field.value).toBe("");
    mock.makeLabel = () => Promise.reject({ code: "invalid", params: { field: "label" }, detail: null, retry: false });
    put(field, "Garden");
    await waitFor(() => expect(button.disabled).toBe(false));
    button.click();
    expect(await within(dialog).findByRole("alert")).toBeTruthy();
    expect(field.value).toBe("Garden");
  });

  it("are removed after it was said that messages keep the keyword", async () => {
    const { mock, dialog } = await openSettings("labels");
    (await within(dialog).findByRole("button", { name: "Remove the label Later" })).click();
    const ask = await screen.findByRole("dialog", { name: "Remove the label “Later”?" });
    expect(ask.textContent).toContain("Messages keep the keyword $label5 on the server");
    await accessible();
    within(ask).getByRole("button", { name: "Remove label" }).click();
    await waitFor(() => expect(within(dialog).queryByRole("button", { name: "Remove the label Later" })).toBeNull());
    expect(called(mock, "removeLabel")).toEqual([["$label5"]]);
  });

  it("are put in another order, by the keys and by the mouse", async () => {
    const { mock, dialog } = await openSettings("labels");
    const list = await within(dialog).findByRole("list", { name: "Labels" });
    const names = () => within(list).getAllByRole<HTMLInputElement>("textbox").map((field) => field.value);
    const grip = (label: string) => within(list).getByRole("button", { name: `Move the label ${label}` });
    await waitFor(() => expect(names().length).toBe(5));
    const press = (label: string, key: string) => grip(label).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    grip("Personal").focus();
    press("Personal", "ArrowUp");
    await waitFor(() => expect(names()).toEqual(["Important", "Personal", "Work", "To do", "Later"]));
    expect(called(mock, "orderLabels")).toEqual([[["$label1", "$label3", "$label2", "$label4", "$label5"]]]);
    expect(await within(dialog).findByText("Personal: place 2 of 5")).toBeTruthy();
    expect(document.activeElement).toBe(grip("Personal"));
    press("Important", "ArrowUp");
    press("Later", "Home");
    await waitFor(() => expect(names()[0]).toBe("Later"));
    expect(called(mock, "orderLabels").length).toBe(2);
    const drag = (on: Element, type: string) => on.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    drag(grip("Later"), "dragstart");
    drag(grip("Work"), "dragover");
    drag(grip("Work"), "drop");
    await waitFor(() => expect(names()).toEqual(["Important", "Personal", "Work", "Later", "To do"]));
    await accessible();
  });
});
