/**
 * The rows that have been read, by index range. Not reactive: who draws rows is told by `changed`.
 *
 * Every question belongs to a generation. A new list, or news about this one, begins a new generation; answers to
 * questions of an older one are dropped, so a slow answer can never put old rows among new ones.
 */
import type { ListPage, ListRow } from "../backend";
import { kept } from "../kept";

/** Rows per question. */
export const pageSize = 100;
/** Pages kept; the ones read longest ago go first. */
const mostPages = 40;

/** Questions on their way at a time: who scrolls far asks for much that has gone by when the answer comes. */
const mostAsked = 3;

/** Reads a stretch of a list. */
export type ReadPage = (offset: number, limit: number) => Promise<ListPage>;

/** The page that row `index` is on. */
export const pageOf = (index: number): number => Math.floor(index / pageSize);

/** The pages that cover rows `first` up to but not including `end`. */
export function pagesFor(first: number, end: number): number[] {
  const pages: number[] = [];
  for (let page = pageOf(first); first < end && page * pageSize < end; page++) pages.push(page);
  return pages;
}

export class Pages {
  /** Rows in the whole list; -1 until the first answer. */
  total = -1;
  /** Unread rows in the whole list. */
  unread = 0;
  /** The row that came last, as of the newest answer. */
  newest = 0;

  #read: ReadPage;
  #changed: () => void;
  #failed: (thrown: unknown) => void;
  #pages = new Map<number, readonly ListRow[]>();
  #asked = new Set<number>();
  /** The pages that were wanted last. */
  #wanted: readonly number[] = [];
  /** Pages that were read in this generation. */
  #fresh = new Set<number>();
  #generation = 0;

  constructor(read: ReadPage, changed: () => void, failed: (thrown: unknown) => void) {
    this.#read = read;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** The row at `index`, if it has been read. */
  row(index: number): ListRow | undefined {
    return this.#pages.get(pageOf(index))?.[index % pageSize];
  }

  /** The rows of a page that has been read. */
  on(page: number): { index: number; row: ListRow }[] {
    return (this.#pages.get(page) ?? []).map((row, at) => ({ index: page * pageSize + at, row }));
  }

  /** Where the row of this id stands among the rows that have been read. */
  indexOf(id: number): number | undefined {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * pageSize + at;
    }
    return undefined;
  }

  /** Where a row of this message stands among the rows that have been read. */
  indexOfMessage(message: number): number | undefined {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.message === message);
      if (at >= 0) return page * pageSize + at;
    }
    return undefined;
  }

  /** The pages that have been read, ascending. */
  known(): number[] {
    return [...this.#pages.keys()].sort((a, b) => a - b);
  }

  /** Reads what is missing of these rows. */
  want(first: number, end: number): void {
    this.#wanted = pagesFor(first, end);
    for (const page of this.#wanted) {
      const rows = this.#pages.get(page);
      if (!rows) continue;
      // Looked at again: it goes to the end of the queue of those to be forgotten.
      this.#pages.delete(page);
      this.#pages.set(page, rows);
    }
    this.#next();
  }

  /** Asks for what was wanted last and is not here. */
  #next(): void {
    for (const page of this.#wanted) {
      if (this.#asked.size >= mostAsked) return;
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#ask(page);
    }
  }

  /** Reads these rows afresh and, in one step, lets them take the place of everything known. False if it was overtaken. */
  async replace(first: number, end: number, before: (fresh: Pages) => void = () => undefined): Promise<boolean> {
    const generation = ++this.#generation;
    this.#asked.clear();
    this.#fresh.clear();
    const wanted = pagesFor(first, Math.max(end, first + 1));
    const answers = await Promise.all(wanted.map((page) => this.#read(page * pageSize, pageSize)));
    if (generation !== this.#generation) return false;
    // Rows that are as they were stay the same values, wherever they stand now, so that they are not drawn again.
    const old = new Map(wanted.flatMap((page) => (this.#pages.get(page) ?? []).map((row) => [row.id, row])));
    // Where the person went meanwhile, rows were read that are as new as these.
    for (const page of this.known()) if (!this.#fresh.has(page)) this.#pages.delete(page);
    answers.forEach((answer, at) => this.#keep(wanted[at] ?? 0, { ...answer, rows: answer.rows.map((row) => kept(old.get(row.id), row)) }));
    before(this);
    this.#changed();
    return true;
  }

  /** Answers on their way are no longer wanted. */
  drop(): void {
    this.#generation++;
    this.#wanted = [];
    this.#asked.clear();
  }

  async #ask(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
    try {
      const answer = await this.#read(page * pageSize, pageSize);
      if (generation !== this.#generation) return;
      this.#keep(page, answer);
      this.#changed();
    } catch (thrown) {
      if (generation === this.#generation) {
        // Not asked for again by itself, which would fail again.
        this.#wanted = [];
        this.#failed(thrown);
      }
    } finally {
      if (generation === this.#generation) {
        this.#asked.delete(page);
        this.#next();
      }
    }
  }

  /** An answer past the end of the list begins at its end: it is of the page that was asked for all the same. */
  #keep(page: number, answer: ListPage): void {
    this.total = answer.total;
    this.unread = answer.unread;
    this.newest = answer.newest;
    this.#pages.set(page, answer.offset === page * pageSize ? answer.rows : []);
    this.#fresh.add(page);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(old);
    }
  }
}
