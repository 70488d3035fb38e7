/** `aria-description`, which Svelte's own lists of attributes do not know yet (ARIA 1.3; WebKit, Chromium and Gecko do). */
import type { Action } from "svelte/action";

/** Gives an element its accessible description; none where the text is empty. */
export const described: Action<HTMLElement, string> = (node, first) => {
  const set = (text: string) => {
    if (text) node.setAttribute("aria-description", text);
    else node.removeAttribute("aria-description");
  };
  set(first);
  return { update: set };
};
