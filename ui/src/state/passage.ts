/** A passage that was selected in a message, as what is quoted of it. */

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/**
 * Markup of the passage: as it stands in the mail where that is known, else a block for each line; null where nothing is selected,
 * so that everything is quoted. It is never drawn here: the engine cleans it, and what comes back is cleaned once more.
 */
export function passageOf(text: string, html = ""): string | null {
  const lines = text.replace(/\r\n?/g, "\n").trim();
  if (lines === "") return null;
  if (html.trim() !== "") return html;
  return lines
    .split("\n")
    .map((line) => `<div>${escaped(line.trimEnd()) || "<br>"}</div>`)
    .join("");
}
