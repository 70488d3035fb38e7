/** Several messages selected, by the pointer and by keys. */
import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { view } from "../src/state/view.svelte";
import { accessible, fresh, open, press, row, rows } from "./window";

fresh();

describe("the list selects several", () => {
  const click = (on: Element, held: MouseEventInit = {}) => on.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...held }));
  /** Places in the list, from one, of the rows on screen that are selected. */
  const selected = () => screen.getAllByRole("option", { selected: true }).map((one) => Number(one.getAttribute("aria-posinset")));
  const says = (count: number) => screen.findByRole("heading", { name: `${count.toLocaleString("en")} messages selected` });

  it("by the pointer", async () => {
    await open();
    const all = await rows();
    expect(screen.getByRole("listbox", { name: "Messages" }).getAttribute("aria-multiselectable")).toBe("true");
    click(all[1]!);
    await screen.findByRole("article");
    click(all[3]!, { ctrlKey: true });
    await says(2);
    expect(screen.queryByRole("article")).toBeNull();
    // What can be done with one can be done with several, by the same buttons.
    for (const name of ["Archive", "Delete", "Junk", "Move", "Label", "Flag", "More"]) expect(screen.getByRole("button", { name })).toBeTruthy();
    click(all[5]!, { shiftKey: true });
    await says(4);
    expect(selected().sort()).toEqual([2, 4, 5, 6]);
    await accessible();
    click(all[0]!);
    await screen.findByRole("article", { name: /Glass order/ });
    expect(selected()).toEqual([1]);
  });

  it("by keys, and Escape returns to one", async () => {
    const mock = await open();
    await rows();
    press("j");
    press("J", document.body, { shiftKey: true });
    press("ArrowDown", document.body, { shiftKey: true });
    await says(3);
    press("K", document.body, { shiftKey: true });
    await says(2);
    press("ArrowDown", document.body, { ctrlKey: true });
    press("ArrowDown", document.body, { ctrlKey: true });
    press("x");
    await says(3);
    expect(selected().sort()).toEqual([1, 2, 4]);
    press("x");
    await says(2);
    press("Escape");
    await waitFor(() => expect(selected()).toEqual([4]));
    await waitFor(() => expect(mock.calls.filter(([name]) => name === "openMessage").at(-1)).toEqual(["openMessage", 1003]));
  });

  it("to one that is left, and to none", async () => {
    await open();
    const all = await rows();
    click(all[0]!);
    await screen.findByRole("article", { name: /Glass order/ });
    click(all[1]!, { ctrlKey: true });
    await says(2);
    click(all[0]!, { ctrlKey: true });
    await screen.findByRole("article", { name: /Your ticket/ });
    click(all[1]!, { ctrlKey: true });
    expect(await screen.findByText("No message selected")).toBeTruthy();
    expect(screen.queryAllByRole("option", { selected: true })).toEqual([]);
  });

  it("and all, of which mail that arrives is none", async () => {
    const mock = await open();
    await rows();
    press("a", document.body, { ctrlKey: true });
    await says(4000);
    mock.deliver(2);
    await waitFor(async () => expect((await row(/Glass order/)).getAttribute("aria-posinset")).toBe("3"));
    await says(4000);
    expect(Math.min(...selected())).toBe(3);
    press("j");
    await waitFor(() => expect(selected()).toHaveLength(1));
  });

  it("and keeps to them when mail arrives", async () => {
    const mock = await open();
    const all = await rows();
    click(all[0]!);
    click(all[2]!, { ctrlKey: true });
    await says(2);
    mock.deliver(2);
    await waitFor(() => expect(selected().sort()).toEqual([3, 5]));
    click((await rows())[5]!, { shiftKey: true });
    await waitFor(() => expect(selected().sort()).toEqual([3, 5, 6]));
  });

  it("until a message is asked for from elsewhere", async () => {
    await open();
    await rows();
    press("a", document.body, { ctrlKey: true });
    await says(4000);
    view.show(1001);
    await screen.findByRole("article", { name: /Your ticket/ });
  });
});
