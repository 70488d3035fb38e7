/**
 * Live queries: what is shown is read from the store, and read again when a topic it depends on is announced.
 *
 * Answers that were overtaken by a newer question are dropped. While one answer is on its way, further announcements only
 * mark it to be asked once more, so a busy sync cannot pile up questions.
 */
import { asUiError, backend, type UiError } from "./backend";
import { kept } from "./kept";

type Listener = (changed: readonly string[]) => void;
let listeners: readonly Listener[] = [];

/** Announced where too many things changed to be named. */
const everything = "all";

/** Connects to the host's announcements. Called once, before the window is drawn. */
export async function listen(): Promise<() => void> {
  return backend.onChanged((topics) => {
    for (const listener of listeners) listener(topics);
  });
}

/** Calls back when one of `topics` is announced, until the returned function is called. */
export function onTopics(topics: readonly string[], callback: () => void): () => void {
  const listener: Listener = (changed) => {
    if (changed.includes(everything) || topics.some((topic) => changed.includes(topic))) callback();
  };
  listeners = [...listeners, listener];
  return () => (listeners = listeners.filter((other) => other !== listener));
}

/** A value that keeps itself true. */
export class Live<T> {
  /** The newest answer; undefined until the first. What has not changed in it since the one before is the same value. */
  value = $state.raw<T | undefined>();
  /** Why the newest question failed, if it did. The value before it stays. */
  error = $state.raw<UiError | null>(null);

  #query: (again: boolean) => Promise<T>;
  #question = 0;
  #running = false;
  #dirty = false;

  constructor(query: (again: boolean) => Promise<T>) {
    this.#query = query;
  }

  /** Asks now, whatever is on its way: its answer is no longer wanted. */
  ask(again: boolean): void {
    const question = ++this.#question;
    this.#running = true;
    this.#dirty = false;
    this.#query(again).then(
      (value) => this.#answered(question, () => ((this.value = kept(this.value, value)), (this.error = null))),
      (thrown: unknown) => this.#answered(question, () => (this.error = asUiError(thrown))),
    );
  }

  /** Asks again as soon as nothing is on its way. */
  refresh(): void {
    if (this.#running) this.#dirty = true;
    else this.ask(true);
  }

  /** Forgets the value and every answer still on its way. */
  clear(): void {
    this.#question++;
    this.#running = this.#dirty = false;
    this.value = undefined;
    this.error = null;
  }

  #answered(question: number, keep: () => void): void {
    if (question !== this.#question) return;
    this.#running = false;
    keep();
    if (this.#dirty) this.ask(true);
  }
}

/**
 * Reads `query` now, whenever a value that it reads before its first `await` changes, and whenever one of `topics` is
 * announced. `again` is false for the first reading of a new question. To be called while a component is set up, or
 * inside `$effect.root`.
 */
export function live<T>(query: (again: boolean) => Promise<T>, topics: () => readonly string[]): Live<T> {
  const result = new Live(query);
  $effect(() => {
    result.ask(false);
  });
  $effect(() => onTopics(topics(), () => result.refresh()));
  return result;
}
