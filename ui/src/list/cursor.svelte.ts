/**
 * The row that the keys are at. It stays with its row when the list changes. When that row leaves because of what was done to
 * it, the cursor is at its heir in the very step in which the row goes. When it leaves by itself, the cursor is nowhere, for
 * nothing else was chosen, and the keys go on from where it was.
 */
import type { Pages } from "./pages";
import { count, has, type Ranges } from "./ranges";
import { heirOf } from "./target";

/** Where to go if the rows that are acted on leave. */
export interface Going {
  /** A row that leaves if they do. */
  readonly witness: number;
  /** Its message, if it is one row alone: where that is still in the list, as another row, nothing has left. */
  readonly message: number | null;
  /** The row to go on to, if it has been read. */
  readonly heir: number | null;
  /** Where it will stand; -1 = nothing will be left. */
  readonly place: number;
  /** Nothing stays selected but the heir. */
  readonly clears: boolean;
}

/** Where to go from `cursor` if these rows leave, of a list of `total`; null where none of them has been read. */
export function goingFrom(ranges: Ranges, cursor: number, total: number, rows: Pages, way: "next" | "previous", clears: boolean): Going | null {
  const firstRead = () => rows.known().flatMap((page) => rows.on(page)).find(({ index }) => has(ranges, index))?.row;
  const witness = has(ranges, cursor) ? rows.row(cursor) : firstRead();
  if (!witness) return null;
  const { index, place } = heirOf(ranges, Math.max(0, cursor), total, way);
  const heir = index === null ? null : (rows.row(index)?.id ?? null);
  return { witness: witness.id, message: count(ranges) === 1 ? witness.message : null, heir, place, clears };
}

/** Where rows stand now, as the host says. */
export interface Looked {
  readonly going: Going | null;
  /** Whether the rows that were acted on have left. */
  readonly left: boolean;
  readonly heir: number | null;
  readonly id: number | null;
  readonly at: number | null;
  /** The rows below the cursor. */
  readonly beside: readonly number[];
}

/** What became of the cursor: it is with its row, its row left by what was done to it, or that has still to be asked. */
export type Carried = "stays" | "left" | "unsure";

export class Cursor {
  /** -1 = nowhere. */
  index = $state(-1);

  #id: number | null = null;
  #was: number | null = null;
  #going: Going | null = null;

  get id(): number | null {
    return this.#id;
  }

  /** The person moves it. */
  put(index: number, rows: Pages): void {
    this.#going = null;
    this.#set(index, rows);
  }

  /** Rows were read: its own may be among them. */
  learn(rows: Pages): void {
    if (this.index >= 0) this.#id ??= rows.row(this.index)?.id ?? null;
  }

  /** The row `by` rows from it; null if that is nowhere. */
  from(by: number): number | null {
    if (this.index >= 0) return this.index + by;
    if (this.#was === null) return null;
    return by > 0 ? this.#was + by - 1 : this.#was + by;
  }

  /** Rows are going to be acted on. */
  go(going: Going | null): void {
    this.#going = going;
  }

  /** Asks where things stand, before the list is read anew. */
  async look(rows: Pages, find: (id: number) => Promise<number | null>): Promise<Looked> {
    const going = this.#going;
    const id = this.#id;
    const ask = (one: number | null | undefined) => (one == null ? null : find(one));
    const [at, witness, heir] = await Promise.all([ask(id), ask(going?.witness), ask(going?.heir)]);
    const beside = this.index < 0 ? [] : [1, 2, 3].flatMap((by) => rows.row(this.index + by)?.id ?? []);
    return { going, left: going !== null && witness === null, heir, id, at, beside };
  }

  /** The list is another now. `moved` is how far its rows went of which nothing else is known. */
  carry(fresh: Pages, looked: Looked, moved: number): Carried {
    const last = fresh.total - 1;
    const going = this.#going;
    if (going && going === looked.going && looked.left && fresh.indexOf(going.witness) === undefined) {
      this.#going = null;
      const same = going.message === null ? undefined : fresh.indexOfMessage(going.message);
      this.#set(Math.min(same ?? (going.heir === null ? undefined : fresh.indexOf(going.heir)) ?? looked.heir ?? going.place, last), fresh);
      return same === undefined ? "left" : "stays";
    }
    if (this.#id === null) {
      this.index = Math.min(this.index, last);
      return "stays";
    }
    const now = fresh.indexOf(this.#id) ?? (this.#id === looked.id ? looked.at : undefined);
    if (now === undefined) return "unsure";
    if (now === null) this.#lose(looked.beside.map((id) => fresh.indexOf(id)).find((index) => index !== undefined) ?? Math.max(0, Math.min(this.index + moved, last)));
    else this.index = now;
    return "stays";
  }

  /** Asks for its row where it could not be told. */
  async find(rows: Pages, find: (id: number) => Promise<number | null>): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    const index = rows.indexOf(id) ?? (await find(id));
    // The person may have moved on while the answer was on its way.
    if (id !== this.#id) return;
    if (index === null) this.#lose(this.index);
    else this.index = index;
  }

  #set(index: number, rows: Pages): void {
    this.index = index;
    this.#id = index < 0 ? null : (rows.row(index)?.id ?? null);
    this.#was = null;
  }

  #lose(was: number): void {
    this.index = -1;
    this.#id = null;
    this.#was = was;
  }
}
