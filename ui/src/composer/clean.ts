/**
 * The one way in: whatever is pasted, dropped, quoted, restored or signed with passes here before it becomes part of the window.
 *
 * DOMPurify takes out what can run; a second walk over what it left keeps only known attributes, takes away every address that
 * is not a link a person can follow, and sets what is left of the style through the CSSOM, since the window's policy forbids
 * style attributes that a parser finds. All of it happens in a document without a window, where nothing is ever fetched.
 */
import createPurify from "dompurify";
import type { Pictures } from "../state/pictures";
import { isPaperOrInk, keptStyle } from "./style";

/** The longest text that is taken in, in characters; what is longer is cut. */
export const longest = 2_000_000;

/** `keep`: the look stays, as of a quote. `paste`: what carries meaning stays. */
export type Mode = "keep" | "paste";

const tags = [
  "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "dir",
  "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
  "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
  "tt", "u", "ul", "var", "wbr", "section", "article", "header", "footer", "main", "aside",
];
const everywhere = ["style", "dir", "lang", "title", "align"];
const cell = ["colspan", "rowspan", "width", "height", "valign", "bgcolor", "nowrap"];
const own: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  img: ["src", "alt", "width", "height"],
  font: ["color", "size"],
  table: ["width", "border", "cellpadding", "cellspacing", "bgcolor"],
  td: cell,
  th: cell,
  tr: ["valign", "bgcolor"],
  col: ["span", "width"],
  colgroup: ["span", "width"],
  ol: ["type", "start"],
  ul: ["type"],
  li: ["value"],
  blockquote: ["type"],
};
const attributes = [...new Set([...everywhere, ...Object.values(own).flat()])];

let purify: ReturnType<typeof createPurify> | undefined;

/** Whether a person can follow this address from a message. */
export function isLink(address: string): boolean {
  // Browsers ignore these within a scheme.
  const seen = Array.from(address).filter((letter) => letter > " " && letter !== "\u007f").join("");
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(seen) && !/^https?:\/\/[^/?#]*@/i.test(seen);
}

/** Sets a style so that the window's policy lets it be: property by property. */
export function paint(element: HTMLElement, style: readonly (readonly [string, string])[]): void {
  element.removeAttribute("style");
  for (const [property, value] of style) element.style.setProperty(property, value);
  if (element.getAttribute("style") === "") element.removeAttribute("style");
}

function keyOf(address: string, mode: Mode, pictures: Pictures): string | null {
  const cid = /^cid:(.+)$/i.exec(address.trim())?.[1];
  if (cid === undefined) return pictures.ofData(address);
  // Pasted from another message it names a picture that is not here.
  return mode === "keep" || pictures.knows(decoded(cid)) ? pictures.ofCid(decoded(cid)) : null;
}

function picture(image: HTMLElement, address: string, mode: Mode, pictures: Pictures): void {
  const key = keyOf(address, mode, pictures);
  image.removeAttribute("src");
  if (key === null) {
    // What stays of a picture that would have to be fetched is what it is called.
    image.replaceWith(image.getAttribute("alt")?.trim() ?? "");
    return;
  }
  image.dataset["picture"] = key;
  const shown = pictures.addressOf(key);
  if (shown !== null) image.setAttribute("src", shown);
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}

function look(element: HTMLElement, mode: Mode, pictures: Pictures): void {
  const tag = element.localName;
  const style = element.getAttribute("style");
  for (const { name, value } of [...element.attributes]) {
    const keeps = name === "style" || everywhere.includes(name) || own[tag]?.includes(name);
    if (!keeps || (name === "href" && !isLink(value)) || value.length > 4000 && name !== "src") element.removeAttribute(name);
    else if (mode === "paste" && (name === "color" || name === "bgcolor") && isPaperOrInk(value)) element.removeAttribute(name);
  }
  if (tag === "blockquote" && element.getAttribute("type")?.toLowerCase() !== "cite") element.removeAttribute("type");
  if (style !== null) paint(element, keptStyle(style, mode));
  if (tag === "img") picture(element, element.getAttribute("src") ?? "", mode, pictures);
}

/** What of `html` may stand in a message that is written. */
export function clean(html: string, mode: Mode, pictures: Pictures): DocumentFragment {
  purify ??= createPurify(window);
  const fragment = purify.sanitize(html.slice(0, longest), {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_NAMESPACES: ["http://www.w3.org/1999/xhtml"],
    // `cid:` and `data:` are looked at below: the rest of what is no link goes here. All other attributes hold no address.
    ADD_URI_SAFE_ATTR: attributes.filter((name) => name !== "href" && name !== "src"),
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/)/i,
    FORBID_CONTENTS: ["head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg", "template", "textarea", "title", "video", "audio", "xmp", "select"],
    RETURN_DOM_FRAGMENT: true,
  });
  for (const element of fragment.querySelectorAll<HTMLElement>("*")) look(element, mode, pictures);
  return document.importNode(fragment, true);
}
