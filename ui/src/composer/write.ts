/**
 * The text of the editor as it is stored: markup with pictures as `cid:`, and plain text. Written by hand from the tree, so that
 * nothing of the editor's own (its marks, addresses of this window) can slip into a message.
 */
import type { Pictures } from "../state/pictures";

const hollow: ReadonlySet<string> = new Set(["br", "hr", "img", "col", "wbr"]);
/** Attributes of the window, not of the message. */
const inner = /^(?:class|id|contenteditable|spellcheck|tabindex|role|hidden|data-.*|aria-.*)$/;

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;").replace(/\u200b/g, "");
const quoted = (text: string) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function attributesOf(element: Element): string {
  return [...element.attributes]
    .filter(({ name }) => !inner.test(name) && name !== "src")
    .map(({ name, value }) => ` ${name}="${quoted(value)}"`)
    .join("");
}

function markup(node: Node, pictures: Pictures): string {
  if (node instanceof Text) return escaped(node.data);
  if (!(node instanceof HTMLElement)) return "";
  const tag = node.localName;
  const inside = () => [...node.childNodes].map((child) => markup(child, pictures)).join("");
  // The editor's own marks and handles.
  if (tag === "input" || node.classList.contains("squire-image-resize-container")) return "";
  if (tag === "img") {
    const cid = pictures.cidOf(node.dataset["picture"] ?? "");
    // One that is still being attached is written as soon as it is.
    return cid === null ? "" : `<img src="cid:${quoted(encodeURI(cid))}"${attributesOf(node)}>`;
  }
  return hollow.has(tag) ? `<${tag}${attributesOf(node)}>` : `<${tag}${attributesOf(node)}>${inside()}</${tag}>`;
}

/** The markup of what is in `root`. */
export const toHtml = (root: ParentNode & Node, pictures: Pictures): string => [...root.childNodes].map((child) => markup(child, pictures)).join("");

const blocks = /^(?:address|article|aside|blockquote|caption|center|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|section|table|tr|ul)$/;

/** Lines of text, of which the last is still being written. */
class Lines {
  all: string[] = [""];
  add(text: string): void {
    this.all.push((this.all.pop() ?? "") + text);
  }
  /** The next text begins on a line of its own. */
  fresh(): void {
    if (this.all.at(-1) !== "") this.all.push("");
  }
  /** Lines of another, each with something before it. */
  within(other: Lines, first: string, rest: string): void {
    this.fresh();
    const lines = other.all.at(-1) === "" && other.all.length > 1 ? other.all.slice(0, -1) : other.all;
    const begun = lines.map((line, at) => ((at === 0 ? first : rest) + line).trimEnd());
    this.all.splice(-1, 1, ...begun, "");
  }
}

function textOf(node: Node, lines: Lines, kept: boolean): void {
  if (node instanceof Text) {
    const text = node.data.replace(/\u200b/g, "");
    if (kept) text.split("\n").forEach((line, at) => (at > 0 ? lines.all.push(line) : lines.add(line)));
    else {
      const single = text.replace(/[ \t\r\n]+/g, " ");
      lines.add(lines.all.at(-1) === "" ? single.replace(/^ /, "") : single);
    }
    return;
  }
  if (!(node instanceof HTMLElement)) return;
  const tag = node.localName;
  const children = (into: Lines, pre = kept) => node.childNodes.forEach((child) => textOf(child, into, pre));
  const apart = (first: string, rest: string) => {
    const own = new Lines();
    children(own);
    lines.within(own, first, rest);
  };
  if (tag === "br") {
    // The one at the end of a line only keeps it open.
    if (node.nextSibling) lines.all.push("");
    else if (lines.all.at(-1) === "") lines.all.push("");
  } else if (tag === "img") lines.add(node.getAttribute("alt") ?? "");
  else if (tag === "hr") {
    lines.fresh();
    lines.add("---");
    lines.fresh();
  } else if (tag === "blockquote") apart("> ", "> ");
  else if (tag === "li") {
    const list = node.parentElement;
    const at = [...(list?.children ?? [])].indexOf(node) + (Number(list?.getAttribute("start")) || 1);
    const mark = list?.localName === "ol" ? `${at}. ` : "- ";
    apart(mark, " ".repeat(mark.length));
  } else if (tag === "td" || tag === "th") {
    if (node.previousElementSibling) lines.add("\t");
    children(lines);
  } else if (tag === "a") {
    children(lines);
    const address = node.getAttribute("href") ?? "";
    const bare = address.replace(/^mailto:/, "");
    if (address && !node.textContent.includes(bare)) lines.add(` <${bare}>`);
  } else if (blocks.test(tag)) {
    lines.fresh();
    const before = lines.all.length;
    children(lines, kept || tag === "pre");
    // An empty line is a line too, but not twice.
    if (lines.all.at(-1) !== "" || (lines.all.length === before && node.childNodes.length === 0)) lines.all.push("");
    if (/^(?:p|h[1-6])$/.test(tag) && node.nextElementSibling) lines.all.push("");
  } else children(lines);
}

/** What is in `root` as plain text: quotes with `>`, lists with their marks, links with their address. */
export function toText(root: Node): string {
  const lines = new Lines();
  root.childNodes.forEach((child) => textOf(child, lines, false));
  return lines.all.map((line) => line.replace(/\u00a0/g, " ").trimEnd()).join("\n").replace(/^\n+|\s+$/g, "").replace(/\n{4,}/g, "\n\n\n");
}

/** Plain text as markup: a block for each line, and quotes as quotes. */
export function fromText(text: string): string {
  const out: string[] = [];
  let depth = 0;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const marks = /^(?:> ?)*/.exec(line)?.[0] ?? "";
    const wanted = marks.replace(/[^>]/g, "").length;
    for (; depth < wanted; depth++) out.push('<blockquote type="cite">');
    for (; depth > wanted; depth--) out.push("</blockquote>");
    const rest = escaped(line.slice(marks.length)).replace(/ {2}/g, "&nbsp; ");
    out.push(`<div>${rest || "<br>"}</div>`);
  }
  for (; depth > 0; depth--) out.push("</blockquote>");
  return out.join("");
}
