/** Short notes at the foot of the window: what was done, or what failed. */
import { asUiError, type UiError } from "../backend";
import { explain } from "../words.svelte";

/** One note. */
export interface Toast {
  id: number;
  text: string;
  /** The raw answer, behind a fold. */
  detail: string | null;
  /** A failure stays until it is closed. */
  failure: boolean;
}

const shownFor = 5000;

class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /** Says something that needs no answer; it leaves by itself. */
  say(text: string): void {
    const id = this.#add(text, null, false);
    setTimeout(() => this.close(id), shownFor);
  }

  /** Says what failed. What the person cancelled is no failure. */
  fail(error: UiError): void {
    if (error.code !== "cancelled") this.#add(explain(error), error.detail, true);
  }

  close(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }

  #add(text: string, detail: string | null, failure: boolean): number {
    const id = this.#next++;
    // The same failure twice is one failure; three notes are all that a person reads.
    this.all = [...this.all.filter((toast) => toast.text !== text).slice(-2), { id, text, detail, failure }];
    return id;
  }
}

export const toasts = new Toasts();

/** Runs a command of which only the failure is to be told. */
export function attempt(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    (thrown: unknown) => {
      toasts.fail(asUiError(thrown));
      return false;
    },
  );
}
