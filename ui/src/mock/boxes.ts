/** Rows of the stand-in host, and what is done to them. Nothing is kept of a row but how it differs from what is made up. */
import type { AccountView, ActView, Code, Filter, FolderView, Intent, LabelView, List, ListCounts, ListKey, ListPage, ListRow, Order, Preview, Role, TalkMessage, Target, UiError } from "../backend";
import { makeRow, newestId, type Scene } from "./mail";
import { allEarlier, answerTo, earlierOf, firstEarlier, gather, makeEarlier, newestOf, talkMessage, writerOf } from "./talks";

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
/** Rows at the top of every folder that are the same in all of them: for a search they are once there. */
const known = 9;

const all: Filter = { unread: false, flagged: false, files: false, person: null, text: null };
const newestFirst: Order = { by: "date", ascending: false };

const roles: Partial<Record<Intent["kind"], Role>> = { archive: "archive", trash: "trash", junk: "junk", notJunk: "inbox" };

export class Boxes {
  /** How many messages came since the start. */
  shift = 0;
  readonly acts: Done[] = [];
  labels: LabelView[] = ["#cf3f1c", "#2f6db5", "#2c8c6b", "#b5653a", "#7b61c4"].map((color, at) => ({ keyword: `$label${at + 1}`, name: "", color }));

  /** What a search has found, newest first, and the topics of all searches. */
  searched: { ids(search: number): readonly number[]; topics: readonly string[] } = { ids: () => [], topics: [] };

  #changes = new Map<number, Change>();
  #copies = new Map<number, number>();
  #lists = new Map<string, number[]>();
  #unread = new Map<number, number>();
  #nextAct = 1;
  /** Answers that came since the start. */
  readonly #answers: number[] = [];

  constructor(
    readonly scene: Scene,
    readonly folders: () => readonly FolderView[],
    readonly accounts: () => readonly AccountView[],
    readonly now: number,
    readonly announce: (...topics: string[]) => void,
  ) {}

  /** The row of this id as it is now. */
  row(id: number): ListRow {
    const of = this.#copies.get(id);
    const home = id >= stride && id < firstEarlier ? Math.floor(id / stride) : null;
    const nth = id >= stride ? (id % stride) - 1000 : id > newestId ? newestId - id : id - 1000;
    const made: ListRow = id >= firstEarlier ? makeEarlier(id, this.now, this.scene) : of === undefined ? makeRow(nth, 0, this.now) : { ...this.row(of), message: this.row(of).message };
    const account = home === null ? made.account : (this.folders().find((folder) => folder.id === home)?.account ?? made.account);
    const change = this.#changes.get(id) ?? {};
    const row: ListRow = {
      ...made, id, message: of === undefined ? id : made.message, account: change.account ?? account, folder: change.folder ?? home ?? made.folder,
      unread: change.unread ?? made.unread, flagged: change.flagged ?? made.flagged, muted: change.muted ?? made.muted, labels: change.labels ?? made.labels, due: change.due ?? null,
    };
    row.labels = this.labels.filter(({ keyword }) => row.labels.includes(keyword)).map(({ keyword }) => keyword);
    return row;
  }

  /** The ids of all mail, newest first: of a million, those of the last years. */
  mail(): readonly number[] {
    const before = this.#lists.get("mail");
    if (before) return before;
    const ids = new Set(this.#standing({ kind: "inboxes" }).slice(0, 20_000));
    for (const { id, role, selectable } of this.folders()) if (selectable && role !== "inbox") for (const one of this.#standing({ kind: "folder", id })) if (one < stride || (one % stride) - 1000 >= known) ids.add(one);
    const all = [...ids].map((id) => ({ id, date: this.row(id).date ?? 0 })).sort((a, b) => b.date - a.date).map(({ id }) => id);
    this.#lists.set("mail", all);
    return all;
  }

  page(list: List, offset: number, limit: number): ListPage {
    const { key } = list;
    const ids = this.#ids(list);
    const extra = (id: number) => this.#unread.get(id) ?? 0;
    const inboxes = this.folders().filter(({ role }) => role === "inbox");
    const counts = this.counts();
    const unread =
      ids.length === 0 ? 0
      : key.kind === "search" ? ids.filter((id) => this.row(id).unread).length
      : key.kind === "inboxes" ? 12 + this.shift + inboxes.reduce((sum, { id }) => sum + extra(id), 0)
      : key.kind === "unread" ? counts.unread
      : key.kind === "folder" ? (this.folders().find(({ id }) => id === key.id)?.unread ?? 0)
      : 0;
    const rows = ids.slice(offset, offset + limit).map((id) => (list.conversations ? this.#whole(list, id) : this.row(id)));
    return { total: ids.length, unread: Math.max(0, unread), offset, newest: newestId + this.shift, rows };
  }
  index(list: List, id: number): number | null {
    const ids = this.#ids(list);
    const at = ids.indexOf(id);
    // What stands for a conversation is its newest message; any other of it finds it too.
    const thread = list.conversations && at < 0 ? this.threadOf(id) : null;
    const found = thread === null ? at : ids.slice(0, 20_000).findIndex((one) => this.threadOf(one) === thread);
    return found < 0 ? null : found;
  }
  /** The numbers beside the lists of all accounts. */
  counts(): ListCounts {
    const total = (kind: "flagged" | "snoozed" | "drafts") => this.#ids({ key: { kind }, filter: all, order: newestFirst, conversations: false }).length;
    const unread = this.counted().filter(({ account, role }) => this.#inAll(account) && role !== "junk" && role !== "trash");
    const sum = (folders: readonly FolderView[]) => folders.reduce((total, folder) => total + folder.unread, 0) + this.shift;
    return { inboxesUnread: sum(unread.filter(({ role }) => role === "inbox")), unread: sum(unread), flagged: total("flagged"), drafts: total("drafts"), outbox: 0, snoozed: total("snoozed") };
  }
  /** Names the conversation of a message. */
  threadOf(id: number): number {
    return id >= firstEarlier ? newestOf(id) + 1000 : this.row(id).message;
  }
  /** The conversation of a message, the oldest first. */
  conversation(id: number): TalkMessage[] {
    const thread = this.threadOf(id);
    const here = this.row(id).folder;
    const role = (folder: number) => this.folders().find((one) => one.id === folder)?.role;
    const seen = (row: ListRow) => this.#changes.get(row.id)?.folder !== null && (row.folder === here || !["trash", "junk"].includes(role(row.folder) ?? "none"));
    return this.#messages(thread).filter(seen).map((row) => talkMessage(row, [])).sort((a, b) => (a.date ?? 0) - (b.date ?? 0));
  }
  /** The folders with their numbers as they are after what was done. */
  counted(): FolderView[] {
    return this.folders().map((folder) => ({ ...folder, unread: Math.max(0, folder.unread + (this.#unread.get(folder.id) ?? 0)) }));
  }
  /** Changes of an account that still wait for its server. */
  waiting(account: number): number {
    return this.acts.reduce((sum, { view }) => sum + (view.account === account ? view.waiting : 0), 0);
  }
  /** An answer comes to the conversation of this message. Gives its id. */
  answer(message: number): number {
    const thread = this.threadOf(message);
    const id = answerTo(thread - 1000, this.#answers.filter((one) => this.threadOf(one) === thread).length);
    this.#answers.push(id);
    this.#count(this.row(id).folder, 1);
    this.#tell([this.row(id)]);
    return id;
  }
  /** What a list holds depends on something else too. */
  forget(): void {
    this.#lists.clear();
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
    if (target.kind === "rows" || target.kind === "mails") return target.rows.map((id) => this.row(id));
    // All that a conversation has in the folder of its row.
    const whole = (id: number) => {
      const { folder } = this.row(id);
      return this.#messages(this.threadOf(id)).filter((row) => row.folder === folder && this.#changes.get(row.id)?.folder !== null);
    };
    if (target.kind === "conversations") {
      const places = target.key ? this.#places(target.key) : null;
      const inList = (id: number) => this.#messages(this.threadOf(id)).filter((row) => places?.includes(row.folder) && this.#changes.get(row.id)?.folder !== null);
      return target.rows.flatMap(places ? inList : whole);
    }
    if (target.kind === "message") return [this.row(target.message)];
    const ids = this.#ids(target.list);
    const inside = target.spans.length === 0 ? ids : target.spans.flatMap(({ first, last }) => ids.slice(ids.indexOf(first), ids.indexOf(last) + 1));
    const meant = inside.filter((id) => id <= target.newest || id >= firstCopy);
    return target.list.conversations ? meant.flatMap(whole) : meant.map((id) => this.row(id));
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
    this.announce("acts", "folders", "inboxes", "flagged", "snoozed", "unread", "drafts", "sent", "allMail", ...this.searched.topics, ...[...new Set(places)].map((id) => `list:${id}`), ...messages.flatMap((id) => [`message:${id}`, `thread:${this.threadOf(id)}`]));
  }

  #inAll(account: number): boolean {
    return this.accounts().find(({ id }) => id === account)?.inAll ?? true;
  }

  /** All messages of a conversation, wherever they are. */
  #messages(thread: number): ListRow[] {
    return [...earlierOf(thread - 1000, this.scene), thread, ...this.#answers.filter((one) => this.threadOf(one) === thread)].map((id) => this.row(id));
  }

  /** The row of the conversation whose newest message in this list this is. */
  #whole(list: List, id: number): ListRow {
    const all = this.#messages(this.threadOf(id));
    if (all.length === 1) return { ...this.row(id), people: [writerOf(this.row(id)).name], unreadPeople: this.row(id).unread ? [0] : [] };
    const places = this.#places(list.key);
    const inList = all.filter((row) => places === null || places.includes(row.folder)).reverse();
    return gather([this.row(id), ...inList.filter((row) => row.id !== id)], all) ?? this.row(id);
  }

  /** The ids of a list in its order. */
  #ids(list: List): number[] {
    const name = JSON.stringify(list);
    const known = this.#lists.get(name);
    if (known) return known;
    const ids = this.#sort(list.conversations ? this.#newest(this.#read(list.key, list.filter)) : this.#read(list.key, list.filter), list.order);
    // What a search has found grows by itself.
    if (list.key.kind !== "search") this.#lists.set(name, ids);
    return ids;
  }

  /** Of each conversation the one that stands first. */
  #newest(ids: readonly number[]): number[] {
    const seen = new Set<number>();
    return ids.filter((id) => {
      const thread = this.threadOf(id);
      const fresh = !seen.has(thread);
      seen.add(thread);
      return fresh;
    });
  }

  #sort(ids: number[], { by, ascending }: Order): number[] {
    const way = ascending ? 1 : -1;
    if (by === "date") return ascending ? ids.toReversed() : ids;
    const bare = (subject: string) => subject.replace(/^((re|aw|fwd?): *)+/i, "").toLocaleLowerCase();
    const value = (row: ListRow): string | number => (by === "sender" ? row.who.toLocaleLowerCase() : by === "subject" ? bare(row.subject) : by === "files" ? row.attachments : row.attachments * 2_000_000 + (row.message % 97));
    const values = new Map(ids.slice(0, 20_000).map((id) => [id, value(this.row(id))]));
    const compare = (a: string | number, b: string | number) => (typeof a === "string" && typeof b === "string" ? a.localeCompare(b) : Number(a) - Number(b));
    return [...values].sort((a, b) => way * compare(a[1], b[1])).map(([id]) => id);
  }

  /** The folders that a list is of; null = all of them but Trash and Junk. */
  #places(key: ListKey): number[] | null {
    if (key.kind === "folder") return [key.id];
    const roles: Partial<Record<ListKey["kind"], Role>> = { inboxes: "inbox", snoozed: "inbox", drafts: "drafts", sent: "sent" };
    const role = roles[key.kind];
    return role === undefined ? null : this.folders().filter((folder) => folder.role === role && this.#inAll(folder.account)).map(({ id }) => id);
  }

  #read(key: ListKey, filter: Filter): number[] {
    const ids = key.kind === "search" ? this.searched.ids(key.id).filter((id) => this.#changes.get(id)?.folder !== null) : this.#standing(key);
    const words = filter.text?.trim().toLocaleLowerCase() ?? "";
    const wanted = (row: ListRow) =>
      (key.kind !== "flagged" || row.flagged) && (key.kind !== "unread" || row.unread) && (!filter.unread || row.unread) && (!filter.flagged || row.flagged) && (!filter.files || row.attachments > 0) &&
      (filter.person === null || writerOf(row).email === filter.person) && (words === "" || `${row.who} ${row.subject}`.toLocaleLowerCase().includes(words));
    const looks = key.kind === "flagged" || key.kind === "unread" || filter.unread || filter.flagged || filter.files || filter.person !== null || words !== "";
    // A million rows are too many to look at one by one.
    return looks ? ids.slice(0, 20_000).filter((id) => wanted(this.row(id))) : ids;
  }

  /** The ids of all that stands in a list, newest first. */
  #standing(key: Exclude<ListKey, { kind: "search" }>): number[] {
    if (this.scene.state === "empty" || this.scene.state === "firstSync") return [];
    const asleep = (due: number | null | undefined) => due != null && due * 1000 > Date.now();
    if (key.kind === "snoozed") {
      const sleeping = [...this.#changes].flatMap(([id, { due }]) => (asleep(due) ? { id, due: due ?? 0 } : []));
      return sleeping.sort((a, b) => a.due - b.due).map(({ id }) => id);
    }
    const inbox = Array.from({ length: this.scene.rows + this.shift }, (_, at) => (at < this.shift ? newestId + this.shift - at : 1000 + at - this.shift));
    const folders = this.folders();
    const places = this.#places(key);
    const roleOf = (id: number) => folders.find((folder) => folder.id === id)?.role;
    const inPlaces = (id: number) => (places === null ? !["trash", "junk"].includes(roleOf(id) ?? "none") && (key.kind === "flagged" || this.#inAll(folders.find((folder) => folder.id === id)?.account ?? 0)) : places.includes(id));
    const everyInbox = folders.filter(({ role }) => role === "inbox").every(({ id }) => inPlaces(id));
    const one = places?.length === 1 ? places[0] : undefined;
    const own = (id: number) => Array.from({ length: others }, (_, at) => id * stride + 1000 + at);
    const home =
      key.kind === "sent" ? (places ?? []).flatMap(own)
      : key.kind === "drafts" ? []
      : everyInbox ? inbox
      : one !== undefined && roleOf(one) !== "inbox" ? own(one)
      : inbox.filter((id) => inPlaces(this.row(id).folder));
    const stays = (id: number) => {
      const change = this.#changes.get(id);
      if (key.kind !== "flagged" && asleep(change?.due)) return false;
      return change?.folder === undefined || (change.folder !== null && inPlaces(change.folder));
    };
    const mine = new Set(home);
    const earlier = [...allEarlier(this.scene), ...this.#answers].filter((id) => inPlaces(this.row(id).folder) && stays(id));
    const came = [...this.#changes].filter(([id, { folder: to }]) => !mine.has(id) && id < firstEarlier && to != null && inPlaces(to)).map(([id]) => id);
    const ids = [...home.filter(stays), ...came, ...earlier];
    if (came.length > 0 || earlier.length > 0 || key.kind === "sent") {
      const dates = new Map(ids.map((id) => [id, this.row(id).date ?? 0]));
      ids.sort((a, b) => (dates.get(b) ?? 0) - (dates.get(a) ?? 0));
    }
    return ids;
  }
}
