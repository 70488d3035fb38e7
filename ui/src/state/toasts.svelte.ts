/** Short notes at the foot of the window: what was done, or what failed. */
import { asUiError, type UiError } from "../backend";
import { explain } from "../words.svelte";

/** What can be done about a note. */
export interface Remedy {
  name: string;
  /** Tooltip. */
  title: string;
  run: () => void;
}

/** One note. */
export interface Toast {
  id: number;
  text: string;
  /** What else should be known, in a line of its own. */
  more: string | null;
  /** The raw answer, behind a fold. */
  detail: string | null;
  /** A failure stays until it is closed. */
  failure: boolean;
  remedy: Remedy | null;
  /** Whether it says what was done last: the next that says so takes its place. */
  last: boolean;
}

const shownFor = 5000;
/** A note that can be answered stays longer. */
const answerableFor = 8000;
/** What was being read or pointed at does not leave at once. */
const afterRest = 2000;

interface Timer {
  left: number;
  since: number;
  handle: ReturnType<typeof setTimeout> | undefined;
}

class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #next = 1;
  #timers = new Map<number, Timer>();
  #paused = false;

  /** Says something that needs no answer; it leaves by itself. */
  say(text: string): void {
    this.#leave(this.#add({ text }), shownFor);
  }

  /** Says what was done, in the place of what was done before. */
  done(text: string, about: { more?: string | null; remedy?: Remedy | null } = {}): void {
    this.all = this.all.filter((toast) => !toast.last);
    this.#leave(this.#add({ text, more: about.more ?? null, remedy: about.remedy ?? null, last: true }), about.remedy || about.more ? answerableFor : shownFor);
  }

  /**
   * Says something that can be answered, whatever is done meanwhile, for so many ms; null = until it is closed. Gives its number.
   */
  offer(text: string, remedy: Remedy, during: number | null = answerableFor): number {
    const id = this.#add({ text, remedy, failure: during === null });
    if (during !== null) this.#leave(id, during);
    return id;
  }

  /** Says what failed. What the person cancelled is no failure. */
  fail(error: UiError): void {
    if (error.code !== "cancelled") this.#add({ text: explain(error), detail: error.detail, failure: true });
  }

  /** Says something that stays until it is closed. */
  tell(text: string): void {
    this.#add({ text, failure: true });
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id)?.handle);
    this.#timers.delete(id);
    this.all = this.all.filter((toast) => toast.id !== id);
    // What is gone can no longer tell that the pointer left it.
    if (this.all.length === 0) this.resume();
  }

  /** Nothing leaves while the pointer or the keys are at the notes. */
  pause(): void {
    this.#paused = true;
    for (const timer of this.#timers.values()) {
      clearTimeout(timer.handle);
      timer.left = Math.max(afterRest, timer.left - (Date.now() - timer.since));
    }
  }
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    for (const id of this.#timers.keys()) this.#run(id);
  }

  #leave(id: number, after: number): void {
    this.#timers.set(id, { left: after, since: Date.now(), handle: undefined });
    if (!this.#paused) this.#run(id);
  }

  #run(id: number): void {
    const timer = this.#timers.get(id);
    if (!timer) return;
    timer.since = Date.now();
    timer.handle = setTimeout(() => this.close(id), timer.left);
  }

  #add(toast: Pick<Toast, "text"> & Partial<Toast>): number {
    const id = this.#next++;
    // The same failure twice is one failure; three notes are all that a person reads.
    this.all = [...this.all.filter(({ text }) => text !== toast.text).slice(-2), { more: null, detail: null, failure: false, remedy: null, last: false, ...toast, id }];
    for (const known of this.#timers.keys()) if (!this.all.some((one) => one.id === known)) this.close(known);
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
