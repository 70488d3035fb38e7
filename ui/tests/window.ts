/** The whole window over the stand-in host, for the tests of it. */
import { render, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { beforeEach, expect } from "vitest";
import App from "../src/App.svelte";
import { backend, useBackend } from "../src/backend";
import { listen } from "../src/live.svelte";
import { mockBackend, type Mock } from "../src/mock/backend";
import { layout } from "../src/state/layout.svelte";
import { toasts } from "../src/state/toasts.svelte";
import { view } from "../src/state/view.svelte";

let stop: () => void = () => undefined;

/** Draws the window over a scene, such as `state=offline`. */
export async function open(query = ""): Promise<Mock> {
  const scene = new URLSearchParams(query);
  // Every message stands alone, but where a test is about conversations.
  if (!scene.has("talks")) {
    scene.set("talks", "0");
    if (!scene.has("conversations")) scene.set("conversations", "0");
  }
  const mock = mockBackend(scene, 0);
  useBackend(mock);
  stop();
  stop = await listen();
  render(App, { start: await backend.start() });
  return mock;
}

/** Presses a key. */
export const press = (key: string, on: Element = document.body, held: KeyboardEventInit = {}) =>
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
/** The rows on screen. */
export const rows = () => screen.findAllByRole("option");
/** The row of this name. */
export const row = (name: RegExp) => screen.findByRole("option", { name });

/** Nothing that the rules of WCAG 2.2 A and AA object to. Colours need layout and are looked at elsewhere. */
export async function accessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "color-contrast": { enabled: false }, "page-has-heading-one": { enabled: false } },
    iframes: false,
  });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
}

/** Every test begins with the same window, at the size of the design. */
export function fresh(): void {
  beforeEach(() => {
    Object.assign(window, { innerWidth: 1360, innerHeight: 860 });
    (window as unknown as { happyDOM: { setViewport(size: { width: number; height: number }): void } }).happyDOM.setViewport({ width: 1360, height: 860 });
    view.go({ kind: "flagged" });
    view.go({ kind: "inboxes" });
    view.dialog = view.attend = view.message = null;
    layout.front = "list";
    layout.panes = 3;
    toasts.all = [];
  });
}
