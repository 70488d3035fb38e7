// @vitest-environment jsdom
/** A long quote comes after the rest of the text is on the screen, and nobody who asks for the text ever gets it without. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pictures } from "../state/pictures";
import { Editor } from "./editor";

const line = "<p style=\"color:#333\">The panes arrive on <b>Thursday</b>.</p>";
const quote = `<blockquote type="cite">${line.repeat(1_000)}</blockquote>`;
const answer = `<div><br></div><div>On Monday Bob wrote:</div>${quote}<div>-- </div><div>Alice</div>`;
const lines = (text: string) => text.split("Thursday").length - 1;

let root: HTMLElement;
let editor: Editor;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "requestAnimationFrame"] });
  root = document.body.appendChild(document.createElement("div"));
  root.contentEditable = "true";
  editor = new Editor(root, "", new Pictures(), { ontyped: () => undefined, onformats: () => undefined, onfiles: () => undefined });
});
afterEach(() => {
  editor.end();
  root.remove();
  vi.useRealTimers();
});

describe("a long quote", () => {
  it("is not there at first, and there after the first frame, with the caret where it was", () => {
    editor.set(answer);
    editor.focus();
    editor.toStart();
    expect(root.textContent).toContain("On Monday Bob wrote:");
    expect(root.textContent).toContain("Alice");
    expect(lines(root.textContent)).toBe(0);
    expect(editor.coloured).toBe(true);
    vi.runAllTimers();
    expect(lines(root.textContent)).toBe(1_000);
    expect(root.querySelectorAll(":scope > blockquote")).toHaveLength(1);
    const at = document.getSelection()?.anchorNode;
    expect(root.firstElementChild?.contains(at ?? null)).toBe(true);
  });

  const asking: Record<string, () => unknown> = {
    "the markup": () => editor.html,
    "the plain text": () => editor.text,
    "a key": () => root.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true })),
    "input": () => root.dispatchEvent(new InputEvent("beforeinput", { bubbles: true })),
    "a change": () => editor.change(() => undefined),
    "the end": () => editor.end(),
  };
  it.each(Object.keys(asking))("is there as soon as there is %s", (what) => {
    editor.set(answer);
    expect(lines(root.textContent)).toBe(0);
    const asked = asking[what]?.();
    expect(lines(root.textContent)).toBe(1_000);
    if (typeof asked === "string") expect(lines(asked)).toBe(1_000);
  });

  it("of a text that was replaced does not come", () => {
    editor.set(answer);
    editor.set("<div>Another</div>");
    vi.runAllTimers();
    expect(root.textContent).toBe("Another");
  });

  it("is what a text has that was written whole", () => {
    editor.set(answer);
    const late = editor.html;
    vi.runAllTimers();
    expect(late).toBe(editor.html);
    expect(late.match(/<blockquote/g)).toHaveLength(1);
  });
});

it("a short quote is there at once", () => {
  editor.set(answer.replace(quote, `<blockquote>${line}</blockquote>`));
  expect(lines(root.textContent)).toBe(1);
});
