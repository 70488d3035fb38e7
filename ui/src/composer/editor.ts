/** The editor of formatted text: Squire, with everything that comes in cleaned, and pictures of the draft shown from memory. */
import Squire from "squire-rte";
import type { Pictures } from "../state/pictures";
import { clean, isLink, paint, type Mode } from "./clean";
import { toHtml, toText } from "./write";
import { isPicture } from "../state/pictures";

/** A quote of so many characters is put into the text once what stands around it is on the screen. */
const long = 40_000;
const isColoured = /\bbgcolor=|<font\b[^>]*\bcolor=|\bstyle="[^"]*color/i;

/** The text around its quotes, where these are long; they are left empty. */
function around(html: string): string | null {
  const from = html.indexOf("<blockquote");
  const to = html.lastIndexOf("</blockquote>");
  return from >= 0 && to - from > long ? html.slice(0, html.indexOf(">", from) + 1) + html.slice(to) : null;
}

/** What can be done to text. */
export type Format = "bold" | "italic" | "underline" | "bullets" | "numbers" | "quote" | "code";

/** What is so where the caret stands. */
export type Formats = Readonly<Record<Format | "link", boolean>>;
export const nothing: Formats = { bold: false, italic: false, underline: false, bullets: false, numbers: false, quote: false, code: false, link: false };

interface Wishes {
  /** Something was typed or changed. */
  ontyped: () => void;
  /** What is so at the caret has changed. */
  onformats: (formats: Formats) => void;
  /** Files were pasted or dropped that are no pictures to stand in the text. */
  onfiles: (files: readonly File[]) => void;
}

export class Editor {
  readonly #root: HTMLElement;
  readonly #squire: Squire;
  readonly #pictures: Pictures;
  readonly #watch: MutationObserver;
  readonly #stop = new AbortController();
  /** Elements whose style was set again, and what it was. */
  readonly #mended = new WeakMap<HTMLElement, string>();
  #mode: Mode = "keep";
  /** The whole text, while its quotes are still to come. */
  #coming: string | null = null;

  constructor(root: HTMLElement, html: string, pictures: Pictures, wishes: Wishes) {
    this.#root = root;
    this.#pictures = pictures;
    // Before Squire's own: it has a way of its own for each browser, and one of them lets the page draw what is pasted.
    const first = { capture: true, signal: this.#stop.signal };
    root.addEventListener("paste", (event) => this.#pasted(event, wishes), first);
    root.addEventListener("drop", (event) => this.#dropped(event, wishes), first);
    // A link is followed by no click in here.
    root.addEventListener("click", (event) => event.target instanceof Element && event.target.closest("a") && event.preventDefault(), first);
    // Nothing is done to a text that is not there yet.
    for (const type of ["keydown", "beforeinput", "compositionstart", "cut"]) root.addEventListener(type, () => this.#whole(), first);
    this.#squire = new Squire(root, {
      blockTag: "DIV",
      undo: { documentSizeThreshold: 400_000, undoLimit: 60 },
      sanitizeToDOMFragment: (text: string) => clean(text, this.#mode, pictures),
      didError: (error: unknown) => console.error(error),
    });
    // The window's policy forbids a style that is set as markup, as undo does: it is set again by a way that is allowed.
    this.#watch = new MutationObserver((all) => this.#repaint(all));
    this.#watch.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
    this.set(html);
    this.#squire.addEventListener("input", () => wishes.ontyped());
    this.#squire.addEventListener("pathChange", () => wishes.onformats(this.formats));
    this.#squire.addEventListener("select", () => wishes.onformats(this.formats));
    // The first version of a text is no change of it.
    for (const key of ["Ctrl-k", "Meta-k"]) this.#squire.setKeyHandler(key, null);
  }

  /** The text as it is stored. */
  get html(): string {
    this.#whole();
    return toHtml(this.#root, this.#pictures);
  }
  get text(): string {
    this.#whole();
    return toText(this.#root);
  }
  get formats(): Formats {
    const has = (tag: string) => this.#squire.hasFormat(tag);
    return { bold: has("B"), italic: has("I"), underline: has("U"), bullets: has("UL"), numbers: has("OL"), quote: has("BLOCKQUOTE"), code: has("PRE") || has("CODE"), link: has("A") };
  }
  /** Address of the link at the caret; empty where there is none. */
  get link(): string {
    const { startContainer: node } = this.#squire.getSelection();
    const at = node instanceof Element ? node : node.parentElement;
    return at?.closest("a")?.getAttribute("href") ?? "";
  }
  get hasSelection(): boolean {
    return !this.#squire.getSelection().collapsed;
  }
  /** Whether something in the text has a colour of its own. */
  get coloured(): boolean {
    return (this.#coming !== null && isColoured.test(this.#coming)) || this.#root.querySelector("[bgcolor], font[color], [style*='color']") !== null;
  }

  /** Replaces everything. Long quotes follow when the rest has been painted, or as soon as anything is asked of the text. */
  set(html: string): void {
    const first = around(html);
    this.#coming = first === null ? null : html;
    this.#squire.setHTML(first ?? html);
    // What is asked for in a frame runs before that frame is painted: the one after it comes when this one has been.
    if (first !== null) requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => this.#whole())));
  }

  /** Changes the tree by hand, such as the signature in it. */
  change(work: (root: HTMLElement) => void): void {
    this.#whole();
    this.#squire.saveUndoState();
    work(this.#root);
  }

  /** Cleaned markup, to be put somewhere in the text. */
  clean(html: string): DocumentFragment {
    return clean(html, "keep", this.#pictures);
  }

  focus(): void {
    this.#squire.focus();
  }
  /** Behind the last quote, before the signature: where an answer is written that stands below it. */
  toBelowQuote(): void {
    this.#whole();
    const after = [...this.#root.querySelectorAll<HTMLElement>(":scope > blockquote")].at(-1)?.nextElementSibling;
    if (!after) {
      this.toStart();
      return;
    }
    const range = document.createRange();
    range.setStart(after, 0);
    this.#squire.setSelection(range);
    after.scrollIntoView({ block: "nearest" });
  }
  toStart(): void {
    this.#squire.moveCursorToStart();
    this.#root.scrollTop = 0;
  }

  /** Switches a format on or off. */
  toggle(format: Format): void {
    this.#whole();
    const squire = this.#squire;
    const on = this.formats[format];
    const way: Record<Format, [() => unknown, () => unknown]> = {
      bold: [() => squire.bold(), () => squire.removeBold()],
      italic: [() => squire.italic(), () => squire.removeItalic()],
      underline: [() => squire.underline(), () => squire.removeUnderline()],
      bullets: [() => squire.makeUnorderedList(), () => squire.removeList()],
      numbers: [() => squire.makeOrderedList(), () => squire.removeList()],
      quote: [() => squire.increaseQuoteLevel(), () => squire.decreaseQuoteLevel()],
      code: [() => squire.code(), () => squire.removeCode()],
    };
    way[format][on ? 1 : 0]();
    squire.focus();
  }

  /** Makes a link of what is selected, or takes it away where `address` is empty. False: this is no address to follow. */
  setLink(address: string): boolean {
    this.#whole();
    const text = address.trim();
    if (text === "") {
      this.#squire.removeLink();
      return true;
    }
    const whole = /^[a-z][a-z\d+.-]*:/i.test(text) ? text : /^[^\s@/]+@[^\s@/]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
    if (!isLink(whole)) return false;
    this.#squire.makeLink(whole);
    return true;
  }

  /** Puts a picture of the draft at the caret. */
  insertPicture(key: string, name: string): void {
    this.#whole();
    const address = this.#pictures.addressOf(key);
    if (address !== null) this.#squire.insertImage(address, { "data-picture": key, alt: name });
  }

  /** Shows pictures whose bytes have come meanwhile. */
  showPictures(): void {
    for (const image of this.#root.querySelectorAll<HTMLElement>("img[data-picture]:not([src])")) {
      const address = this.#pictures.addressOf(image.dataset["picture"] ?? "");
      if (address !== null) image.setAttribute("src", address);
    }
  }

  /** Takes in what was pasted: pictures where they stand alone, else the markup, else the text. */
  take(data: DataTransfer, plain: boolean, wishes: Pick<Wishes, "onfiles">): void {
    this.#whole();
    const html = plain ? "" : data.getData("text/html");
    const text = data.getData("text/plain");
    const files = [...data.files];
    // A browser offers a copied picture as markup that would fetch it, and as its bytes: the bytes are wanted.
    const alone = files.length > 0 && (text === "" || files.some(({ type }) => !isPicture(type)));
    if (alone) {
      for (const file of files.filter(({ type }) => isPicture(type))) {
        const key = this.#pictures.ofBytes(file);
        this.insertPicture(key, file.name);
        this.#pictures.onpasted?.(key, file);
      }
      const others = files.filter(({ type }) => !isPicture(type));
      if (others.length > 0) wishes.onfiles(others);
    } else if (html) {
      this.#mode = "paste";
      try {
        this.#squire.insertHTML(html, true);
      } finally {
        this.#mode = "keep";
      }
    } else if (text) this.#squire.insertPlainText(text, true);
  }

  /** Puts the editor away. */
  end(): void {
    this.#whole();
    this.#stop.abort();
    this.#watch.disconnect();
    this.#squire.destroy();
  }

  /** Puts the quotes in that were still to come. Where the caret stands there are the same blocks as before. */
  #whole(): void {
    const html = this.#coming;
    if (html === null) return;
    this.#coming = null;
    const { startContainer, startOffset } = this.#squire.getSelection();
    const way: number[] = [];
    let node: Node = startContainer;
    for (; node !== this.#root && node.parentNode; node = node.parentNode) way.unshift([...node.parentNode.childNodes].indexOf(node as ChildNode));
    this.#squire.setHTML(html);
    if (node !== this.#root) return;
    let at: Node = this.#root;
    for (const n of way) at = at.childNodes[n] ?? at;
    const range = document.createRange();
    range.setStart(at, Math.min(startOffset, at instanceof Text ? at.length : at.childNodes.length));
    this.#squire.setSelection(range);
  }

  #pasted(event: ClipboardEvent, wishes: Wishes): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    // Squire keeps an eye on Shift, the key of "paste as text", for itself.
    if (event.clipboardData) this.take(event.clipboardData, this.#squire._isShiftDown, wishes);
  }

  #dropped(event: DragEvent, wishes: Wishes): void {
    const data = event.dataTransfer;
    // What is moved about within the text is Squire's.
    if (!data || (this.#squire._dragRange && data.files.length === 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#squire.focus();
    this.take(data, false, wishes);
  }

  #repaint(all: readonly MutationRecord[]): void {
    const lost: HTMLElement[] = [];
    const again = (element: HTMLElement) => {
      const text = element.getAttribute("style");
      // What does not stay after it was set once is not known here.
      if (text === null || element.style.length > 0 || this.#mended.get(element) === text) return;
      this.#mended.set(element, text);
      lost.push(element);
    };
    const mend = (element: HTMLElement) => {
      const text = element.getAttribute("style") ?? "";
      paint(element, text.split(";").flatMap((one): [string, string][] => {
        const at = one.indexOf(":");
        return at > 0 ? [[one.slice(0, at).trim(), one.slice(at + 1).trim()]] : [];
      }));
    };
    for (const { type, target, addedNodes } of all) {
      if (type === "attributes") {
        if (target instanceof HTMLElement) again(target);
        continue;
      }
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        again(node);
        for (const element of node.querySelectorAll<HTMLElement>("[style]")) again(element);
      }
    }
    // Of this nothing is news to Squire: it would be one more step to undo, and nothing could be redone.
    const wanted = this.#root.querySelector("img[data-picture]:not([src])") !== null;
    if (lost.length === 0 && !wanted) return;
    this.#squire.modifyDocument(() => {
      lost.forEach(mend);
      this.showPictures();
    });
    this.#watch.takeRecords();
  }
}
