/** Rows of the stand-in host, and what is done to them. Nothing is kept of a row but how it differs from what is made up. */
import type { ActView, Code, FolderView, Intent, LabelView, List, ListPage, ListRow, Preview, Role, Target, UiError } from "../backend";
import { makeRow, newestId, type Scene } from "./mail";

const fault = (code: Code, params: Record<string, string> = {}): UiError => ({ code, params, detail: null, retry: false });

/** How a row differs from what is made up; a folder of null: it is gone for ever. */
interface Change {
  folder?: number | null;
  account?: number;
  unread?: boolean;
  flagged?: boolean;
  muted?: boolean;
  labels?: string[];
  due?: number | null;
}
interface Done {
  view: ActView;
  before: Map<number, Change | undefined>;
}

/** Rows of a folder that is no inbox begin here, times its id. */
const stride = 10_000_000;
const firstCopy = 7_000_000;
/** Rows in a folder that is no inbox. */
const others = 40;

const roles: Partial<Record<Intent["kind"], Role>> = { archive: "archive", trash: "trash", junk: "junk", notJunk: "inbox" };

export class Boxes {
  /** How many messages came since the start. */
  shift = 0;
  readonly acts: Done[] = [];
  labels: LabelView[] = ["#cf3f1c", "#2f6db5", "#2c8c6b", "#b5653a", "#7b61c4"].map((color, at) => ({ keyword: `$label${at + 1}`, name: "", color }));

  #changes = new Map<number, Change>();
  #copies = new Map<number, number>();
  #lists = new Map<string, number[]>();
  #unread = new Map<number, number>();
  #nextAct = 1;

  constructor(
    readonly scene: Scene,
    readonly folders: () => readonly FolderView[],
    readonly now: number,
    readonly announce: (...topics: string[]) => void,
  ) {}

  /** The row of this id as it is now. */
  row(id: number): ListRow {
    const of = this.#copies.get(id);
    const home = id >= stride ? Math.floor(id / stride) : null;
    const nth = id >= stride ? (id % stride) - 1000 : id > newestId ? newestId - id : id - 1000;
    const made: ListRow = of === undefined ? makeRow(nth, 0, this.now) : { ...this.row(of), message: this.row(of).message };
    const account = home === null ? made.account : (this.folders().find((folder) => folder.id === home)?.account ?? made.account);
    const change = this.#changes.get(id) ?? {};
    const row: ListRow = {
      ...made, id, message: of === undefined ? id : made.message, account: change.account ?? account, folder: change.folder ?? home ?? made.folder,
      unread: change.unread ?? made.unread, flagged: change.flagged ?? made.flagged, muted: change.muted ?? made.muted, labels: change.labels ?? made.labels, due: change.due ?? null,
    };
    row.labels = this.labels.filter(({ keyword }) => row.labels.includes(keyword)).map(({ keyword }) => keyword);
    return row;
  }

  page(list: List, offset: number, limit: number): ListPage {
    const { key } = list;
    const ids = this.#ids(list);
    const extra = (id: number) => this.#unread.get(id) ?? 0;
    const inboxes = this.folders().filter(({ role }) => role === "inbox");
    const unread =
      ids.length === 0 || key.kind === "flagged" || key.kind === "snoozed" || key.kind === "drafts" || key.kind === "sent" ? 0
      : key.kind !== "folder" ? 12 + this.shift + inboxes.reduce((sum, { id }) => sum + extra(id), 0)
      : (this.folders().find(({ id }) => id === key.id)?.unread ?? 0);
    return { total: ids.length, unread: Math.max(0, unread), offset, newest: newestId + this.shift, rows: ids.slice(offset, offset + limit).map((id) => this.row(id)) };
  }
  index(list: List, id: number): number | null {
    const at = this.#ids(list).indexOf(id);
    return at < 0 ? null : at;
  }
  /** The folders with their numbers as they are after what was done. */
  counted(): FolderView[] {
    return this.folders().map((folder) => ({ ...folder, unread: Math.max(0, folder.unread + (this.#unread.get(folder.id) ?? 0)) }));
  }
  /** Changes of an account that still wait for its server. */
  waiting(account: number): number {
    return this.acts.reduce((sum, { view }) => sum + (view.account === account ? view.waiting : 0), 0);
  }
  arrive(count: number): void {
    this.shift += count;
    this.#lists.clear();
  }

  act(intent: Intent, target: Target): ActView {
    const touched = this.#resolve(target).filter((row) => this.#differs(row, intent));
    const first = touched[0];
    const before = new Map(touched.map(({ id }) => [id, this.#changes.get(id)]));
    const places = touched.map((row) => this.#place(row, intent));
    touched.forEach((row, at) => this.#change(row, intent, places[at] ?? null));
    const to = places[0] === undefined || places[0] === null ? undefined : this.folders().find(({ id }) => id === places[0]);
    const view: ActView = {
      id: this.#nextAct++, at: Date.now() / 1000, intent, count: touched.length, subject: first?.subject ?? "", who: first?.who ?? "", account: first?.account ?? null,
      to: to?.name ?? null, state: "waiting", waiting: touched.length, refused: 0, error: null, undoable: intent.kind !== "delete" && touched.length > 0, undoes: null, onlyMarked: false, onlyHere: false,
    };
    this.acts.push({ view, before });
    this.#tell(touched);
    setTimeout(() => {
      this.#become(view.id, (one) => (one.state === "waiting" ? { ...one, state: "done", waiting: 0 } : one));
      this.announce("acts");
    }, 400);
    return view;
  }

  /** Marks as read, without an entry among what was done. */
  opened(message: number): void {
    const row = this.row(message);
    if (!row.unread) return;
    this.#change(row, { kind: "read", on: true }, null);
    this.#tell([row]);
  }

  undo(id: number | null): ActView | null {
    const done = id === null ? this.acts.findLast(({ view }) => view.undoable) : this.acts.find(({ view }) => view.id === id);
    if (!done) return null;
    if (!done.view.undoable) throw fault("too-late");
    const rows = [...done.before.keys()].map((one) => this.row(one));
    for (const row of rows) {
      const change = done.before.get(row.id);
      if (change) this.#changes.set(row.id, change);
      else this.#changes.delete(row.id);
      if (row.unread) this.#count(row.folder, -1);
      const now = this.row(row.id);
      if (now.unread) this.#count(now.folder, 1);
    }
    if (done.view.intent.kind === "copy") for (const [copy, of] of this.#copies) if (done.before.has(of)) this.#copies.delete(copy);
    this.#become(done.view.id, (one) => ({ ...one, state: "undone", undoable: false, waiting: 0 }));
    this.#tell([...rows, ...rows.map(({ id: one }) => this.row(one))]);
    return this.acts.find(({ view }) => view.id === done.view.id)?.view ?? null;
  }

  preview(target: Target): Preview {
    const rows = this.#resolve(target);
    const senders = new Map<string, number>();
    for (const { who } of rows) senders.set(who, (senders.get(who) ?? 0) + 1);
    const people = [...senders].map(([who, count]) => ({ who, count })).sort((a, b) => b.count - a.count);
    const dates = rows.flatMap(({ date }) => date ?? []);
    return {
      count: rows.length, unread: rows.filter(({ unread }) => unread).length, people: people.slice(0, 8), morePeople: Math.max(0, people.length - 8),
      accounts: [...new Set(rows.map(({ account }) => account))], oldest: dates.reduce((a, b) => Math.min(a, b), Infinity), newest: dates.reduce((a, b) => Math.max(a, b), -Infinity),
    };
  }

  #resolve(target: Target): ListRow[] {
    // Every message stands alone here.
    if (target.kind === "rows" || target.kind === "conversations") return target.rows.map((id) => this.row(id));
    if (target.kind === "message") return [this.row(target.message)];
    const ids = this.#ids(target.list);
    const inside = target.spans.length === 0 ? ids : target.spans.flatMap(({ first, last }) => ids.slice(ids.indexOf(first), ids.indexOf(last) + 1));
    return inside.filter((id) => id <= target.newest || id >= firstCopy).map((id) => this.row(id));
  }

  /** Where an intent puts a row; null = it stays or is gone. */
  #place(row: ListRow, intent: Intent): number | null {
    const folders = this.folders();
    if (intent.kind === "move" || intent.kind === "copy") {
      if (!folders.some(({ id }) => id === intent.folder)) throw fault("no-such-folder");
      return intent.folder;
    }
    const role = roles[intent.kind];
    if (role === undefined) return null;
    const found = folders.find((folder) => folder.role === role && folder.account === row.account);
    if (!found) throw fault("no-folder", { role });
    return found.id;
  }

  #differs(row: ListRow, intent: Intent): boolean {
    switch (intent.kind) {
      case "read": return row.unread === intent.on;
      case "flag": return row.flagged !== intent.on;
      case "mute": return row.muted !== intent.on || (intent.on && row.unread);
      case "label": return row.labels.includes(intent.keyword) !== intent.on;
      case "copy": case "delete": return true;
      case "snooze": return row.due !== intent.until;
      case "unsnooze": return row.due !== null;
      default: return this.#place(row, intent) !== row.folder;
    }
  }

  #change(row: ListRow, intent: Intent, place: number | null): void {
    const change: Change = { ...this.#changes.get(row.id) };
    if (intent.kind === "read") change.unread = !intent.on;
    else if (intent.kind === "flag") change.flagged = intent.on;
    else if (intent.kind === "mute") Object.assign(change, { muted: intent.on, ...(intent.on && { unread: false }) });
    else if (intent.kind === "label") change.labels = intent.on ? [...row.labels, intent.keyword] : row.labels.filter((keyword) => keyword !== intent.keyword);
    else if (intent.kind === "delete") change.folder = null;
    else if (intent.kind === "snooze") change.due = intent.until;
    else if (intent.kind === "unsnooze") change.due = null;
    else if (intent.kind === "copy") {
      const id = firstCopy + this.#copies.size;
      this.#copies.set(id, row.id);
      this.#changes.set(id, { folder: place, unread: row.unread, flagged: row.flagged, labels: row.labels });
      return;
    } else if (place !== null) {
      change.folder = place;
      change.due = null;
      change.account = this.folders().find(({ id }) => id === place)?.account ?? row.account;
    }
    this.#changes.set(row.id, change);
    if (row.unread) this.#count(row.folder, -1);
    const now = this.row(row.id);
    if (now.unread && change.folder !== null) this.#count(now.folder, 1);
  }

  #count(folder: number, by: number): void {
    this.#unread.set(folder, (this.#unread.get(folder) ?? 0) + by);
  }

  #become(id: number, change: (view: ActView) => ActView): void {
    const at = this.acts.findIndex(({ view }) => view.id === id);
    const done = this.acts[at];
    if (done) this.acts[at] = { ...done, view: change(done.view) };
  }

  #tell(rows: readonly ListRow[]): void {
    this.#lists.clear();
    const places = rows.flatMap((row) => [row.folder, this.row(row.id).folder]);
    const messages = [...new Set(rows.map(({ message }) => message))].slice(0, 100);
    this.announce("acts", "folders", "inboxes", "flagged", "snoozed", ...[...new Set(places)].map((id) => `list:${id}`), ...messages.map((id) => `message:${id}`));
  }

  /** The ids of a list in its order. */
  #ids(list: List): number[] {
    const name = JSON.stringify(list);
    const known = this.#lists.get(name);
    if (known) return known;
    const ids = this.#read(list);
    this.#lists.set(name, ids);
    return ids;
  }

  #read({ key, filter, order }: List): number[] {
    if (this.scene.state === "empty" || this.scene.state === "firstSync") return [];
    const asleep = (due: number | null | undefined) => due != null && due * 1000 > Date.now();
    if (key.kind === "snoozed") {
      const sleeping = [...this.#changes].flatMap(([id, { due }]) => (asleep(due) ? { id, due: due ?? 0 } : []));
      return sleeping.sort((a, b) => a.due - b.due).map(({ id }) => id);
    }
    const inbox = Array.from({ length: this.scene.rows + this.shift }, (_, at) => (at < this.shift ? newestId + this.shift - at : 1000 + at - this.shift));
    const listed = (one: FolderView) => key.kind === "folder" ? one.id === key.id : key.kind === "drafts" || key.kind === "sent" ? one.role === key.kind : key.kind === "allMail" ? one.role !== "trash" && one.role !== "junk" : one.role === "inbox";
    const rowsOf = (one: FolderView) => one.role === "inbox" ? inbox.filter((id) => this.row(id).folder === one.id) : Array.from({ length: others }, (_, at) => one.id * stride + 1000 + at);
    const home = key.kind === "folder" || key.kind === "drafts" || key.kind === "sent" ? this.folders().filter(listed).flatMap(rowsOf) : inbox;
    const places = this.folders().filter(listed).map(({ id }) => id);
    const stays = (id: number) => {
      const change = this.#changes.get(id);
      if (key.kind !== "flagged" && asleep(change?.due)) return false;
      return change?.folder === undefined || (change.folder !== null && (key.kind === "flagged" || places.includes(change.folder)));
    };
    const own = new Set(home);
    const came = [...this.#changes].filter(([id, { folder: to }]) => !own.has(id) && to != null && (key.kind === "flagged" || places.includes(to))).map(([id]) => id);
    const dated = (ids: number[]) => ids.sort((a, b) => (this.row(b).date ?? 0) - (this.row(a).date ?? 0));
    const all = came.length > 0 ? dated([...home.filter(stays), ...came]) : home.filter(stays);
    const text = (row: ListRow) => `${row.who} ${row.subject}`.toLowerCase();
    const words = `${filter.person ?? ""} ${filter.text ?? ""}`.toLowerCase().split(" ").filter(Boolean);
    const unread = filter.unread || key.kind === "unread";
    const flagged = filter.flagged || key.kind === "flagged";
    const wanted = (row: ListRow) => (!unread || row.unread) && (!flagged || row.flagged) && (!filter.files || row.attachments > 0) && words.every((word) => text(row).includes(word));
    const filtered = unread || flagged || filter.files || words.length > 0;
    // A million rows are too many to look at one by one.
    const some = filtered ? all.slice(0, 20_000).filter((id) => wanted(this.row(id))) : all;
    if (order.by === "date") return order.ascending ? some.toReversed() : some;
    const by = { sender: (row: ListRow) => row.who, subject: (row: ListRow) => row.subject, size: (row: ListRow) => row.message % 977, files: (row: ListRow) => row.attachments }[order.by];
    const rows = some.slice(0, 20_000).map((id) => ({ id, by: by(this.row(id)) }));
    rows.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0) * (order.ascending ? 1 : -1));
    return rows.map(({ id }) => id);
  }
}
