/**
 * The list that is shown: which rows are on screen, where it stands, which row is selected, and how it stays where it is
 * when mail arrives. The arithmetic is in `geometry`, the rows in `pages`; here they meet the store.
 */
import { tick } from "svelte";
import { asUiError, backend, type Filter, type ListKey, type ListRow, type UiError } from "../backend";
import { dayOf, type Day } from "../format/dates";
import { clock } from "../state/clock.svelte";
import { locale } from "../words.svelte";
import * as geometry from "./geometry";
import { findHeadings, type Heading } from "./headings";
import { Pages } from "./pages";

/** Height of a day heading, and of the one that stays at the top. */
export const headingHeight = 28;
/** Rows drawn beyond each edge. */
const overscan = 12;
/** How long the list must rest before the thumb is set right, in ms. */
const restsAfter = 160;

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
  /** True distance from the top, in px. */
  place = $state(0);
  viewport = $state(0);
  rowHeight = $state(72);
  /** Index of the selected row; -1 = none. */
  selected = $state(-1);
  /** Rows that came above while the person was reading further down. */
  fresh = $state(0);
  error = $state.raw<UiError | null>(null);

  #version = $state(0);
  #headings = $state.raw<readonly Heading[]>([]);
  #selectedId: number | null = null;
  #thumb = 0;
  #refreshing = false;
  #dirty = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #pages: Pages;
  #closed = false;

  /** `setThumb` sets the scroller's `scrollTop` and answers with what it became. */
  constructor(
    readonly key: ListKey,
    readonly filter: Filter,
    readonly setThumb: (thumb: number) => number,
  ) {
    this.#pages = new Pages(
      (offset, limit) => backend.listPage(key, filter, offset, limit),
      () => this.#read(),
      (thrown) => (this.error = asUiError(thrown)),
    );
    void this.refresh();
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
  get selectedRow(): ListRow | undefined {
    return this.#version >= 0 ? this.#pages.row(this.selected) : undefined;
  }

  geometry: geometry.Geometry = $derived.by(() => this.#geometry(this.#headings));

  spacer: number = $derived(geometry.spacerHeight(this.geometry));

  range: geometry.Range = $derived(geometry.visible(this.geometry, this.place, overscan));

  /** The rows to draw. */
  slots: Slot[] = $derived.by(() => {
    const { first, end } = this.range;
    const headings = new Map(this.#headings.map(({ index, day }) => [index, day]));
    return Array.from({ length: end - first }, (_, at): Slot => {
      const index = first + at;
      return {
        index,
        y: geometry.rowTop(this.geometry, index) - this.place,
        row: this.#version >= 0 ? this.#pages.row(index) : undefined,
        day: headings.get(index),
      };
    });
  });

  /** The day of the row at the top edge. */
  topDay: Day | undefined = $derived.by(() => {
    const row = this.#version >= 0 ? this.#pages.row(geometry.rowAt(this.geometry, this.place)) : undefined;
    return row ? dayOf(row.date, clock.now, locale()) : undefined;
  });

  row(index: number): ListRow | undefined {
    return this.#pages.row(index);
  }

  /** The scroller's `scrollTop` is now `thumb`. */
  scrolled(thumb: number): void {
    if (thumb === this.#thumb) return;
    this.place = Math.round(geometry.scrolled(this.geometry, this.place, this.#thumb, thumb));
    this.#thumb = thumb;
    if (this.place === 0) this.fresh = 0;
    if (geometry.thumbIsShort(this.geometry, this.place, thumb)) this.#settle();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#settle(), restsAfter);
  }

  /** Puts the list at a place of its own choice. */
  moveTo(place: number): void {
    this.place = Math.round(place);
    if (this.place === 0) this.fresh = 0;
    this.#settle();
  }

  /** The window onto the list, or its rows, have another height. The row at the top edge stays there. */
  resized(viewport: number, rowHeight: number): void {
    const old = this.geometry;
    const top = geometry.rowAt(old, this.place);
    this.viewport = viewport;
    this.rowHeight = rowHeight;
    this.place = Math.round(geometry.keepPlace(old, this.place, top, this.geometry, top));
    void tick().then(() => this.#settle());
  }

  /** Another day has begun, or dates are written in another way. */
  redate(): void {
    if (this.known) this.#read();
  }

  /** Reads the rows around what is on screen. */
  want(): void {
    if (!this.known) return;
    const { first, end } = this.range;
    this.#pages.want(Math.max(0, first - 20), Math.min(this.total, end + 40));
  }

  /** Moves the selection; from nowhere, to the first row that is seen. */
  move(by: number): void {
    const top = geometry.rowAt(this.geometry, this.place + (this.place > 0 ? headingHeight : 0));
    this.select(this.selected < 0 ? top : this.selected + by);
  }

  /** Selects a row and brings it into view. */
  select(index: number): void {
    if (this.total <= 0) return;
    this.selected = Math.max(0, Math.min(this.total - 1, index));
    this.#selectedId = this.#pages.row(this.selected)?.id ?? null;
    this.moveTo(geometry.reveal(this.geometry, this.place, this.selected, this.selected === 0 ? 0 : headingHeight));
  }

  /** How many rows Page Down moves by. */
  get pageRows(): number {
    return geometry.pageRows(this.geometry, headingHeight);
  }

  /** Reads the list again; rows on screen stay where they are, whatever came or went above them. */
  async refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#dirty = true;
      return;
    }
    this.#refreshing = true;
    try {
      do {
        this.#dirty = false;
        await this.#refreshOnce();
      } while (this.#again());
    } catch (thrown) {
      this.error = asUiError(thrown);
    } finally {
      this.#refreshing = false;
    }
  }

  /** The list is no longer shown. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#rest);
    this.#pages.drop();
  }

  #again(): boolean {
    return this.#dirty && !this.#closed;
  }

  async #refreshOnce(): Promise<void> {
    const anchor = await this.#anchor();
    const moved = anchor.now - anchor.before;
    const { first, end } = this.range;
    const old = this.geometry;
    const rows = Math.max(end - first, Math.ceil(this.viewport / this.rowHeight) + overscan);
    const from = Math.max(0, first + moved);
    await this.#pages.replace(from, from + rows, (pages) => {
      const headings = findHeadings(pages, clock.now, locale());
      const next = this.#geometry(headings);
      const place = geometry.keepPlace(old, this.place, anchor.before, next, anchor.now);
      if (this.place > 0 && moved > 0) this.fresh += moved;
      this.#headings = headings;
      this.place = Math.round(place);
      this.error = null;
    });
    if (this.#closed) return;
    await this.#findSelected();
    // The spacer has its new height only now.
    await tick();
    this.#settle();
  }

  /** The first visible row that is still in the list: where it stood, and where it stands now. */
  async #anchor(): Promise<{ before: number; now: number }> {
    const top = geometry.rowAt(this.geometry, this.place);
    if (this.place <= 0) return { before: 0, now: 0 };
    for (let index = top; index < top + 5; index++) {
      const row = this.#pages.row(index);
      const now = row && (await backend.listIndex(this.key, this.filter, row.id));
      if (typeof now === "number") return { before: index, now };
    }
    return { before: top, now: top };
  }

  async #findSelected(): Promise<void> {
    const id = this.#selectedId;
    if (id === null) return;
    const index = this.#pages.indexOf(id) ?? (await backend.listIndex(this.key, this.filter, id));
    // The person may have moved on while the answer was on its way.
    if (id !== this.#selectedId) return;
    // Gone: the row that took its place is the natural one to go on from, and it is not opened by itself.
    if (index === null) {
      this.#selectedId = null;
      this.selected = Math.min(this.selected, this.total - 1);
    } else this.selected = index;
  }

  /** Rows came in: days may begin among them. What is on screen stays where it is. */
  #read(): void {
    const old = this.geometry;
    const top = geometry.rowAt(old, this.place);
    const headings = findHeadings(this.#pages, clock.now, locale());
    this.place = Math.round(geometry.keepPlace(old, this.place, top, this.#geometry(headings), top));
    this.#headings = headings;
    this.#version += 1;
    if (this.selected >= 0) this.#selectedId ??= this.#pages.row(this.selected)?.id ?? null;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#settle(), restsAfter);
  }

  #geometry(headings: readonly Heading[]): geometry.Geometry {
    return {
      total: Math.max(0, this.total),
      rowHeight: this.rowHeight,
      headingHeight,
      headings: headings.map(({ index }) => index),
      viewport: this.viewport,
    };
  }

  /** Sets the thumb to where it belongs; rows do not move by it. */
  #settle(): void {
    clearTimeout(this.#rest);
    const thumb = geometry.thumbFor(this.geometry, this.place);
    if (Math.abs(thumb - this.#thumb) >= 1) this.#thumb = this.setThumb(thumb);
  }
}
