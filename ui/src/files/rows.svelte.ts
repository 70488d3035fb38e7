/**
 * The files that are on screen, read by the page as they come into view. What is asked anew keeps showing what was there
 * until the answer is here; answers to an older question are dropped.
 */
import { asUiError, backend, type FileRow, type FilesAsk, type UiError } from "../backend";

/** Rows per question. */
export const pageSize = 100;
/** Pages kept; the ones asked for longest ago go first. */
const kept = 30;
/** Tallest element that every browser lays out to the pixel. */
export const tallest = 16_000_000;

export class Rows {
  /** Files in all; -1 until the first answer. */
  total = $state(-1);
  error = $state.raw<UiError | null>(null);
  /** Counts the answers to what was asked anew by the person. */
  turned = $state(0);

  #version = $state(0);
  #ask: FilesAsk | null = null;
  #pages = new Map<number, readonly FileRow[]>();
  #asked = new Set<number>();
  #generation = 0;

  /** The file at `index`, if it has been read. */
  row(index: number): FileRow | undefined {
    return this.#version >= 0 ? this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize] : undefined;
  }

  /** Asks for other files, or, with the same question, for what has become of them. `first` up to `end` are on screen. */
  async turn(ask: FilesAsk, first: number, end: number): Promise<void> {
    const generation = ++this.#generation;
    const again = this.#ask !== null && same(this.#ask, ask);
    const from = again ? Math.floor(first / pageSize) : 0;
    const to = again ? Math.floor(Math.max(first, end - 1) / pageSize) : 0;
    this.#asked.clear();
    try {
      const pages = await Promise.all(Array.from({ length: to - from + 1 }, (_, nth) => backend.filesPage(ask, (from + nth) * pageSize, pageSize)));
      if (generation !== this.#generation) return;
      this.#ask = ask;
      this.#pages.clear();
      pages.forEach((page, nth) => this.#keep(from + nth, page));
      this.error = null;
      if (!again) this.turned++;
    } catch (thrown) {
      if (generation === this.#generation) this.error = asUiError(thrown);
    }
  }

  /** Reads what is missing of these rows. */
  want(first: number, end: number): void {
    if (this.total < 0) return;
    for (let page = Math.floor(first / pageSize); page * pageSize < Math.min(end, this.total); page++) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#read(page);
    }
  }

  async #read(page: number): Promise<void> {
    const ask = this.#ask;
    const generation = this.#generation;
    if (!ask) return;
    this.#asked.add(page);
    try {
      const answer = await backend.filesPage(ask, page * pageSize, pageSize);
      if (generation === this.#generation) this.#keep(page, answer);
    } catch (thrown) {
      if (generation === this.#generation) this.error = asUiError(thrown);
    } finally {
      if (generation === this.#generation) this.#asked.delete(page);
    }
  }

  #keep(page: number, { total, rows }: { total: number; rows: FileRow[] }): void {
    this.total = total;
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= kept) break;
      this.#pages.delete(old);
    }
    this.#version++;
  }
}

const same = (a: FilesAsk, b: FilesAsk) =>
  a.text === b.text && a.kind === b.kind && a.person === b.person && a.account === b.account && a.order === b.order && a.ascending === b.ascending;

/** What to draw of `total` rows of this height, in px, when the scroller stands at `top`; where the first of them is put. */
export function visible(total: number, height: number, viewport: number, top: number, overscan: number): { first: number; end: number; spacer: number; at: (index: number) => number } {
  const full = total * height;
  const spacer = Math.min(full, tallest);
  // Of more rows than a browser can be tall, the scroller goes through them in proportion.
  const furthest = Math.max(0, full - viewport);
  const place = spacer === full ? top : Math.round((top / Math.max(1, spacer - viewport)) * furthest);
  const within = Math.max(0, Math.min(place, furthest));
  return {
    first: Math.max(0, Math.floor(within / height) - overscan),
    end: Math.min(total, Math.ceil((within + viewport) / height) + overscan),
    spacer,
    at: (index) => index * height - within,
  };
}

/** Where the scroller must stand so that row `index` is seen whole. */
export function reveal(total: number, height: number, viewport: number, top: number, index: number): number {
  const { at, spacer } = visible(total, height, viewport, top, 0);
  const y = at(index);
  const by = y < 0 ? y : y + height > viewport ? y + height - viewport : 0;
  const full = total * height;
  const scale = spacer === full ? 1 : (spacer - viewport) / Math.max(1, full - viewport);
  return Math.max(0, Math.min(spacer - viewport, top + by * scale));
}
