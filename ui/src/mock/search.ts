/** The engine's side of searching, made up: the mail here is looked through, and slow servers find a little more. */
import type { AccountCoverage, AccountView, Backend, Completion, Contact, FileKind, FileRow, FilesAsk, FolderView, LabelView, ListRow, SavedSearch, SearchView, UiError } from "../backend";
import { fold } from "../design/mark";
import { filesOf } from "./mail";
import { read, values, type Query, type Searched } from "./query";

/** What the stand-in knows of the rest. */
interface World {
  accounts: readonly AccountView[];
  folders: () => readonly FolderView[];
  labels: () => readonly LabelView[];
  /** Ids of all rows that are here, newest first. */
  ids: () => readonly number[];
  row: (id: number) => ListRow;
  suggest: (text: string, limit: number) => Promise<Contact[]>;
  announce: (...topics: string[]) => void;
  /** What a server would take, in ms. */
  delay: number;
  query: URLSearchParams;
}

interface Search {
  view: SearchView;
  asked: Query;
  /** Rows that were found here. */
  here: number[];
  /** Rows that only the servers found. */
  there: Set<number>;
  ended: boolean;
}

export type SearchCommands = Pick<Backend, "beginSearch" | "search" | "searchOnServers" | "endSearch" | "completeQuery" | "savedSearches" | "saveSearch" | "editSearch" | "removeSearch" | "orderSearches" | "filesPage" | "find">;

/** Folders at a server of which not everything is here. */
const serverFolders = 40;
/** Rows a server finds by texts that are not here. */
const serverHits = 5;

const kinds: readonly [FileKind, RegExp][] = [
  ["pdf", /pdf/], ["image", /^image\//], ["audio", /^audio\//], ["video", /^video\//], ["sheet", /sheet|excel|csv/], ["slides", /presentation|powerpoint/],
  ["archive", /zip|tar|compressed/], ["invite", /calendar/], ["document", /word|text\/plain|opendocument.text/],
];
const kindOf = (mime: string): FileKind => kinds.find(([, pattern]) => pattern.test(mime))?.[0] ?? "other";
const hash = (text: string) => Array.from(text).reduce((sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0, 2_166_136_261);

export class Searches {
  readonly commands: SearchCommands;
  #all = new Map<number, Search>();
  #next = 1;
  #saved: SavedSearch[] = [
    { id: 1, name: "Glass", query: "glass" },
    { id: 2, name: "Invoices of this year", query: "subject:invoice during:2026" },
  ];

  constructor(readonly world: World) {
    const { announce } = world;
    const told = (saved: SavedSearch[]): null => {
      this.#saved = saved;
      announce("searches");
      return null;
    };
    const gone: UiError = { code: "gone", params: {}, detail: null, retry: false };
    this.commands = {
      beginSearch: async (query) => this.#begin(query),
      search: async (id) => this.#now(this.#all.get(id) ?? this.#fail(gone)),
      searchOnServers: async (id) => (this.#ask(this.#all.get(id) ?? this.#fail(gone)), null),
      endSearch: async (id) => {
        const search = this.#all.get(id);
        if (search) search.ended = true;
        this.#all.delete(id);
        return null;
      },
      completeQuery: async (text, caret) => this.#complete(text, caret),
      savedSearches: async () => [...this.#saved],
      saveSearch: async (name, query) => {
        if (name.trim() === "") return this.#fail({ code: "invalid", params: { field: "name" }, detail: null, retry: false });
        const saved = { id: Math.max(0, ...this.#saved.map(({ id }) => id)) + 1, name, query };
        told([...this.#saved, saved]);
        return saved;
      },
      editSearch: async (saved) => told(this.#saved.map((one) => (one.id === saved.id ? saved : one))),
      removeSearch: async (id) => told(this.#saved.filter((one) => one.id !== id)),
      orderSearches: async (ids) => told(this.#saved.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))),
      filesPage: async (ask, offset, limit) => {
        const all = this.#files(ask);
        return { total: all.length, rows: all.slice(offset, offset + limit) };
      },
      find: async (text, limit) => {
        const { test } = read(text, this.#names());
        const mail = text.trim() === "" ? [] : world.ids().filter((id) => test(this.#searched(id))).slice(0, limit);
        const bare = text.replace(/\S+:\S*/g, "").trim();
        return { mail: mail.map((id) => world.row(id)), people: bare === "" ? [] : await world.suggest(bare, limit) };
      },
    };
  }

  /** The ids of what a search has found, newest first. */
  ids(id: number): readonly number[] {
    const search = this.#all.get(id);
    if (!search) return [];
    return search.there.size === 0 ? search.here : this.world.ids().filter((one) => search.there.has(one) || search.here.includes(one));
  }

  /** What must be announced when mail has changed. */
  get topics(): string[] {
    return [...this.#all.keys()].map((id) => `search:${id}`);
  }

  #fail(error: UiError): never {
    throw error;
  }

  #begin(query: string): SearchView {
    const asked = read(query, this.#names());
    const id = this.#next++;
    const headers = this.world.ids().length;
    const none = this.world.query.get("servers") === "none";
    const servers = this.world.accounts.map(({ id: account }): AccountCoverage => ({ account, folders: none ? 0 : serverFolders, done: 0, waiting: 0, found: 0, state: "idle", error: null, gmRaw: false }));
    const indexed = this.world.query.get("index") === "building" ? Math.floor(headers * 0.4) : headers;
    const view: SearchView = { id, query, words: asked.words, fault: asked.fault, total: 0, done: true, coverage: { headers, texts: Math.floor(headers * 0.29), indexed, servers } };
    const here = this.world.ids().filter((one) => asked.test(this.#searched(one)));
    const search: Search = { view, asked, here, there: new Set(), ended: false };
    this.#all.set(id, search);
    return this.#now(search);
  }

  #now({ view, here, there }: Search): SearchView {
    return { ...view, total: here.length + there.size, coverage: { ...view.coverage, servers: view.coverage.servers.map((one) => ({ ...one })) } };
  }

  /** The servers answer folder by folder; what they found arrives a step later. */
  #ask(search: Search): void {
    const { announce, delay, query, accounts } = this.world;
    const own = new Set(search.here);
    const word = search.asked.words[0];
    const rest = this.world.ids().filter((id) => !own.has(id));
    const from = hash(search.view.query) % Math.max(1, rest.length - 400);
    const hits = word === undefined || query.get("servers") === "nothing" ? [] : rest.slice(from, from + serverHits * 40).filter((_, nth) => nth % 40 === 0);
    search.view.coverage.servers.forEach((server, nth) => {
      const account = accounts.find(({ id }) => id === server.account);
      if (server.folders === 0) return;
      if (account?.state.kind === "offline") {
        Object.assign(server, { state: "offline", error: account.state.error });
        return;
      }
      const fails = query.get("servers") === "fail" && nth === 1;
      const mine = hits.filter((id) => this.world.row(id).account === server.account);
      server.state = "asking";
      const step = () => {
        if (search.ended) return;
        if (server.waiting > 0) {
          mine.splice(0, server.waiting).forEach((id) => search.there.add(id));
          server.waiting = 0;
        }
        server.done = Math.min(server.folders, server.done + 12);
        if (fails && server.done > 12) {
          Object.assign(server, { state: "failed", error: { code: "refused", params: { host: account?.incoming.host ?? "" }, detail: "A7 NO [LIMIT] Too many searches", retry: true } });
        } else {
          server.waiting = Math.min(2, mine.length);
          server.found += server.waiting;
          if (server.done >= server.folders && server.waiting === 0) server.state = "done";
        }
        announce(`search:${search.view.id}`);
        if (server.state === "asking") setTimeout(step, delay);
      };
      setTimeout(step, delay);
    });
    announce(`search:${search.view.id}`);
  }

  #path(folder: FolderView): string {
    const parent = folder.parent === null ? undefined : this.world.folders().find(({ id }) => id === folder.parent);
    return parent ? `${this.#path(parent)}/${folder.name}` : folder.name;
  }
  #names() {
    const { accounts, folders, labels } = this.world;
    return {
      folders: folders().flatMap((folder) => [this.#path(folder), folder.name, folder.role]),
      accounts: accounts.flatMap(({ label, email }) => [label, email]),
      labels: labels().flatMap(({ name, keyword }) => [name, keyword]).filter(Boolean),
    };
  }
  #searched(id: number): Searched {
    const row = this.world.row(id);
    const folder = this.world.folders().find((one) => one.id === row.folder);
    const account = this.world.accounts.find((one) => one.id === row.account);
    return {
      from: row.who, to: "Alice Moreau alice@meadow.example", subject: row.subject, body: row.preview, folders: folder ? [this.#path(folder), folder.name, folder.role] : [],
      account: account ? [account.label, account.email] : [], labels: row.labels, files: filesOf(row), unread: row.unread, flagged: row.flagged, answered: row.answered, date: row.date ?? 0, size: 18_000,
    };
  }

  async #complete(text: string, caret: number): Promise<Completion[]> {
    const start = text.slice(0, caret).search(/(?:[^\s"]|"[^"]*(?:"|$))*$/u);
    const typed = text.slice(start, caret).replace(/^-/, "");
    const from = start + (text.slice(start, caret).startsWith("-") ? 1 : 0);
    const operator = /^([a-z]+):/i.exec(typed)?.[1]?.toLowerCase();
    if (operator === undefined) {
      if (typed === "") return [];
      const all = ["from:", "to:", "subject:", "in:", "has:", "is:", "before:", "after:", "larger:", "label:", "account:", "body:", "cc:", "during:", "smaller:", "list:"];
      return all.filter((one) => one.startsWith(typed.toLowerCase())).map((put) => ({ start: from, end: caret, text: put, kind: "operator" }));
    }
    const value = typed.slice(operator.length + 1).replaceAll('"', "");
    const begin = from + operator.length + 1;
    const put = (kind: Completion["kind"], all: readonly string[]): Completion[] =>
      [...new Set(all)]
        .filter((one) => fold(one).startsWith(fold(value)) || fold(one).includes(`/${fold(value)}`))
        .map((one) => ({ start: begin, end: caret, text: /\s/.test(one) ? `"${one}"` : one, kind }));
    const { accounts, folders, labels } = this.world;
    switch (operator) {
      case "from": case "to": case "cc": return (await this.world.suggest(value, 6)).map(({ email }) => ({ start: begin, end: caret, text: email, kind: "person" }));
      case "in": return put("folder", folders().filter(({ selectable }) => selectable).map((folder) => this.#path(folder)));
      case "account": return put("account", accounts.map(({ label }) => label));
      case "label": return put("label", labels().map(({ name, keyword }) => name || keyword));
      default: return put("value", values[operator] ?? []);
    }
  }

  #files(ask: FilesAsk): FileRow[] {
    const words = fold(ask.text).split(/\s+/).filter(Boolean);
    const rows = this.world.ids().flatMap((id) => {
      const row = this.world.row(id);
      return filesOf(row).map((file): FileRow => ({ ...file, message: row.message, kind: kindOf(file.mime), who: row.who, subject: row.subject, date: row.date, account: row.account }));
    });
    const wanted = rows.filter(
      (file) =>
        (ask.kind === "all" || file.kind === ask.kind) &&
        (ask.account === null || file.account === ask.account) &&
        (ask.person === null || fold(file.who).split(" ").some((word) => word !== "" && fold(ask.person ?? "").includes(word))) &&
        words.every((word) => fold(`${file.name} ${file.subject} ${file.who}`).includes(word)),
    );
    const by = (a: FileRow, b: FileRow) => (ask.order === "date" ? (a.date ?? 0) - (b.date ?? 0) : ask.order === "size" ? (a.size ?? 0) - (b.size ?? 0) : a.name.localeCompare(b.name));
    return wanted.sort((a, b) => (ask.ascending ? by(a, b) : by(b, a)));
  }
}
