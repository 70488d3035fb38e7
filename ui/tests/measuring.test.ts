/**
 * The script of the measuring frame (`src-tauri/src/frame/measure.js`), beside a mail of its own origin: what it says of the text,
 * and what it marks, where the web view has highlights and where it has none.
 *
 * @vitest-environment jsdom
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { placesOf } from "../src/design/mark";

const script = readFileSync(resolve(import.meta.dirname, "../../src-tauri/src/frame/measure.js"), "utf8");

type Told = Record<string, unknown>;
/** A highlight as far as it is looked at here: what is marked. */
class Marks {
  ranges: Range[];
  constructor(...ranges: Range[]) {
    this.ranges = ranges;
  }
}

let told: Told[] = [];
let frame: HTMLIFrameElement;
let highlights: Map<string, Marks> | null;
let say: (data: unknown, source?: unknown) => void = () => undefined;
let look: () => void = () => undefined;

/** Puts a mail into the frame and runs the script beside it. */
function run(html: string, withHighlights: boolean) {
  frame = document.createElement("iframe");
  document.body.append(frame);
  const inside = frame.contentWindow as unknown as Window & typeof globalThis;
  inside.name = "mail-1";
  Object.defineProperty(inside.document, "URL", { value: "message://localhost/v/ab/" });
  inside.document.body.replaceChildren(...new DOMParser().parseFromString(`<body>${html}`, "text/html").body.childNodes);
  // Nothing is laid out here: what is under `hidden` has no box, all else has one as far down as it comes in the text.
  inside.Range.prototype.getClientRects = function (this: Range) {
    return (this.startContainer.parentElement?.closest("[hidden]") ? [] : [1]) as unknown as DOMRectList;
  };
  inside.Range.prototype.getBoundingClientRect = function (this: Range) {
    const before = inside.document.createRange();
    before.setStart(inside.document.body, 0);
    before.setEnd(this.startContainer, this.startOffset);
    const drawn = this.getClientRects().length;
    return { top: before.toString().length, width: drawn * 30, height: drawn * 12 } as DOMRect;
  };
  highlights = withHighlights ? new Map() : null;
  Object.assign(inside, highlights ? { CSS: { highlights }, Highlight: Marks } : { CSS: undefined, Highlight: undefined });

  const parent = { 0: inside, length: 1, postMessage: (message: Told) => told.push(message) };
  let hear: (event: { source: unknown; data: unknown }) => void = () => undefined;
  const own = { addEventListener: (_: string, listener: typeof hear) => (hear = listener) };
  say = (data, source = parent) => hear({ source, data });
  const Observer = class {
    observe() { /* Nothing changes its size here. */ }
    disconnect() { /* So there is nothing to be ended. */ }
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the script as the frame runs it, with what surrounds it there
  const begin = new Function("window", "parent", "location", "ResizeObserver", "setInterval", script) as (...given: unknown[]) => void;
  begin(own, parent, { ancestorOrigins: ["tauri://localhost"] }, Observer, (again: () => void) => (look = again));
}

const body = () => (frame.contentDocument as Document).body;
/** What it told last of this kind. */
const last = (kind: string) => told.findLast(({ restante }) => restante === kind);
/** Asks for the text, and has the words marked in it as the window does. */
function search(...words: string[]) {
  say({ restante: "read", name: "mail-1", on: true });
  const { page, text } = last("text") as { page: number; text: string };
  say({ restante: "mark", name: "mail-1", page, places: placesOf(text, words).flatMap(({ start, end }) => [start, end]) });
}
const marks = () => (highlights ? (highlights.get("found")?.ranges ?? []).map(String) : [...body().querySelectorAll("mark")].map((one) => one.textContent));

beforeEach(() => (told = []));
afterEach(() => {
  frame.remove();
  vi.restoreAllMocks();
});

describe.each([true, false])("with highlights %s", (withHighlights) => {
  it.each<[string, string[], string[]]>([
    ["<p>Frosted glass, hourglass, Glasses</p>", ["glass"], ["glass", "Glass"]],
    ["<p>one<br>glass</p>", ["glass"], ["glass"]],
    // A line ends between blocks and between cells, and nowhere else.
    ["<div>hour</div><div>glass</div><table><tr><td>a</td><td>glass</td></tr></table>", ["glass"], ["glass", "glass"]],
    ["<p>hour<i>glass</i></p>", ["glass"], []],
    ["<style>.glass{}</style><p>none</p>", ["glass"], []],
    ["<p>Über Straßen</p>", ["uber", "strass"], ["Über", "Straß"]],
    ["<p>会議の議事録</p>", ["議事"], ["議事"]],
    ["<p>nothing of it</p>", ["glass"], []],
  ])("%s, %j: %j", (html, words, expected) => {
    run(html, withHighlights);
    const before = body().textContent;
    search(...words);
    expect(marks()).toEqual(expected);
    expect(body().textContent).toBe(before);
  });

  it("marks a word that is put together from several elements", () => {
    run("<p>The <b>G</b>la<i>ss</i> order</p>", withHighlights);
    search("glass");
    expect(marks().join("")).toBe("Glass");
  });

  it("leaves the mail as it was when the search is over, and marks it again for other words", () => {
    const html = "<p>The <b>G</b>lass order</p><p>glass, order</p>";
    run(html, withHighlights);
    search("glass");
    search("order");
    expect(marks()).toEqual(["order", "order"]);
    search();
    expect(marks()).toEqual([]);
    // Element for element, text for text.
    expect(body().isEqualNode(new DOMParser().parseFromString(`<body>${html}`, "text/html").body)).toBe(true);
  });

  it("tells where the first is that can be seen", () => {
    run("<p hidden>glass in the preview line</p><p>Some words, then glass.</p>", withHighlights);
    search("glass");
    expect(last("found")).toMatchObject({ name: "mail-1", top: 42, height: 12 });
  });

  it("unfolds a quote only where nothing else was found", () => {
    const quote = "<details><summary>…</summary>a <details><summary>…</summary>deep glass</details></details>";
    run(`<p>glass</p>${quote}`, withHighlights);
    search("glass");
    expect(body().querySelectorAll("details[open]")).toHaveLength(0);
    frame.remove();
    run(`<p>nothing</p>${quote}`, withHighlights);
    search("glass");
    expect(body().querySelectorAll("details[open]")).toHaveLength(2);
    expect(marks()).toEqual(["glass"]);
  });
});

describe("the measuring frame", () => {
  it("hears the window alone", () => {
    run("<p>glass</p>", true);
    say({ restante: "read", name: "mail-1", on: true }, {});
    look();
    expect(last("text")).toBeUndefined();
  });

  it("says no text that was not asked for, and no more of it afterwards", () => {
    run("<p>glass</p>", true);
    look();
    expect(last("text")).toBeUndefined();
    say({ restante: "read", name: "mail-1", on: true });
    expect(last("text")).toMatchObject({ text: "glass" });
    say({ restante: "read", name: "mail-1", on: false });
    told = [];
    look();
    expect(last("text")).toBeUndefined();
  });

  it.each([[[-1, 3]], [[3, 1]], [[0, 400]], [[0.5, 2]], [["0", 2]], ["all"], [null], [[2]], [[4, 5, 0, 1]]])("takes no harm from places that are none: %j", (places) => {
    run("<p>ab</p><p>cd</p>", true);
    say({ restante: "read", name: "mail-1", on: true });
    const { page } = last("text") as { page: number };
    say({ restante: "mark", name: "mail-1", page, places });
    expect(marks().length).toBeLessThan(2);
  });

  it("marks nothing of a document that is no more", () => {
    run("<p>glass</p>", true);
    search("glass");
    say({ restante: "mark", name: "mail-1", page: (last("text") as { page: number }).page + 1, places: [0, 2] });
    expect(marks()).toEqual(["glass"]);
  });
});
