/** Tells the host, once, that the first thing worth seeing is on screen. */
import { backend } from "../backend";

let told = false;

/** To be called when rows, or the welcome form, have been given to the document: two frames later they are painted. */
export function painted(): void {
  if (told) return;
  told = true;
  // A host that does not care may refuse; nobody is waiting for the answer.
  requestAnimationFrame(() => requestAnimationFrame(() => void backend.painted().catch(() => undefined)));
}
