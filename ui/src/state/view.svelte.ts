/** What the window shows: which list, which row, which message, which dialog. View state only. */
import type { AddressView, Filter, Intent, ListKey, Target } from "../backend";
import { layout } from "./layout.svelte";

/** The dialogs of which one at a time may be open. */
export type DialogName = "palette" | "keys" | "settings" | "accounts" | "addAccount" | "health" | "headers" | "source" | "timeline" | "history" | "labels" | "outbox" | "contacts";

/** What actions need to know of a message. */
export interface About {
  /** The message, where it is known. */
  readonly message?: number;
  readonly account: number;
  /** Where it stands; null where that is not known. */
  readonly folder: number | null;
  readonly unread: boolean;
  readonly flagged: boolean;
  /** Its conversation is muted. */
  readonly muted: boolean;
  /** Keywords. */
  readonly labels: readonly string[];
  /** Snoozed until then, or come back then. */
  readonly due: number | null;
}

/** Messages that something can be done to. */
export interface Chosen {
  /** How many. */
  readonly count: number;
  /** Those of which more is known: of a list that is too long to be read, not all. */
  readonly known: readonly About[];
  /** Whole conversations are meant, each counted once. */
  readonly conversations?: boolean;
  /** Names them to the host, for what is to be done. May have to ask where a stretch of them ends. */
  target(intent?: Intent): Promise<Target>;
  /**
   * Where they are shown nothing moves from now on, until the answer is called: then what was done to them is seen, in one
   * step. To be told is whether they were sent away from where they were.
   */
  hold(): (away: boolean) => Promise<void>;
}

/** What the list does for the keys and the palette. It puts itself here while it is on screen. */
export interface ListHandle {
  /** Moves the selection by so many rows, or extends it there. */
  move(by: number, extend?: boolean): void;
  first(extend?: boolean): void;
  last(extend?: boolean): void;
  /** Moves by what fits on the screen, up or down. */
  page(direction: 1 | -1, extend?: boolean): void;
  /** Moves the cursor alone, and leaves selected what is. */
  wander(by: number): void;
  /** Selects the row under the cursor besides the others, or no longer. */
  toggle(): void;
  /** Selects the whole list. */
  all(): void;
  /** Selects the row under the cursor alone, and opens it unless told otherwise. */
  one(open?: boolean): void;
  /** Opens the row under the cursor. */
  open(): void;
  /** What is selected, else the row under the cursor. None where a message is read that has no row here. */
  chosen(): Chosen | null;
  /** The message that is read, and has no row here, was sent away: goes on to what stood beside it, if that is known. */
  goOn(): void;
  /** Opens the menu of what is selected, at the row under the cursor. */
  menu(): void;
  /** Opens the menu in which the list is sorted and filtered. */
  sort(): void;
  /** Goes to the field that leaves of the list what is typed. */
  find(): void;
  focus(): void;
}

/** What the reader does for the keys and the palette. */
export interface ReaderHandle {
  focus(): void;
  /** Whether it shows a conversation of several messages. */
  readonly several: boolean;
  /** Who wrote the message at hand; where it is one's own, to whom. */
  readonly person: AddressView | null;
  /** Goes to the next message of the conversation, or the one before. */
  step(by: 1 | -1): void;
  /** Unfolds all messages. */
  expand(): void;
  /** Folds all but the newest. */
  collapse(): void;
}

/** How the open message is shown, for as long as it is open. */
export interface Reading {
  /** Plain text instead of HTML; null = as the settings say. */
  plain: boolean | null;
  /** The sender's own colours in the dark theme. */
  original: boolean;
}

/** All rows of a list. */
export const noFilter: Filter = { unread: false, flagged: false, files: false, person: null, text: null };

/** Of a message that has not come yet. */
const nothing = { html: false, plain: false, list: false, talk: [], row: null, about: null };

class View {
  key = $state.raw<ListKey>({ kind: "inboxes" });
  filter = $state.raw<Filter>(noFilter);
  /** The list whose rows are on screen: of a search, the one before until the first answer. */
  shown = $state.raw<ListKey>({ kind: "inboxes" });
  /** The row under the cursor. */
  row = $state<number | null>(null);
  /** How many rows are selected. */
  selected = $state(0);
  /** The open message. */
  message = $state<number | null>(null);
  /** How many times one was opened: it may be the one that is open already. */
  opened = $state(0);
  #times = 0;
  /**
   * What is known of what is read, for actions that depend on it: of the message at hand, which parts it has; of the one that was
   * opened, `about`, and its row where it is one of a conversation, whose messages are in `talk`.
   */
  has = $state.raw<{ html: boolean; plain: boolean; list: boolean; talk: readonly number[]; row: number | null; about: About | null }>(nothing);
  /** The message of an open conversation that the person is at: what is answered, saved, printed. */
  hand = $state.raw<About | null>(null);
  /** Markup of what is selected in the message at hand, to be quoted; null = nothing is. */
  passage = $state.raw<string | null>(null);
  reading = $state.raw<Reading>({ plain: null, original: false });
  dialog = $state<DialogName | null>(null);
  /** The account that waits for a password or another decision of the person, once they asked to see to it. */
  attend = $state<number | null>(null);
  /** The attachment cabinet is in front of list and reader. */
  cabinet = $state(false);
  list = $state.raw<ListHandle | null>(null);
  reader = $state.raw<ReaderHandle | null>(null);

  /** Shows another list. */
  go(key: ListKey): void {
    layout.drawer = false;
    layout.front = "list";
    this.cabinet = false;
    if (sameKey(key, this.key)) return;
    this.key = key;
    this.filter = noFilter;
    this.row = null;
    this.message = null;
  }

  /** The one message that is read. */
  get reads(): number | null {
    return this.message === null ? null : (this.hand?.message ?? this.message);
  }

  /** Shows a list again as it was left, with the message that was open beside it. */
  returnTo(key: ListKey, filter: Filter, message: number | null): void {
    layout.front = "list";
    this.key = key;
    this.filter = filter;
    if (message !== this.message) this.#turnTo(message);
  }

  /** Shows the attachment cabinet. */
  openCabinet(): void {
    layout.drawer = false;
    this.cabinet = true;
  }

  /** Whether several messages are selected, so that none of them is the one that is read. */
  get several(): boolean {
    return this.selected > 1;
  }

  /** What actions act on. */
  get chosen(): Chosen | null {
    return this.list?.chosen() ?? this.#openMessage();
  }

  /** The open message, where no row stands for it. */
  #openMessage(): Chosen | null {
    const { message } = this;
    const { row } = this.has;
    if (message === null || this.several) return null;
    return {
      count: 1,
      known: this.has.about ? [this.has.about] : [],
      conversations: row !== null,
      target: () => Promise.resolve(row === null ? { kind: "message", message } : { kind: "conversations", rows: [row], key: null }),
      hold: () => (away) => {
        if (away && this.message === message) this.list?.goOn();
        return Promise.resolve();
      },
    };
  }

  /** Shows a message that the list did not ask for. */
  show(message: number): void {
    this.cabinet = false;
    this.list?.one(false);
    this.open(message);
  }

  /** Opens a message in the reader. */
  open(message: number): void {
    layout.front = "message";
    this.opened = ++this.#times;
    if (message !== this.message) this.#turnTo(message);
  }

  #turnTo(message: number | null): void {
    this.message = message;
    this.has = nothing;
    this.hand = null;
    this.passage = null;
    this.reading = { plain: null, original: false };
  }

  /** Leaves the reader for the list. */
  back(): void {
    layout.front = "list";
    this.list?.focus();
  }
}

/** Whether two keys name the same list. */
export function sameKey(a: ListKey, b: ListKey): boolean {
  return a.kind === b.kind && ("id" in a ? a.id : null) === ("id" in b ? b.id : null);
}

/** The topic that is announced when a list has changed. */
export const topicOf = (key: ListKey): string => (key.kind === "folder" ? `list:${key.id}` : key.kind === "search" ? `search:${key.id}` : key.kind);

export const view = new View();
