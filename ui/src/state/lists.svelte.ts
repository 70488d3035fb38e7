/**
 * How each list is shown: as conversations or message by message, in which order, and which rows of it. What was chosen for one
 * list is kept by the host; a filter lasts as long as the list is looked at.
 */
import { backend, type Filter, type List, type ListCounts, type ListKey, type ListView, type Order } from "../backend";
import { SvelteMap } from "svelte/reactivity";
import { live, type Live } from "../live.svelte";
import { known } from "./known.svelte";
import { attempt } from "./toasts.svelte";
import { sameKey, view } from "./view.svelte";

const nothing: ListCounts = { inboxesUnread: 0, unread: 0, flagged: 0, drafts: 0, outbox: 0, snoozed: 0 };

/** What the lists of all accounts are called. */
export const listNames = {
  inboxes: "all-inboxes", unread: "unread-list", flagged: "flagged-list", snoozed: "snoozed-list", drafts: "drafts-list", sent: "sent-list", allMail: "all-mail-list",
} as const;

/** The filters, as their texts are called. */
export type FilterName = "unread" | "flagged" | "files" | "person" | "text";

/** The filters that are on. */
export function filtersOn({ unread, flagged, files, person, text }: Filter): FilterName[] {
  const all: readonly [FilterName, boolean][] = [["unread", unread], ["flagged", flagged], ["files", files], ["person", person !== null], ["text", (text ?? "").trim() !== ""]];
  return all.flatMap(([name, on]) => (on ? name : []));
}

/** The usual order of a list. What sleeps has the soonest first, whatever is usual elsewhere. */
export const usualOrder = (key: ListKey, newestLast: boolean): Order => ({ by: "date", ascending: newestLast && key.kind !== "snoozed" });

/** A text that is the same for the same list. */
export const nameOfList = ({ key, filter, order, conversations }: List): string => JSON.stringify([key, filtersOn(filter), filter.person, filter.text?.trim() ?? null, order.by, order.ascending, conversations]);

class Lists {
  /** Names of those whose mail was asked for, by address. */
  #people = new SvelteMap<string, string>();
  #views = $state.raw<Live<[ListKey, ListView][]>>();
  #counts = $state.raw<Live<ListCounts>>();
  /** What was chosen for what is searched: every search is another list for the host. */
  #searches = $state.raw<ListView>();

  /** Begins to keep itself true. To be called while the window is set up. */
  begin(): void {
    this.#views = live(() => backend.listViews(), () => ["listViews"]);
    this.#counts = live(() => backend.listCounts(), () => ["accounts", "folders", "inboxes", "unread", "flagged", "drafts", "snoozed", "outgoing"]);
  }

  /** The list that is looked at, as it is to be shown. */
  get shown(): List {
    const { key, filter } = view;
    const { conversations, order } = this.viewOf(key);
    return { key, filter: { ...filter, text: filter.text?.trim() || null }, order, conversations };
  }

  /** Numbers beside the lists of all accounts. */
  get counts(): ListCounts {
    return this.#counts?.value ?? nothing;
  }

  /** What was chosen for this list alone. */
  own(key: ListKey): ListView | undefined {
    if (key.kind === "search") return this.#searches;
    return this.#views?.value?.find(([one]) => sameKey(one, key))?.[1];
  }

  /** How a list is shown: as it was chosen for it, else as everywhere. */
  viewOf(key: ListKey): ListView {
    return this.own(key) ?? this.#usual(key);
  }

  /** Changes how a list is shown; what is as everywhere is kept as such, so that it follows when that changes. */
  async change(key: ListKey, part: Partial<ListView>): Promise<void> {
    const usual = this.#usual(key);
    const next = { ...this.viewOf(key), ...part };
    const same = next.conversations === usual.conversations && next.order.by === usual.order.by && next.order.ascending === usual.order.ascending;
    await this.#keep(key, same ? null : next);
  }

  /** A list is shown as everywhere again. */
  async forget(key: ListKey): Promise<void> {
    await this.#keep(key, null);
  }
  async #keep(key: ListKey, view: ListView | null): Promise<void> {
    if (key.kind === "search") this.#searches = view ?? undefined;
    else if (await attempt(backend.setListView(key, view))) this.#views?.refresh();
  }
  usualOrderOf(key: ListKey): Order {
    return this.#usual(key).order;
  }

  /** Remembers what somebody is called, for a filter. */
  meet({ name, email }: { name: string; email: string }): void {
    this.#people.set(email, name.trim() || email);
  }
  /** What the person of a filter is called. */
  personCalled(email: string): string {
    return this.#people.get(email) ?? email;
  }

  #usual(key: ListKey): ListView {
    const { conversations, newestLast } = known.settings;
    // What was found is shown one by one, the newest first: a conversation would hide which message it was.
    if (key.kind === "search") return { conversations: false, order: usualOrder(key, false) };
    // Drafts are written on one by one.
    const drafts = key.kind === "drafts" || (key.kind === "folder" && known.folder(key.id)?.role === "drafts");
    return { conversations: conversations && !drafts, order: usualOrder(key, newestLast) };
  }
}

export const lists = new Lists();
