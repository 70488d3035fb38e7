/** What is on its way out: read from the store and kept true; what a person is told of it. */
import { backend, type Outgoing } from "../backend";
import { clockTime, fullDate, sameDay } from "../format/dates";
import { live, type Live } from "../live.svelte";
import { locale, t } from "../words.svelte";
import { composing } from "./composing.svelte";
import { toasts } from "./toasts.svelte";

/** Longer than any time for undoing, in s: what goes out after that was meant to go later. */
const undoable = 60;

/** A moment as a person reads it: the time, and the day where it is another. */
export const whenOf = (seconds: number): string => (sameDay(seconds) === new Date().toDateString() ? clockTime(seconds, locale()) : fullDate(seconds, locale()));

class Outbox {
  #outgoing = $state.raw<Live<Outgoing[]>>();
  /** What was seen last of each, so that a change can be told. */
  #seen = new Map<number, Outgoing["state"]["kind"]>();
  /** The note about each that can still be undone. */
  #notes = new Map<number, number>();

  /** What waits, is being sent, or needs the person. */
  get all(): readonly Outgoing[] {
    return (this.#outgoing?.value ?? []).filter(({ state }) => state.kind !== "sent");
  }
  /** What needs the person. */
  get troubled(): readonly Outgoing[] {
    return this.all.filter(({ state }) => state.kind === "failed" || state.kind === "unknown");
  }

  /** Reads it and keeps it true. To be called while the window is set up. */
  begin(): void {
    this.#seen.clear();
    this.#notes.clear();
    this.#outgoing = live(() => backend.outgoing(), () => ["outgoing"]);
    $effect(() => {
      for (const one of this.#outgoing?.value ?? []) this.#look(one);
    });
  }

  refresh(): void {
    this.#outgoing?.refresh();
  }

  /** A message was given to it just now: says so, and offers to take it back. */
  began(outgoing: Outgoing): void {
    const { id, state } = outgoing;
    // The store may have said so before.
    if (this.#seen.has(id)) return;
    this.#seen.set(id, state.kind);
    this.refresh();
    if (state.kind !== "waiting" || !outgoing.undoable) {
      if (state.kind !== "sent") toasts.say(t("sending"));
      else toasts.say(t("sent"));
      return;
    }
    const at = state.at ?? 0;
    const seconds = Math.max(0, at - Date.now() / 1000);
    const undo = { name: t("undo"), title: t("undo-send"), run: () => void composing.edit(outgoing) };
    if (seconds <= undoable) this.#notes.set(id, toasts.offer(t("sending-in", { seconds: Math.round(seconds) }), undo, seconds * 1000));
    else toasts.offer(t("sending-later", { when: whenOf(at) }), undo);
  }

  #look(outgoing: Outgoing): void {
    const { id, state } = outgoing;
    const { kind } = state;
    const before = this.#seen.get(id);
    // Sent from another window, or just before this one was opened: it can still be taken back from here.
    if (before === undefined && kind === "waiting" && outgoing.undoable && state.tries === 0 && (state.at ?? 0) - Date.now() / 1000 <= undoable) {
      this.began(outgoing);
      return;
    }
    this.#seen.set(id, kind);
    if (kind === "waiting") return;
    // It has begun: nothing can be taken back any more.
    const note = this.#notes.get(id);
    if (note !== undefined) toasts.close(note);
    this.#notes.delete(id);
    if (kind === "sent" && before !== undefined && before !== "sent") toasts.say(t("sent"));
  }
}

export const outbox = new Outbox();
