/**
 * The search over the list: what is typed, what has answered, and where the person was before. Every change of the words is
 * a search of its own for the host; one at a time is on its way, and what was overtaken is dropped. View state only.
 */
import { asUiError, backend, type Filter, type FolderView, type ListKey, type SavedSearch, type SearchView, type UiError } from "../backend";
import { live, onTopics, type Live } from "../live.svelte";
import { known } from "./known.svelte";
import { layout } from "./layout.svelte";
import { noFilter, view } from "./view.svelte";

/** How long the words must rest until the servers are asked, in ms: a person who is still typing has not asked anything yet. */
export const serversAfter = 1200;

/** What the search field does for the keys and the palette. */
export interface FieldHandle {
  focus(): void;
}

/** Where the person was when the search was begun. */
interface Before {
  key: ListKey;
  filter: Filter;
  message: number | null;
}

/** Whether there is a server to be asked that was not. */
export const leftToAsk = ({ coverage }: SearchView): boolean => coverage.servers.some(({ state, folders }) => state === "idle" && folders > 0);

const parentOf = ({ parent }: FolderView) => (parent === null ? undefined : known.folder(parent));
const quoted = (name: string) => `"${name.replaceAll('"', "")}"`;

class Searching {
  /** What stands in the field. */
  text = $state("");
  /** The search that is shown. */
  found = $state.raw<SearchView | null>(null);
  /** Why there was no answer to the newest words. What was found before stays. */
  error = $state.raw<UiError | null>(null);
  /** Whether the search keeps to the folder it was begun in. */
  here = $state(false);
  /** The person does not want the servers to be asked, until the search is left. */
  quiet = $state(false);
  /** The saved search that was opened; its words may have been changed since. */
  saved = $state.raw<SavedSearch | null>(null);
  /** Whether a name for the search is being asked for. */
  naming = $state(false);
  field = $state.raw<FieldHandle | null>(null);

  #before = $state.raw<Before | null>(null);
  #running = false;
  #dirty = false;
  /** Counts what makes answers that are on their way worthless. */
  #epoch = 0;
  #all = $state.raw<Live<SavedSearch[]>>();
  /** Searches that a list may still be reading from. */
  #open: number[] = [];

  /** Whether the list shows what was found. */
  get on(): boolean {
    return view.key.kind === "search";
  }
  /** The words to mark. */
  get words(): readonly string[] {
    return this.on ? (this.found?.words ?? none) : none;
  }
  /** The folder that the search was begun in. */
  get folder(): number | null {
    const key = this.#before?.key ?? view.key;
    return key.kind === "folder" ? key.id : null;
  }
  /** The whole of what is searched, with where. */
  get query(): string {
    const place = this.here ? this.#place() : "";
    // Blanks before it stay, so that places in it are places in the field.
    return `${this.text.trimEnd()}${place}`;
  }
  /** Saved searches in the person's order. */
  get all(): readonly SavedSearch[] {
    return this.#all?.value ?? [];
  }
  /** The saved search that is shown as it was saved. */
  get asSaved(): SavedSearch | null {
    return this.on && this.saved?.query === this.query ? this.saved : null;
  }
  /** Whether what is shown answers what is typed. */
  get settled(): boolean {
    return this.found?.query === this.query;
  }

  /** Goes to the field. */
  focus(): void {
    view.cabinet = false;
    layout.front = "list";
    this.field?.focus();
  }

  /** Searches for what was typed, with every key. */
  type(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#again();
  }

  /** Searches everywhere, or only where it was begun. */
  within(here: boolean): void {
    this.here = here;
    this.#again();
  }

  /** Searches for this, from wherever it was asked. */
  show(text: string, saved: SavedSearch | null = null): void {
    view.cabinet = false;
    layout.front = "list";
    layout.drawer = false;
    this.here = false;
    this.text = text;
    this.saved = saved;
    this.#again();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.#again();
  }

  /** Goes on with it on the servers. */
  async askServers(): Promise<void> {
    const { found } = this;
    this.quiet = false;
    if (found) await this.#tried(backend.searchOnServers(found.id));
  }

  /** Leaves the servers alone: what was found there, and is not here, is no longer shown. */
  stayHere(): void {
    this.quiet = true;
    // A search that has asked the servers cannot take it back; the same words anew have not.
    if (this.found) this.#again();
  }

  /** Reads the saved searches again without waiting for their topic. */
  refresh(): void {
    this.#all?.refresh();
  }

  /** Back to where one was, with place and selection. */
  leave(): void {
    const before = this.#before;
    this.#end();
    if (!before) return;
    view.returnTo(before.key, before.filter, before.message);
  }

  /** Keeps what is shown true, and asks the servers after a while. To be called inside an effect's root while the window is set up. */
  follow(): void {
    this.#all = live(() => backend.savedSearches(), () => ["searches"]);
    const id = $derived(this.found?.id);
    const ask = $derived(this.on && this.found !== null && this.settled && !this.quiet && this.found.fault === null && leftToAsk(this.found));
    $effect(() => {
      const mine = id;
      if (mine === undefined) return;
      return onTopics([`search:${mine}`], () => void this.#look(mine));
    });
    $effect(() => {
      if (!ask || id === undefined) return;
      const timer = setTimeout(() => void this.askServers(), serversAfter);
      return () => clearTimeout(timer);
    });
    // Another list was gone to: the search is over.
    $effect(() => {
      if (!this.on && this.#before) this.#end();
    });
  }

  #again(): void {
    this.#epoch++;
    if (this.text.trim() === "") {
      const text = this.text;
      if (this.on) this.leave();
      this.text = text;
      return;
    }
    if (this.#running) this.#dirty = true;
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#running = true;
    do {
      this.#dirty = false;
      const epoch = this.#epoch;
      try {
        const found = await backend.beginSearch(this.query);
        if (epoch === this.#epoch) this.#show(found);
        else void backend.endSearch(found.id).catch(() => undefined);
      } catch (thrown) {
        if (epoch === this.#epoch) this.error = asUiError(thrown);
      }
    } while (this.#wanted());
    this.#running = false;
  }
  #wanted(): boolean {
    return this.#dirty;
  }

  #show(found: SearchView): void {
    this.found = found;
    this.error = null;
    if (!this.on) {
      this.#before = { key: view.key, filter: view.filter, message: view.message };
      view.filter = noFilter;
    }
    view.key = { kind: "search", id: found.id };
    // The list may still be at the one before, until this one has answered.
    this.#open.push(found.id);
    while (this.#open.length > 2) this.#close(this.#open.shift());
  }

  async #look(id: number): Promise<void> {
    const found = await backend.search(id).catch(() => null);
    if (found && this.found?.id === id) this.found = found;
  }

  async #tried(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (thrown) {
      this.error = asUiError(thrown);
    }
  }

  #end(): void {
    this.#epoch++;
    this.#dirty = false;
    for (const id of this.#open.splice(0)) this.#close(id);
    this.text = "";
    this.found = this.error = this.saved = this.#before = null;
    this.here = this.quiet = this.naming = false;
  }

  #close(id: number | undefined): void {
    // It may have been ended with its account; there is nothing to be told about that.
    if (id !== undefined) void backend.endSearch(id).catch(() => undefined);
  }

  /** ` in:"Greenhouse" account:"…"`; with the folders above it where its name alone would not tell which it is. */
  #place(): string {
    const folder = this.folder === null ? undefined : known.folder(this.folder);
    const account = folder && known.account(folder.account);
    if (!folder || !account) return "";
    const alike = known.folders.filter((one) => one.account === folder.account && one.name.toLowerCase() === folder.name.toLowerCase());
    const names = [folder.name];
    for (let one = parentOf(folder); one && alike.length > 1; one = parentOf(one)) names.unshift(one.name);
    return ` in:${quoted(names.join("/"))} account:${quoted(account.label)}`;
  }
}

const none: readonly string[] = [];

export const searching = new Searching();
