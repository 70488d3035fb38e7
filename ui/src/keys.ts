/** From a key press to an action. Pure but for `KeyMap`, which remembers the first key of a pair such as `G`, then `I`. */
import type { Action } from "./actions";

/** How long the second key of a pair is waited for, in ms. */
const pairWithin = 1200;

/** What of a key press matters. */
export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The name of a press as it stands in `Action.keys`: `j`, `shift+j`, `mod+k`, `Enter`, `?`. */
export function keyName(press: Press, mac: boolean): string {
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (other || press.altKey) return "";
  // In a character such as "?" or "#" Shift is contained; letters count the same with caps lock.
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const shift = press.shiftKey && (key.length > 1 || key !== key.toUpperCase());
  return `${mod ? "mod+" : ""}${shift ? "shift+" : ""}${key}`;
}

/** Finds the action for each press. */
export class KeyMap {
  #first = "";
  #at = 0;

  constructor(readonly actions: readonly Action[]) {}

  /** The action that this press calls now, if any; `at` is a time in ms. */
  press(press: Press, mac: boolean, at: number): Action | undefined {
    const name = keyName(press, mac);
    if (name === "") return undefined;
    const pair = this.#first !== "" && at - this.#at < pairWithin ? `${this.#first} ${name}` : "";
    this.#first = "";
    const possible = this.actions.filter((action) => action.when());
    const found = possible.find((action) => action.keys.includes(pair)) ?? possible.find((action) => action.keys.includes(name));
    if (!found && possible.some((action) => action.keys.some((key) => key.startsWith(`${name} `)))) {
      this.#first = name;
      this.#at = at;
    }
    return found;
  }
}

const signs: Readonly<Record<string, string>> = {
  ArrowUp: "↑", ArrowDown: "↓", Enter: "Enter", Home: "Home", End: "End", PageUp: "Page ↑", PageDown: "Page ↓", Escape: "Esc", Delete: "Del", ContextMenu: "Menu",
};

/** Keys as a person reads them: `Ctrl K`, `G I`, `↓`. */
export function keyLabel(key: string, mac: boolean): string {
  return key
    .split(" ")
    .map((part) => {
      const plain = part.replace(/^(mod\+)?(shift\+)?/, "");
      const held = [part.startsWith("mod+") && (mac ? "⌘" : "Ctrl"), part.includes("shift+") && (mac ? "⇧" : "Shift")];
      return [...held, signs[plain] ?? plain.toUpperCase()].filter(Boolean).join(" ");
    })
    .join(" ");
}

/** Whether a press belongs to what is focused (a field, a control) rather than to the window. */
export function belongsToFocus(target: EventTarget | null, { key, ctrlKey, metaKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey">): boolean {
  if (!(target instanceof Element)) return false;
  if (ctrlKey || metaKey) {
    // Fields undo what was typed into them.
    if (key.toLowerCase() === "z") return target.closest("input, textarea, [contenteditable]") !== null;
    // Of all that is held with Ctrl or Cmd, only "all of this" and moving about depend on where one is.
    return /^(a|Arrow.*|Home|End|Page.*)$/i.test(key) && target.closest("input, textarea, select, [contenteditable], [role=tree], [role=menu], main") !== null;
  }
  if (target.closest("input, textarea, select, [contenteditable]")) return true;
  // At a folder these are about the folder.
  if (/^(Delete|ContextMenu|F10)$/.test(key)) return target.closest("[role=tree], [role=menu]") !== null;
  if (key === "Enter" || key === " ") return target.closest("button, a, summary, [role=treeitem]") !== null;
  return /^(Arrow|Home|End|Page)/.test(key) && target.closest("[role=tree], [role=menu], [role=radiogroup], main") !== null;
}
