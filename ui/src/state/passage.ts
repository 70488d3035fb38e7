/** A passage that was selected in a message, as what is quoted of it. */

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Markup of the passage, a block for each line; null where nothing is selected, so that everything is quoted. */
export function passageOf(text: string): string | null {
  const lines = text.replace(/\r\n?/g, "\n").trim();
  if (lines === "") return null;
  return lines
    .split("\n")
    .map((line) => `<div>${escaped(line.trimEnd()) || "<br>"}</div>`)
    .join("");
}
