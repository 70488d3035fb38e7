/**
 * Which list is on screen. From one search to the next the rows stay until the new ones are here, so that nothing flickers
 * under a person who types; and the list that a search was begun over is kept as it was, to come back to.
 */
import { ListModel } from "./model.svelte";

export class Shown {
  model = $state.raw() as ListModel;
  /** The list that waits behind a search. */
  #kept: ListModel | null = null;
  #make: () => ListModel;
  #closed = false;

  constructor(make: () => ListModel) {
    this.#make = make;
    this.model = make();
  }

  /** Another list, or another filter of it, is to be shown. */
  turn(same: (model: ListModel) => boolean): void {
    const { model } = this;
    if (same(model)) {
      if (this.#kept === model) this.#kept = null;
      return;
    }
    if (this.#kept && same(this.#kept)) {
      const kept = this.#kept;
      this.#kept = null;
      this.#put(kept);
      void kept.refresh();
      return;
    }
    const next = this.#make();
    const searches = next.key.kind === "search";
    if (searches && model.key.kind !== "search") {
      this.#drop();
      this.#kept = model;
    } else if (!searches) this.#drop();
    if (!searches) this.#put(next);
    // A search that cannot be read says so in its own list.
    else void next.read.then(() => this.#arrived(next, same));
  }

  close(): void {
    this.#closed = true;
    this.#drop();
    this.model.close();
  }

  /** The first rows of a search are here. Meanwhile it may be another one that is wanted. */
  #arrived(next: ListModel, same: (model: ListModel) => boolean): void {
    if (this.#closed || !same(next)) next.close();
    else this.#put(next);
  }

  #put(next: ListModel): void {
    const old = this.model;
    this.model = next;
    if (old !== this.#kept) old.close();
  }

  #drop(): void {
    if (this.#kept !== this.model) this.#kept?.close();
    this.#kept = null;
  }
}
