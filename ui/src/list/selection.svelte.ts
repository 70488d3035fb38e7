/**
 * Which rows are selected. As long as it is the row under the cursor alone, nothing is kept here; several are stretches
 * of indexes, tied to the ids of those of their rows that have been read.
 */
import type { KnownRows } from "./headings";
import { pageSize } from "./pages";
import { add, between, count, follow, has, probe, toggle, type Moved, type Ranges } from "./ranges";

/** Rows that have been read, with their ids. */
export interface ReadRows extends KnownRows {
  /** The row that came last. */
  readonly newest: number;
  row(index: number): { id: number; date: number | null } | undefined;
}

export class Selection {
  /** What is selected; null = the row under the cursor alone. */
  #picked = $state.raw<Ranges | null>(null);
  /** Whether it was the whole list that was asked for. */
  #whole = false;
  /** The row that came last when this was selected. */
  #newest = 0;
  /** What was selected before the last stretch was begun. */
  #base: Ranges = [];
  /** Where that stretch was begun. */
  #anchor = 0;
  /** The selected rows whose id is known, ascending. */
  #ties: { index: number; id: number }[] = [];

  /** Whether it is more than the row under the cursor. */
  get picked(): boolean {
    return this.#picked !== null;
  }
  /** Whether the whole list was selected, and none of it deselected since. */
  get whole(): boolean {
    return this.#picked !== null && this.#whole;
  }
  /** The row that came last when this was selected; null where nothing but the cursor selects. */
  get newest(): number | null {
    return this.#picked === null ? null : this.#newest;
  }

  /** What is selected while the cursor is at `cursor` (-1 = nowhere). */
  ranges(cursor: number): Ranges {
    return this.#picked ?? (cursor < 0 ? [] : [between(cursor, cursor)]);
  }
  count(cursor: number): number {
    return count(this.ranges(cursor));
  }
  has(cursor: number, index: number): boolean {
    return this.#picked === null ? index === cursor : has(this.#picked, index);
  }

  /** Only the row under the cursor again. */
  clear(): void {
    this.#picked = null;
    this.#ties = [];
  }

  /** Keeps what is selected while the cursor moves on. */
  hold(cursor: number, rows: ReadRows): void {
    if (this.#picked === null) this.#set(this.ranges(cursor), rows, cursor, this.ranges(cursor));
  }

  toggle(cursor: number, index: number, rows: ReadRows): void {
    const picked = toggle(this.ranges(cursor), index);
    this.#set(picked, rows, index, picked);
  }

  /** Selects everything from where the stretch was begun to `index`, besides what was selected before. */
  extend(cursor: number, index: number, rows: ReadRows): void {
    const fresh = this.#picked === null;
    const anchor = fresh ? Math.max(0, cursor) : this.#anchor;
    const base = fresh ? [] : this.#base;
    this.#set(add(base, between(anchor, index)), rows, anchor, base);
  }

  all(cursor: number, total: number, rows: ReadRows): void {
    this.#set(total > 0 ? [{ first: 0, end: total }] : [], rows, Math.max(0, cursor), []);
    this.#whole = true;
  }

  /** Finds out where the selected rows stand now; to be handed to `follow` in the step in which the list changes. */
  async look(find: (id: number) => Promise<number | null>): Promise<Moved[]> {
    return this.#picked === null ? [] : probe(this.#ties, find);
  }

  /** The list changed: what was selected stays so. `elsewhere` is how far rows went of which nothing is known. */
  follow(moved: readonly Moved[], elsewhere: number, total: number): void {
    if (this.#picked === null) return;
    const at = (index: number) => follow([between(index, index)], moved, elsewhere, total)[0]?.first;
    this.#picked = follow(this.#picked, moved, elsewhere, total);
    this.#base = follow(this.#base, moved, elsewhere, total);
    this.#anchor = at(this.#anchor) ?? Math.min(this.#anchor, Math.max(0, total - 1));
    this.#ties = this.#ties.flatMap(({ index, id }) => {
      const now = at(index);
      return now === undefined ? [] : [{ index: now, id }];
    });
    if (this.#picked.length === 0) this.clear();
  }

  #set(picked: Ranges, rows: ReadRows, anchor: number, base: Ranges): void {
    this.#picked = picked;
    this.#whole = false;
    this.#newest = rows.newest;
    this.#base = base;
    this.#anchor = anchor;
    this.#ties = [];
    for (const page of rows.known()) {
      for (let index = page * pageSize; index < (page + 1) * pageSize; index++) {
        const id = has(picked, index) || index === anchor ? rows.row(index)?.id : undefined;
        if (id !== undefined) this.#ties.push({ index, id });
      }
    }
  }
}
