/** Which labels messages have, and what can be made of what was typed. Pure. */
import type { LabelView } from "../backend";
import type { About } from "../state/view.svelte";

/** Whether all have it, none, or some. */
export type Has = "true" | "false" | "mixed";

/** How messages stand to a label; `count` may be more than are known of. */
export function stateOf(keyword: string, messages: readonly About[], count: number): Has {
  const having = messages.filter(({ labels }) => labels.includes(keyword)).length;
  if (having === 0) return "false";
  return having === messages.length && messages.length === count ? "true" : "mixed";
}

/** The one of the five well-known labels that a digit stands for. */
export const wellKnown = (digit: string, labels: readonly LabelView[]): LabelView | undefined =>
  /^[1-5]$/.test(digit) ? labels.find(({ keyword }) => keyword.toLowerCase() === `$label${digit}`) : undefined;

/** The digit that stands for a label. */
export const digitOf = ({ keyword }: LabelView): string | undefined => /^\$label([1-5])$/i.exec(keyword)?.[1];

/** The name of the label that could be made; null where nothing was typed, or there is one of that name. */
export function newName(typed: string, names: readonly string[]): string | null {
  const name = typed.trim();
  return name === "" || names.some((one) => one.toLowerCase() === name.toLowerCase()) ? null : name;
}

/** The colour that the fewest labels have, the first of those. */
export function spareColor(palette: readonly string[], labels: readonly LabelView[]): string {
  const uses = (color: string) => labels.filter((label) => label.color.toLowerCase() === color).length;
  return [...palette].sort((a, b) => uses(a) - uses(b))[0] ?? "";
}
