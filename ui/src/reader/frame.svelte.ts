/**
 * What the measuring frame tells about mail frames (the protocol stands at the head of the shell's `frame.rs`).
 *
 * No script runs in a mail and the window cannot look into its frame. One hidden frame of the mail's own origin, with one
 * script of ours, reads its siblings' layout and posts it here.
 */

import type { Place } from "../design/mark";

/** What is known of one mail frame. */
export interface Measured {
  /** Room it needs, in px; null until it was measured. */
  height: number | null;
  /** Address of the link under the pointer; empty over none. */
  link: string;
}

/** A message of the measuring frame. */
export type Telling =
  | { restante: "ready" }
  | { restante: "height"; name: string; height: number; width: number }
  | { restante: "link"; name: string; href: string }
  | { restante: "rest"; name: string; text: string; html: string }
  | { restante: "text"; name: string; page: number; text: string }
  | { restante: "found"; name: string; page: number; top: number; height: number };

/** What it is told. What was searched stays here: of the marks it hears numbers alone. */
type Order = { restante: "read"; name: string; on: boolean } | { restante: "mark"; name: string; page: number; places: number[] };

/** So many places are marked in one mail. */
export const mostMarks = 2_000;

const isText = (value: unknown): value is string => typeof value === "string";
const isSize = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0;

/** The message, if it is one of the protocol's. Whatever else is posted to the window is nobody's business. */
export function readTelling(data: unknown): Telling | null {
  if (typeof data !== "object" || data === null) return null;
  const { restante, name, height, width, href, text, html, page, top } = data as Record<string, unknown>;
  if (restante === "ready") return { restante };
  if (!isText(name)) return null;
  if (restante === "height" && isSize(height) && isSize(width)) return { restante, name, height, width };
  if (restante === "link" && isText(href)) return { restante, name, href };
  if (restante === "rest" && isText(text) && isText(html)) return { restante, name, text, html };
  if (restante === "text" && isText(text) && isSize(page)) return { restante, name, page, text };
  if (restante === "found" && isSize(page) && typeof top === "number" && Number.isFinite(top) && isSize(height)) return { restante, name, page, top, height };
  return null;
}

/** The host of a link, as the person should see it; the whole address where it has no host. */
export function linkHost(href: string): string {
  try {
    const { host, protocol } = new URL(href);
    return host || (protocol === "mailto:" ? href.slice("mailto:".length) : href);
  } catch {
    return href;
  }
}

/** Where the measuring frame lives, for the address of a mail; null where there is none, as in a plain browser. */
export function measureAddress(mail: string): string | null {
  try {
    const address = new URL("/measure", mail);
    return address.protocol === "message:" || address.host === "message.localhost" ? address.href : null;
  } catch {
    return null;
  }
}

type Listener = (telling: Exclude<Telling, { restante: "ready" }>) => void;

class Frames {
  /** Text selected in a mail, for the clipboard. */
  selection = "";
  /** Address of the measuring frame, known with the first mail. */
  measure = $state<string | null>(null);
  #listeners = new Map<string, Listener>();
  /** Names of the frames whose text is wanted. */
  #read = new Set<string>();
  #measuring: HTMLIFrameElement | null = null;

  /** Listens to the measuring frame until the returned function is called. */
  follow(measuring: HTMLIFrameElement): () => void {
    this.#measuring = measuring;
    const told = (event: MessageEvent) => this.#told(event);
    // Copying is done by the window, since the focus is here: what is selected in the mail goes to the clipboard.
    const copied = (event: ClipboardEvent) => {
      if (this.selection === "" || !event.clipboardData || document.getSelection()?.toString()) return;
      event.clipboardData.setData("text/plain", this.selection);
      event.preventDefault();
    };
    window.addEventListener("message", told);
    document.addEventListener("copy", copied);
    return () => {
      window.removeEventListener("message", told);
      document.removeEventListener("copy", copied);
      this.#measuring = null;
    };
  }

  /** A mail is shown from this address. */
  shown(mail: string): void {
    this.measure ??= measureAddress(mail);
  }

  /** Calls back with what is told of the frame of this name, until the returned function is called. */
  watch(name: string, listener: Listener): () => void {
    this.#listeners.set(name, listener);
    return () => this.#listeners.delete(name);
  }

  /** Has the text told of every document that comes to be in the frame of this name, until the returned function is called. */
  read(name: string): () => void {
    this.#read.add(name);
    this.#tell({ restante: "read", name, on: true });
    return () => {
      this.#read.delete(name);
      this.#tell({ restante: "read", name, on: false });
    };
  }

  /** Marks these places of the text that was told of this document. */
  mark(name: string, page: number, places: readonly Place[]): void {
    this.#tell({ restante: "mark", name, page, places: places.slice(0, mostMarks).flatMap(({ start, end }) => [start, end]) });
  }

  #tell(order: Order): void {
    // To whoever is in our frame: there are names of ours and numbers in it. Until it has loaded its origin is another one.
    this.#measuring?.contentWindow?.postMessage(order, "*");
  }

  #told(event: MessageEvent): void {
    if (!this.#measuring || event.source !== this.#measuring.contentWindow) return;
    const telling = readTelling(event.data);
    if (!telling) return;
    if (telling.restante === "ready") {
      // What was wanted before it ran was told to nobody.
      for (const name of this.#read) this.#tell({ restante: "read", name, on: true });
      return;
    }
    if (telling.restante === "rest") this.selection = telling.text;
    this.#listeners.get(telling.name)?.(telling);
  }
}

export const frames = new Frames();
