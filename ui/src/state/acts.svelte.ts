/**
 * What a person does to mail, from the key press to the note that says it was done: one thing after the other, so that two
 * quick presses act on two messages. What touches many, or cannot be undone, is shown before and waits for the person's word.
 */
import { asUiError, backend, type ActView, type Intent, type Preview, type Target } from "../backend";
import { dueTime } from "../format/dates";
import { keyLabel } from "../keys";
import { locale, t } from "../words.svelte";
import { clock } from "./clock.svelte";
import { known } from "./known.svelte";
import { folderName, labelName } from "./names";
import { toasts } from "./toasts.svelte";
import { view, type Chosen } from "./view.svelte";

/** More than so many messages are shown before anything is done to them. */
export const many = 50;

/** How many folders are remembered as having been chosen. */
const remembered = 4;

/** What is to be done, shown to the person before. */
export interface Asking {
  readonly intent: Intent;
  readonly preview: Preview;
  /** How many whole conversations it is about; null: single messages. */
  readonly conversations: number | null;
  answer(yes: boolean): void;
}

/** A folder or labels are being chosen for these messages. */
export interface Picking {
  readonly what: "move" | "copy" | "label" | "snooze";
  readonly on: Chosen;
}

/** Whether it takes messages away from where they are. */
function away({ kind }: Intent): boolean {
  // Another time leaves it among the snoozed, and what is awake stays where it is.
  if (kind === "snooze" || kind === "unsnooze") return (view.key.kind === "snoozed") === (kind === "unsnooze");
  return !["read", "flag", "label", "copy", "mute"].includes(kind);
}

/** What the texts about an intent are called (`did-<id>`, `do-<id>`), and the values in them: `to` a folder, the `label`, or `when`. */
export function wordsFor(intent: Intent, to: string | null = null): { id: string; to: string; label: string; when: string } {
  const folder = "folder" in intent ? known.folder(intent.folder) : undefined;
  const keyword = intent.kind === "label" ? intent.keyword : "";
  const label = known.labels.find((one) => one.keyword === keyword) ?? { keyword, name: "" };
  const id = `${"on" in intent && !intent.on ? "un" : ""}${intent.kind}`.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const when = intent.kind === "snooze" ? dueTime(intent.until ?? 0, clock.now, locale()) : "";
  return { id, to: folder ? folderName(folder) : (to ?? ""), label: labelName(label), when };
}

class Acts {
  asking = $state.raw<Asking | null>(null);
  picking = $state.raw<Picking | null>(null);
  /** Folders that messages were moved or copied to, the last first. */
  recent = $state.raw<readonly number[]>([]);

  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does what `make` says to `on`, else to whatever is chosen when its turn comes. Answers once it is done and seen, with
   * whether it was; what goes wrong is told to the person.
   */
  async do(make: (on: Chosen) => Intent, on?: Chosen): Promise<boolean> {
    let done = false;
    await this.#inTurn(async () => {
      const chosen = on ?? view.chosen;
      if (chosen) done = await this.#do(make(chosen), chosen);
    });
    return done;
  }

  /** Lets the person choose a folder or labels for `on`, else for what is chosen. */
  pick(what: Picking["what"], on?: Chosen): Promise<void> {
    return this.#inTurn(() => {
      const chosen = on ?? view.chosen;
      if (chosen) this.picking = { what, on: chosen };
    });
  }

  /** Undoes this, or the last that can be undone. */
  undo(act: number | null = null): Promise<void> {
    return this.#inTurn(async () => {
      const undone = await backend.undo(act);
      toasts.done(t(undone ? "undone" : "undo-nothing"));
    });
  }

  async #do(intent: Intent, on: Chosen): Promise<boolean> {
    const target = await on.target(intent);
    const conversations = on.conversations && target.kind !== "rows" ? on.count : null;
    const asks = intent.kind === "delete" || on.count > many || target.kind === "list";
    if (asks && !(await this.#ask(intent, target, conversations))) return false;
    const release = on.hold();
    let done: ActView | null = null;
    try {
      done = await backend.act(intent, target);
      this.tell(done, conversations);
    } finally {
      await release(done !== null && away(intent));
    }
    if ("folder" in intent) this.recent = [intent.folder, ...this.recent.filter((id) => id !== intent.folder)].slice(0, remembered);
    return true;
  }

  async #ask(intent: Intent, target: Target, conversations: number | null): Promise<boolean> {
    const preview = await backend.actPreview(target);
    if (preview.count === 0) return false;
    const yes = await new Promise<boolean>((answer) => (this.asking = { intent, preview, conversations, answer }));
    this.asking = null;
    return yes;
  }

  /** Says what was done, with the way back; to so many whole conversations, or to single messages. */
  tell({ id, intent, count, subject, to, undoable, onlyMarked, onlyHere }: ActView, conversations: number | null = null): void {
    // One message that was flagged or read says so itself, in its row.
    const quiet = count === 0 || ((conversations ?? count) === 1 && (intent.kind === "read" || intent.kind === "flag"));
    if (quiet) return;
    const words = wordsFor(intent, to);
    toasts.done(t(conversations === null ? `did-${words.id}` : `did-conversation-${words.id}`, { count: conversations ?? count, to: words.to, label: words.label, when: words.when, folder: subject }), {
      more: onlyMarked ? t("only-marked") : onlyHere ? t("only-here") : null,
      remedy: undoable ? { name: t("undo"), title: t("hint", { name: t("undo"), key: keyLabel("z", known.mac) }), run: () => void this.undo(id) } : null,
    });
  }

  #inTurn(work: () => Promise<void> | void): Promise<void> {
    const turn = this.#last.then(work).catch((thrown: unknown) => toasts.fail(asUiError(thrown)));
    this.#last = turn;
    return turn;
  }
}

export const acts = new Acts();
