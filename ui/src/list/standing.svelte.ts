/**
 * Where a list stands: which stretch of it is on screen, and the thumb of the scroller that shows it. The true place is kept here and
 * the thumb follows, since a scroller of a million rows would be too short for it. The arithmetic is in `geometry`.
 */
import { tick } from "svelte";
import * as geometry from "./geometry";
import type { Heading } from "./headings";

/** Height of a day heading, and of the one that stays at the top. */
export const headingHeight = 28;
/** Rows drawn beyond each edge. They are drawn where they belong with each scroll, so a few are enough. */
export const overscan = 4;
/** How long the list must rest before the thumb is set right, in ms. */
const restsAfter = 160;

export class Standing {
  /** True distance from the top, in px. */
  place = $state(0);
  viewport = $state(0);
  rowHeight = $state(72);
  #headings = $state.raw<readonly Heading[]>([]);
  #thumb = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** `total` gives the rows in the list; `setThumb` sets the scroller's `scrollTop` and answers with what it became. */
  constructor(
    readonly total: () => number,
    readonly setThumb: (thumb: number) => number,
  ) {}

  geometry: geometry.Geometry = $derived.by(() => this.with(this.#headings));
  spacer: number = $derived(geometry.spacerHeight(this.geometry));
  range: geometry.Range = $derived(geometry.visible(this.geometry, this.place, overscan));

  /** The most rows that are ever drawn at once: of so many neighbours each can have an element that is used again. */
  pool: number = $derived(Math.ceil(Math.max(this.viewport, 1) / this.rowHeight) + 1 + 2 * overscan);

  get headings(): readonly Heading[] {
    return this.#headings;
  }
  /** The row at the top edge. */
  get top(): number {
    return geometry.rowAt(this.geometry, this.place);
  }
  /** The first row that is seen whole, or nearly so. */
  get firstSeen(): number {
    return geometry.rowAt(this.geometry, this.place + (this.place > 0 ? headingHeight : 0));
  }
  get atEnd(): boolean {
    return this.place >= Math.round(geometry.maxPlace(this.geometry)) - 1;
  }
  /** How many rows Page Down moves by. */
  get pageRows(): number {
    return geometry.pageRows(this.geometry, headingHeight);
  }

  /** How the list is laid out with these headings. */
  with(headings: readonly Heading[]): geometry.Geometry {
    return { total: Math.max(0, this.total()), rowHeight: this.rowHeight, headingHeight, headings: headings.map(({ index }) => index), viewport: this.viewport };
  }

  /** Distance of a row from the top edge of the window onto the list, in px. */
  y(index: number): number {
    return geometry.rowTop(this.geometry, index) - this.place;
  }

  /** The scroller's `scrollTop` is now `thumb`. False: it was so. */
  scrolled(thumb: number): boolean {
    if (thumb === this.#thumb) return false;
    this.place = Math.round(geometry.scrolled(this.geometry, this.place, this.#thumb, thumb));
    this.#thumb = thumb;
    if (geometry.thumbIsShort(this.geometry, this.place, thumb)) this.settle();
    this.settleSoon();
    return true;
  }

  /** The scroller is its own now, perhaps again: it is put where this list stands. */
  shown(): void {
    clearTimeout(this.#rest);
    this.#thumb = this.setThumb(geometry.thumbFor(this.geometry, this.place));
  }

  /** Puts the list at a place of its own choice. */
  moveTo(place: number): void {
    this.place = Math.round(place);
    this.settle();
  }
  toEnd(): void {
    this.moveTo(geometry.maxPlace(this.geometry));
  }
  /** Where the list has to stand so that a row is seen, coming from `place` in this layout. */
  revealed(index: number, place = this.place, layout = this.geometry): number {
    return geometry.reveal(layout, place, index, index === 0 ? 0 : headingHeight);
  }

  /** The window onto the list, or its rows, have another height. The row at the top edge stays there. */
  resized(viewport: number, rowHeight: number): void {
    const { geometry: old, top } = this;
    this.viewport = viewport;
    this.rowHeight = rowHeight;
    this.place = Math.round(geometry.keepPlace(old, this.place, top, this.geometry, top));
    void tick().then(() => this.settle());
  }

  /** The list is laid out with other headings; what is on screen stays where it is. */
  relaid(headings: readonly Heading[]): void {
    const { geometry: old, top } = this;
    this.put(headings, geometry.keepPlace(old, this.place, top, this.with(headings), top));
    this.settleSoon();
  }

  /** The list is laid out with other headings, and stands there. */
  put(headings: readonly Heading[], place: number): void {
    this.place = Math.round(place);
    this.#headings = headings;
  }

  /** Sets the thumb to where it belongs; rows do not move by it. */
  settle(): void {
    clearTimeout(this.#rest);
    const thumb = geometry.thumbFor(this.geometry, this.place);
    if (Math.abs(thumb - this.#thumb) >= 1) this.#thumb = this.setThumb(thumb);
  }
  /** The same, as soon as the list rests. */
  settleSoon(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.settle(), restsAfter);
  }

  close(): void {
    clearTimeout(this.#rest);
  }
}
