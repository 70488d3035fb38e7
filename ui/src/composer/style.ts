/**
 * Which declarations of a `style` attribute may stand in a message that is written. Pure, and on the safe side: what is not
 * understood is left out. Nothing that stays can load, run, cover the window or stand outside the text.
 */

const plain = [
  "color", "font-family", "font-size", "font-style", "font-variant", "font-weight", "letter-spacing", "line-height", "text-align", "text-decoration",
  "text-decoration-color", "text-decoration-line", "text-decoration-style", "text-indent", "text-transform", "vertical-align", "white-space", "direction",
  "background-color", "border-collapse", "border-spacing", "list-style-type", "table-layout", "width", "height", "max-width", "min-width",
];
const sides = ["", "-top", "-right", "-bottom", "-left"];
const boxes = ["margin", "padding", "border"].flatMap((box) => sides.map((side) => box + side));
const borders = sides.flatMap((side) => ["width", "style", "color"].map((part) => `border${side}-${part}`));
const allowed: ReadonlySet<string> = new Set([...plain, ...boxes, ...borders, "border-radius"]);

/** What is pasted keeps what carries meaning, and takes the type and the measure of the message. */
const pasted: ReadonlySet<string> = new Set(["color", "background-color", "font-style", "font-weight", "text-align", "text-decoration", "text-decoration-line", "white-space", "vertical-align", "direction"]);

const functions = /^(?:rgba?|hsla?|calc|min|max|clamp)$/;
const longestValue = 200;
const longestStyle = 8000;

/** Whether the value of this property is harmless. */
function harmless(property: string, value: string): boolean {
  if (value.length === 0 || value.length > longestValue) return false;
  // Escapes, comments and at-rules hide what they are; a bracket could leave the attribute; a quote belongs to names of fonts.
  if (/[\\<>@{};!]|\/\*|--/.test(value)) return false;
  if (/["']/.test(value) && property !== "font-family") return false;
  let depth = 0;
  for (const [found] of value.matchAll(/[a-z-]*\(|\)/gi)) {
    if (found === ")") depth--;
    else if (functions.test(found.slice(0, -1).toLowerCase())) depth++;
    else return false;
    if (depth < 0 || depth > 4) return false;
  }
  if (depth !== 0) return false;
  if ((value.match(/"/g)?.length ?? 0) % 2 || (value.match(/'/g)?.length ?? 0) % 2) return false;
  // A negative margin draws one thing over another.
  if (/^(?:margin|text-indent|letter-spacing)/.test(property) && /(?:^|[\s,])-|\(/.test(value)) return false;
  if (/^(?:font-size|line-height)$/.test(property) && /^0*(?:\.0*)?(?:[a-z]+|%)?$/i.test(value)) return false;
  return true;
}

/** Whether a colour only repeats what paper and ink are anyway; on other paper it would be hard to read. */
export function isPaperOrInk(value: string): boolean {
  const text = value.trim().toLowerCase();
  if (/^(?:black|white|inherit|initial|unset|transparent|currentcolor|windowtext|window|canvas|canvastext)$/.test(text)) return true;
  const hex = /^#([\da-f]{3,8})$/.exec(text)?.[1];
  const digits = hex && (hex.length < 6 ? hex.replace(/./g, "$&$&") : hex);
  const parts = digits ? [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) : /^rgba?\(/.test(text) ? (text.match(/[\d.]+/g) ?? []).map(Number) : [];
  const [red, green, blue, alpha] = parts;
  if (red === undefined || green === undefined || blue === undefined) return false;
  if (alpha === 0) return true;
  const high = Math.max(red, green, blue);
  const low = Math.min(red, green, blue);
  return high - low <= 24 && (high <= 90 || low >= 225);
}

/** Splits at `;`, but not within brackets or quotes. */
function declarations(text: string): string[] {
  const all: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\\") at++;
    else if (quote) quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "(") depth++;
    else if (letter === ")") depth--;
    else if (letter === ";" && depth <= 0) {
      all.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...all, text.slice(start)];
}

/** The declarations of `text` that may stay, in their order. */
export function keptStyle(text: string, mode: "keep" | "paste"): [property: string, value: string][] {
  if (text.length > longestStyle) return [];
  return declarations(text).flatMap((declaration): [string, string][] => {
    const colon = declaration.indexOf(":");
    let property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).replace(/\s*!\s*important\s*$/i, "").trim();
    // Of a background only its colour is kept; what is more than a colour does not pass below.
    if (property === "background" && /^(?:#[\da-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([^()]*\))$/i.test(value)) property = "background-color";
    if (colon < 0 || !allowed.has(property) || !harmless(property, value)) return [];
    if (mode === "paste" && (!pasted.has(property) || (/color$/.test(property) && isPaperOrInk(value)))) return [];
    return [[property, value]];
  });
}
