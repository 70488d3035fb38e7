/** A mail that is opened from a search: the words are marked in it, and the first of them is gone to. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import type { Mock } from "../src/mock/backend";
import { searching } from "../src/state/searching.svelte";
import { fresh, open, press, row } from "./window";

fresh();

/** Searches, and opens what was found, with the measuring frame in its place. */
async function search(words: string): Promise<{ mock: Mock; article: HTMLElement; heard: unknown[]; tell: (message: object) => Promise<void> }> {
  const mock = await open("servers=none");
  mock.showBody = (id) => Promise.resolve(`message://localhost/v/${id}/`);
  searching.show(words);
  await waitFor(() => expect(searching.found?.query).toBe(words));
  (await row(/Glass order/)).click();
  const article = await screen.findByRole("article");
  const body = await within(article).findByTitle<HTMLIFrameElement>("Message body");
  const measuring = await waitFor(() => document.querySelector<HTMLIFrameElement>('iframe[name="measure"]')!);
  const heard: unknown[] = [];
  const itself = measuring.contentWindow as Window;
  itself.postMessage = (message: unknown) => void heard.push(message);
  const tell = async (message: object) => {
    const event = new MessageEvent("message", { data: { name: body.name, page: 1, ...message } });
    Object.defineProperty(event, "source", { value: itself });
    window.dispatchEvent(event);
    await tick();
    await tick();
  };
  await tell({ restante: "ready" });
  const pane = screen.getByRole("region", { name: "Message text" });
  Object.defineProperty(pane, "clientHeight", { value: 600, configurable: true });
  return { mock, article, heard, tell };
}
const pane = () => screen.getByRole("region", { name: "Message text" });

describe("a mail that a search has found", () => {
  it("has the words marked above its text, and in it by their places alone", async () => {
    const { article, heard, tell } = await search("glass caron");
    expect([...document.querySelectorAll("main mark")].map(({ textContent }) => textContent)).toEqual(expect.arrayContaining(["Glass", "Caron"]));
    expect(article.getAttribute("aria-label")).toBe("Glass order for the north bay, Inès Caron");
    const name = within(article).getByTitle<HTMLIFrameElement>("Message body").name;
    expect(heard).toEqual([{ restante: "read", name, on: true }]);
    await tell({ restante: "text", text: "A glass, hourglass" });
    expect(heard.at(-1)).toEqual({ restante: "mark", name, page: 1, places: [2, 7] });
    expect(JSON.stringify(heard)).not.toContain("glass");
    // Other words, other marks; and when the search is over, it is over.
    searching.type("caron");
    await waitFor(() => expect(heard.at(-1)).toEqual({ restante: "mark", name, page: 1, places: [] }));
    searching.leave();
    await waitFor(() => expect(heard).toContainEqual({ restante: "read", name, on: false }));
    expect(document.querySelector("main mark")).toBeNull();
  });

  it("is opened where the first of them stands", async () => {
    const { tell } = await search("glass");
    await tell({ restante: "text", text: "A glass" });
    await tell({ restante: "found", top: 2000, height: 20 });
    // Nothing is laid out here, so that every element begins at the very top.
    expect(pane().scrollTop).toBe(1820);
  });

  it("stays at its beginning where the first of them is seen from there, whatever comes then", async () => {
    const { tell } = await search("glass");
    await tell({ restante: "text", text: "A glass" });
    await tell({ restante: "found", top: 100, height: 20 });
    await tell({ restante: "found", top: 2000, height: 20 });
    expect(pane().scrollTop).toBe(0);
  });

  it("stays where the person has scrolled, and where a document is told of that is no more", async () => {
    const { tell } = await search("glass");
    await tell({ restante: "text", text: "A glass" });
    await tell({ restante: "found", page: 7, top: 3000, height: 20 });
    expect(pane().scrollTop).toBe(0);
    pane().scrollTop = 40;
    pane().dispatchEvent(new Event("scroll"));
    await tell({ restante: "found", top: 2000, height: 20 });
    expect(pane().scrollTop).toBe(40);
  });

  it("is gone to again when it is opened again, wherever the person has scrolled", async () => {
    const { heard, tell } = await search("glass");
    await tell({ restante: "text", text: "A glass" });
    await tell({ restante: "found", top: 2000, height: 20 });
    pane().scrollTop = 40;
    pane().dispatchEvent(new Event("scroll"));
    heard.length = 0;
    (await row(/Glass order/)).click();
    await waitFor(() => expect(heard.at(-1)).toMatchObject({ restante: "mark", places: [2, 7] }));
    await tell({ restante: "found", top: 2000, height: 20 });
    expect(pane().scrollTop).toBe(40 + 1820);
  });

  it("is not read at all where nothing was searched", async () => {
    const { heard, tell } = await search("glass");
    searching.leave();
    await waitFor(() => expect(heard.at(-1)).toMatchObject({ restante: "read", on: false }));
    heard.length = 0;
    press("j");
    await tell({ restante: "ready" });
    expect(heard).toEqual([]);
  });
});
