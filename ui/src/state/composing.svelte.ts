/** The messages that are being written in this window, and which of them is in front. */
import { backend, type Compose, type Draft, type Leaving, type Left, type Outgoing } from "../backend";
import { t } from "../words.svelte";
import { attempt, toasts } from "./toasts.svelte";
import { view } from "./view.svelte";
import { Writing, type Place } from "./writing.svelte";

/** Where it is noted which drafts are on screen, so that they come back after a crash. */
const noted = "restante.writing";
/** The same of a draft that has a window of its own; its number follows. */
const notedAlone = "restante.writing.";

class Composing {
  all = $state.raw<readonly Writing[]>([]);
  /** A draft is being made: its place stands already. */
  coming = $state(0);
  /** This window is that of one draft, and nothing else is in it. */
  alone = $state(false);

  /** The one that lies over the window. */
  get front(): Writing | null {
    return this.all.find(({ place }) => place === "sheet") ?? null;
  }

  /** Those that stand as bars: put aside, or answers to a message that is not shown now. */
  get bars(): readonly Writing[] {
    return this.all.filter((one) => one.place === "bar" || (one.place === "inline" && one.answer?.message !== view.message));
  }

  /** The one that is written under this message. */
  under(message: number): Writing | null {
    return this.all.find((one) => one.place === "inline" && one.answer?.message === message) ?? null;
  }

  /** Begins to write, or goes on. */
  async start(wish: Compose, place: Place = "sheet"): Promise<Writing | null> {
    const open = wish.kind === "open" ? this.all.find(({ id }) => id === wish.draft) : undefined;
    if (open) return this.show(open, place);
    this.coming++;
    const made: Writing[] = [];
    await attempt(
      backend.compose(wish).then(async (draft) => {
        // What has a window of its own is written there.
        if ((wish.kind === "open" || wish.kind === "take") && (await this.#elsewhere()).has(draft.id)) await backend.openWriting(draft.id);
        else made.push(this.take(draft, place));
      }),
    );
    this.coming--;
    return made[0] ?? null;
  }

  /** Writes to all addresses that wait: links in mail, and what the system gave the program. */
  async startMailtos(): Promise<void> {
    for (let url = await backend.pickUpMailto(); url !== null; url = await backend.pickUpMailto()) await this.start({ kind: "mailto", url });
  }

  /** Gives one a window of its own. What was written is kept first, since that window reads it from the store. */
  async moveOut(writing: Writing): Promise<void> {
    if (writing.busy) return;
    writing.busy = true;
    await writing.settled();
    writing.busy = false;
    this.#leave(writing);
    if (!(await attempt(backend.openWriting(writing.id)))) await this.start({ kind: "open", draft: writing.id });
  }

  /** Back into the main window. */
  async moveIn(writing: Writing): Promise<void> {
    if (writing.busy) return;
    writing.busy = true;
    await writing.settled();
    writing.busy = false;
    this.#leave(writing, "moved");
  }

  /** Says what became of a draft whose window was closed. */
  left({ draft, how }: Left): void {
    if (how === "moved") void this.start({ kind: "open", draft });
    else if (how === "kept") this.#offerKept(draft);
    else if (how === "discarded") this.#offerBack(draft);
  }

  /** Puts a draft on screen. */
  take(draft: Draft, place: Place = "sheet"): Writing {
    const open = this.all.find(({ id }) => id === draft.id);
    if (open) return this.show(open, place);
    const writing = new Writing(draft);
    this.all = [...this.all, writing];
    this.#note();
    return this.show(writing, place);
  }

  /** One at a time lies over the window; the others are put aside. */
  show(writing: Writing, place: Place): Writing {
    if (place === "sheet") for (const other of this.all) if (other !== writing && other.place === "sheet") other.place = "bar";
    writing.place = place;
    if (place === "bar") view.list?.focus();
    return writing;
  }

  /** Leaves one. What was written is kept first, however long that takes; a draft nobody wrote into stays a draft too. */
  async close(writing: Writing): Promise<void> {
    if (writing.busy) return;
    writing.busy = true;
    await writing.settled();
    writing.busy = false;
    // Its copy on the server is made now; where that fails it comes later by itself.
    void backend.closeDraft(writing.id).catch(() => undefined);
    this.#leave(writing, "kept");
    if (!this.alone) this.#offerKept(writing.id);
  }

  /** Throws one away; that can be undone. */
  async discard(writing: Writing): Promise<void> {
    if (writing.busy) return;
    writing.busy = true;
    const gone = await attempt(backend.discardDraft(writing.id));
    writing.busy = false;
    if (!gone) return;
    this.#leave(writing, "discarded");
    if (!this.alone) this.#offerBack(writing.id);
  }

  /** It was given to the outbox. */
  sent(writing: Writing, outgoing: Outgoing | null): void {
    if (outgoing) this.#leave(writing, "sent");
  }

  /** Takes a message back from the outbox, and opens it. */
  async edit(outgoing: Outgoing): Promise<void> {
    const work = outgoing.state.kind === "waiting" ? backend.cancelSending(outgoing.id) : backend.sendAgain(outgoing.id);
    await attempt(work.then((draft) => this.take(draft)));
  }

  /** Offers what was on screen when the program ended without being asked to. */
  async restore(): Promise<void> {
    const ids = new Set([...this.#noted(), ...this.#notedAlone()]);
    if (ids.size === 0) return;
    for (const id of await this.#elsewhere()) ids.delete(id);
    // A host without drafts has nothing to offer.
    const drafts = await backend.drafts().catch((): Draft[] => []);
    const back = drafts.filter(({ id }) => ids.has(id) && !this.all.some((one) => one.id === id));
    for (const draft of back.toReversed()) this.take(draft, "bar");
    for (const id of ids) localStorage.removeItem(`${notedAlone}${id}`);
    this.#note();
    const [latest] = back;
    if (!latest) return;
    const text = back.length > 1 ? t("texts-back", { count: back.length }) : t("text-back", { subject: latest.subject || t("new-message") });
    toasts.offer(text, { name: t("draft-open"), title: t("draft-open"), run: () => void this.start({ kind: "open", draft: latest.id }) }, null);
  }

  /** Drafts that have a window of their own. */
  #elsewhere(): Promise<Set<number>> {
    return backend.writings().then(
      (ids) => new Set(ids),
      () => new Set(),
    );
  }

  #offerKept(draft: number): void {
    toasts.offer(t("draft-kept"), { name: t("draft-open"), title: t("draft-open"), run: () => void this.start({ kind: "open", draft }) });
  }

  #offerBack(draft: number): void {
    const back = async () => {
      if (await attempt(backend.undiscardDraft(draft))) await this.start({ kind: "open", draft });
    };
    toasts.offer(t("draft-discarded"), { name: t("undo"), title: t("undo"), run: () => void back() });
  }

  #leave(writing: Writing, how: Leaving = "moved"): void {
    writing.end();
    this.all = this.all.filter((one) => one !== writing);
    this.#note();
    if (this.alone) {
      localStorage.removeItem(`${notedAlone}${writing.id}`);
      void attempt(backend.closeWriting(how));
    } else if (!this.front) view.list?.focus();
  }

  #note(): void {
    try {
      if (this.alone) for (const { id } of this.all) localStorage.setItem(`${notedAlone}${id}`, "");
      else localStorage.setItem(noted, JSON.stringify(this.all.map(({ id }) => id)));
    } catch {
      // Without it a draft is found among the drafts, and not offered by itself.
    }
  }

  #notedAlone(): number[] {
    return Object.keys(localStorage).flatMap((key) => (key.startsWith(notedAlone) ? Number(key.slice(notedAlone.length)) : []));
  }

  #noted(): number[] {
    try {
      const ids: unknown = JSON.parse(localStorage.getItem(noted) ?? "[]");
      return Array.isArray(ids) ? ids.filter((id): id is number => typeof id === "number") : [];
    } catch {
      return [];
    }
  }
}

export const composing = new Composing();
