/**
 * The list that is shown: which rows are on screen, which of them are selected, and how it stays where it is when mail arrives. Where
 * it stands is in `standing`, the rows are in `pages`; here they meet the store.
 */
import { tick } from "svelte";
import { asUiError, backend, type List, type ListKey, type ListRow, type UiError } from "../backend";
import { dayOf, type Day } from "../format/dates";
import { clock } from "../state/clock.svelte";
import { known } from "../state/known.svelte";
import { locale } from "../words.svelte";
import { Cursor, goingFrom, type Carried } from "./cursor.svelte";
import * as geometry from "./geometry";
import { findHeadings, standsAt, type Heading, type KnownRows } from "./headings";
import { Pages } from "./pages";
import { between, has } from "./ranges";
import { Selection } from "./selection.svelte";
import { overscan, Standing } from "./standing.svelte";
import type { Marked } from "./target";

/** One drawn row. */
export interface Slot {
  index: number;
  /** Distance from the top edge of the window onto the list, in px. */
  y: number;
  row: ListRow | undefined;
  /** The heading above it. */
  day: Day | undefined;
}

export class ListModel {
  readonly standing: Standing;
  /** Rows that came above while the person was reading further down. */
  fresh = $state(0);
  error = $state.raw<UiError | null>(null);

  #version = $state(0);
  #cursor = new Cursor();
  #selection = new Selection();
  #running: Promise<void> | null = null;
  #dirty = false;
  /** Rows are being acted on: what is read now may be half of before and half of after. */
  #held = false;
  /** Counts the times that rows were acted on, and the end: what was looked up before is old. */
  #epoch = 0;
  #pages: Pages;
  #closed = false;
  /** The first answer is here, or why there is none. */
  readonly read: Promise<void>;

  /**
   * `setThumb` sets the scroller's `scrollTop` and answers with what it became. `left` is told when rows have left because
   * of what was done to them, in the step in which they go.
   */
  constructor(
    readonly list: List,
    setThumb: (thumb: number) => number,
    readonly left: () => void,
  ) {
    this.standing = new Standing(() => this.total, setThumb);
    this.#pages = new Pages(
      (offset, limit) => backend.listPage(list, offset, limit),
      () => this.#read(),
      (thrown) => (this.error = asUiError(thrown)),
    );
    this.read = this.refresh();
  }

  get key(): ListKey {
    return this.list.key;
  }
  /** Whether rows stand under the days they came on. */
  get dated(): boolean {
    return this.list.order.by === "date";
  }
  /** Whether new mail comes at the end. */
  get newestLast(): boolean {
    return this.dated && this.list.order.ascending && this.key.kind !== "snoozed";
  }
  /** Whether the first answer is here. */
  get known(): boolean {
    return this.total >= 0;
  }
  /** Rows in the list; -1 until the first answer. */
  get total(): number {
    return this.#version >= 0 ? this.#pages.total : -1;
  }
  get unread(): number {
    return this.#version >= 0 ? this.#pages.unread : 0;
  }
  /** Index of the row under the cursor, which is the selected one unless several are; -1 = none. */
  get selected(): number {
    return this.#cursor.index;
  }
  /** The row under the cursor. */
  get selectedRow(): ListRow | undefined {
    return this.#version >= 0 ? this.#pages.row(this.selected) : undefined;
  }
  /** How many rows are selected. */
  get count(): number {
    return this.#selection.count(this.selected);
  }
  /** The selected row, if it is one alone. */
  get onlyRow(): ListRow | undefined {
    const [one] = this.#selection.ranges(this.selected);
    return one && this.count === 1 && this.#version >= 0 ? this.#pages.row(one.first) : undefined;
  }
  /** What is selected, else the row under the cursor: what actions are about. */
  get marked(): Marked {
    const { list, total } = this;
    const picked = this.#selection.ranges(this.selected);
    const ranges = picked.length > 0 || this.selected < 0 ? picked : [between(this.selected, this.selected)];
    return { list, ranges, total, whole: this.#selection.whole, newest: this.#selection.newest ?? this.#pages.newest };
  }
  /** Those of them that have been read. */
  get markedRows(): ListRow[] {
    const { ranges } = this.marked;
    if (this.#version < 0) return [];
    return this.#pages.known().flatMap((page) => this.#pages.on(page).flatMap(({ index, row }) => (has(ranges, index) ? row : [])));
  }
  /** Whether the cursor is drawn by itself, since what is selected does not tell where it is. */
  get showsCursor(): boolean {
    return this.#selection.picked;
  }
  isSelected(index: number): boolean {
    return this.#selection.has(this.selected, index);
  }

  /** The rows to draw. */
  slots: Slot[] = $derived.by(() => {
    const { first, end } = this.standing.range;
    const headings = new Map(this.standing.headings.map(({ index, day }) => [index, day]));
    return Array.from({ length: end - first }, (_, at): Slot => {
      const index = first + at;
      return {
        index,
        y: this.standing.y(index),
        row: this.#version >= 0 ? this.#pages.row(index) : undefined,
        day: headings.get(index),
      };
    });
  });

  /** The day of the row at the top edge. */
  topDay: Day | undefined = $derived.by(() => {
    const row = this.#version >= 0 ? this.#pages.row(this.standing.top) : undefined;
    return row && this.dated ? dayOf(standsAt(row, this.key, clock.now), clock.now, locale()) : undefined;
  });

  row(index: number): ListRow | undefined {
    return this.#version >= 0 ? this.#pages.row(index) : undefined;
  }

  /** The scroller's `scrollTop` is now `thumb`. */
  scrolled(thumb: number): void {
    if (this.standing.scrolled(thumb)) this.#see();
  }

  /** Puts the list at a place of its own choice. */
  #moveTo(place: number): void {
    this.standing.moveTo(place);
    this.#see();
  }

  /** Goes to where new mail comes. */
  toNewest(): void {
    if (this.newestLast) this.standing.toEnd();
    else this.standing.moveTo(0);
    this.#see();
  }
  /** Where new mail comes it was seen. */
  #see(): void {
    if (this.newestLast ? this.standing.atEnd : this.standing.place === 0) this.fresh = 0;
  }

  /** Another day has begun, or dates are written in another way. */
  redate(): void {
    if (this.known) this.#read();
  }

  /** Reads the rows around what is on screen. */
  want(): void {
    if (!this.known) return;
    const { first, end } = this.standing.range;
    this.#pages.want(Math.max(0, first - 20), Math.min(this.total, end + 40));
  }

  /** The row `by` rows from the cursor; from nowhere, the first row that is seen. */
  from(by: number): number {
    return this.#cursor.from(by) ?? this.standing.firstSeen;
  }

  /** Where a row that left by itself had its neighbour; null where there is none, or none left. */
  beside(above: boolean): number | null {
    const index = this.#cursor.index < 0 ? this.#cursor.from(above ? -1 : 1) : null;
    return index === null || this.total <= 0 ? null : this.#within(index);
  }

  /** Selects a row alone and brings it into view. */
  select(index: number): void {
    this.#selection.clear();
    this.#putCursor(index);
  }

  /** Selects a row besides the others, or no longer. */
  toggle(index: number): void {
    if (index < 0 || index >= this.total) return;
    this.#selection.toggle(this.selected, index, this.#pages);
    this.#putCursor(index);
  }

  /** Selects every row from the one where this was begun to `index`. */
  extend(index: number): void {
    if (this.total <= 0) return;
    const to = this.#within(index);
    this.#selection.extend(this.selected < 0 ? to : this.selected, to, this.#pages);
    this.#putCursor(to);
  }

  /** Moves the cursor alone. */
  wander(by: number): void {
    if (this.total <= 0) return;
    this.#selection.hold(this.selected, this.#pages);
    this.#putCursor(this.from(by));
  }

  /** Selects the whole list as it is now; what comes later is not selected. */
  selectAll(): void {
    if (this.total > 0) this.#selection.all(this.selected, this.total, this.#pages);
  }

  /** Selects the row under the cursor alone. */
  selectOne(): void {
    this.#selection.clear();
  }

  /**
   * Rows are going to be acted on, those that are marked or the one of this id alone: until the answer is called the list
   * stands still, then it is as it has become, with the cursor where it belongs.
   */
  hold(id: number | null): () => Promise<void> {
    this.#held = true;
    this.#epoch++;
    this.#pages.drop();
    // One row among several that are selected goes by itself; the others stay selected.
    const alone = id !== null && this.#selection.picked;
    const ranges = alone ? [between(this.selected, this.selected)] : this.marked.ranges;
    const concerned = id === null || id === this.#cursor.id;
    this.#cursor.go(concerned ? goingFrom(ranges, this.selected, this.total, this.#pages, known.settings.afterAct === "previous" ? "previous" : "next", !alone) : null);
    return async () => {
      this.#held = false;
      await this.refresh();
      // What leaves later leaves by itself.
      this.#cursor.go(null);
    };
  }

  /** Reads the list again; rows on screen stay where they are, whatever came or went above them. */
  refresh(): Promise<void> {
    this.#dirty = true;
    if (this.#held || this.#closed) return Promise.resolve();
    return (this.#running ??= this.#readAgain());
  }

  /** The list is no longer shown. */
  close(): void {
    this.#closed = true;
    this.#epoch++;
    this.standing.close();
    this.#pages.drop();
  }

  #within(index: number): number {
    return Math.max(0, Math.min(this.total - 1, index));
  }

  #putCursor(index: number): void {
    if (this.total <= 0) return;
    this.#cursor.put(this.#within(index), this.#pages);
    this.#moveTo(this.standing.revealed(this.selected));
  }

  async #readAgain(): Promise<void> {
    try {
      while (this.#again()) await this.#refreshOnce();
    } catch (thrown) {
      this.error = asUiError(thrown);
    } finally {
      this.#running = null;
    }
  }
  #again(): boolean {
    return this.#dirty && !this.#closed && !this.#held;
  }

  async #refreshOnce(): Promise<void> {
    this.#dirty = false;
    const epoch = this.#epoch;
    const find = (id: number) => backend.listIndex(this.list, id);
    const anchor = await this.#anchor();
    const looked = await this.#cursor.look(this.#pages, find);
    // Where all that was selected was acted on and has left, nothing is left to be looked for, though it be ten thousand rows.
    const clears = looked.left && looked.going?.clears === true;
    const places = clears ? [] : await this.#selection.look(find);
    if (epoch !== this.#epoch) {
      this.#dirty = true;
      return;
    }
    const nearly = anchor.now - anchor.before;
    const { standing } = this;
    const { first, end } = standing.range;
    const old = standing.geometry;
    const newest = this.#pages.newest;
    const rows = Math.max(end - first, Math.ceil(standing.viewport / standing.rowHeight) + 2 * overscan);
    // A list that has the newest at its end opens there, and who is there stays there.
    const before = this.total;
    const toEnd = this.newestLast && (before < 0 || standing.atEnd);
    const opensAt = before < 0 && toEnd ? Math.max(0, (await backend.listPage(this.list, 0, 1)).total - rows) : null;
    const goes = looked.left ? (looked.heir ?? looked.going?.place ?? -1) : -1;
    // Where the cursor goes is on screen in the same step, also when that is far away.
    const from = Math.max(0, goes >= 0 && (goes < first + nearly || goes >= first + nearly + rows) ? goes - overscan : (opensAt ?? first + nearly));
    let carried = "stays" as Carried;
    await this.#pages.replace(from, from + rows, (pages) => {
      // More may have come since it was asked where the anchor stands: what counts is where it stands among the rows that are drawn.
      const now = (anchor.id === null ? undefined : pages.indexOf(anchor.id)) ?? anchor.now;
      const moved = now - anchor.before;
      const headings = this.#findHeadings(pages);
      const next = standing.with(headings);
      const place = toEnd ? geometry.maxPlace(next) : geometry.keepPlace(old, standing.place, anchor.before, next, now);
      const came = this.newestLast ? (toEnd ? 0 : pages.total - before) : this.dated && standing.place > 0 ? moved : 0;
      if (came > 0 && pages.newest > newest) this.fresh += came;
      carried = this.#cursor.carry(pages, looked, moved);
      const left = carried === "left";
      if (clears) this.#selection.clear();
      else this.#selection.follow(places, moved, pages.total);
      standing.put(headings, left && this.selected >= 0 ? standing.revealed(this.selected, place, next) : place);
      this.error = null;
      if (clears && left) this.left();
    });
    if (this.#closed) return;
    // Rows are on screen that were not when this began.
    this.want();
    if (carried === "unsure") await this.#cursor.find(this.#pages, find);
    // The spacer has its new height only now.
    await tick();
    standing.settle();
  }

  /** The first visible row that is still in the list: where it stood, and where it stands now. No id: there is none to stay with. */
  async #anchor(): Promise<{ id: number | null; before: number; now: number }> {
    const { top, place } = this.standing;
    if (place <= 0) return { id: null, before: 0, now: 0 };
    for (let index = top; index < top + 5; index++) {
      const row = this.#pages.row(index);
      const now = row && (await backend.listIndex(this.list, row.id));
      if (row && typeof now === "number") return { id: row.id, before: index, now };
    }
    return { id: null, before: top, now: top };
  }

  /** Where days begin, in a list that is ordered by them. */
  #findHeadings(pages: Pick<Pages, "known" | "row">): Heading[] {
    return this.dated ? findHeadings(this.#times(pages), clock.now, locale()) : [];
  }

  /** The rows with the times at which they stand in this list. */
  #times(pages: Pick<Pages, "known" | "row">): KnownRows {
    return {
      known: () => pages.known(),
      row: (index) => {
        const row = pages.row(index);
        return row && { date: standsAt(row, this.list.key, clock.now) };
      },
    };
  }

  /** Rows came in: days may begin among them. */
  #read(): void {
    this.standing.relaid(this.#findHeadings(this.#pages));
    this.#version += 1;
    this.#cursor.learn(this.#pages);
  }
}
