/** What was done and what happened, in sentences. */
import type { ActState, ActView, EventView, Happening, Intent, UiError } from "../backend";
import { dueTime } from "../format/dates";
import { clock } from "../state/clock.svelte";
import { known } from "../state/known.svelte";
import { labelName } from "../state/names";
import { locale, t } from "../words.svelte";

/** What was done, told apart as far as words and icons differ. */
export type Deed = "read" | "unread" | "flag" | "unflag" | "label" | "unlabel" | "mute" | "unmute" | "hideFolder" | "unhideFolder" | Exclude<Intent["kind"], "read" | "flag" | "label" | "mute" | "hideFolder">;

export function deedOf(intent: Intent): Deed {
  if (intent.kind === "read") return intent.on ? "read" : "unread";
  if (intent.kind === "flag") return intent.on ? "flag" : "unflag";
  if (intent.kind === "label") return intent.on ? "label" : "unlabel";
  if (intent.kind === "hideFolder") return intent.on ? "hideFolder" : "unhideFolder";
  if (intent.kind === "mute") return intent.on ? "mute" : "unmute";
  return intent.kind;
}

const did: Readonly<Record<Deed, string>> = {
  read: "did-read", unread: "did-unread", flag: "did-flag", unflag: "did-unflag", label: "did-label", unlabel: "did-unlabel", archive: "did-archive",
  trash: "did-trash", junk: "did-junk", notJunk: "did-not-junk", move: "did-move", copy: "did-copy", delete: "did-delete", snooze: "did-snooze", unsnooze: "did-unsnooze", answered: "did-answered", forwarded: "did-forwarded", mute: "did-mute", unmute: "did-unmute",
  makeFolder: "did-make-folder", renameFolder: "did-rename-folder", moveFolder: "did-move-folder", deleteFolder: "did-delete-folder",
  hideFolder: "did-hide-folder", unhideFolder: "did-unhide-folder",
};
const was: Readonly<Record<Deed, string>> = {
  read: "was-read", unread: "was-unread", flag: "was-flag", unflag: "was-unflag", label: "was-label", unlabel: "was-unlabel", archive: "was-moved",
  trash: "was-moved", junk: "was-moved", notJunk: "was-moved", move: "was-moved", copy: "was-copied", delete: "was-deleted", snooze: "was-snooze", unsnooze: "was-unsnooze", answered: "was-answered", forwarded: "was-forwarded", mute: "was-mute", unmute: "was-unmute",
  makeFolder: "was-moved", renameFolder: "was-moved", moveFolder: "was-moved", deleteFolder: "was-deleted-with-folder", hideFolder: "was-moved", unhideFolder: "was-moved",
};
const refusedTo: Readonly<Record<Deed, string>> = {
  read: "refused-read", unread: "refused-unread", flag: "refused-flag", unflag: "refused-unflag", label: "refused-label", unlabel: "refused-unlabel", archive: "refused-archive",
  trash: "refused-trash", junk: "refused-junk", notJunk: "refused-not-junk", move: "refused-move", copy: "refused-copy", delete: "refused-delete", snooze: "refused-snooze", unsnooze: "refused-unsnooze", answered: "refused-answered", forwarded: "refused-forwarded", mute: "refused-mute", unmute: "refused-unmute",
  makeFolder: "refused-make-folder", renameFolder: "refused-rename-folder", moveFolder: "refused-move-folder", deleteFolder: "refused-delete-folder",
  hideFolder: "refused-hide-folder", unhideFolder: "refused-unhide-folder",
};
const happened: Readonly<Record<Exclude<Happening["kind"], "act">, string>> = {
  elsewhere: "happened-elsewhere", folderGone: "happened-folder-gone", renumbered: "happened-renumbered", missing: "happened-missing",
};
const left: Readonly<Record<Exclude<Happening["kind"], "act">, string>> = {
  elsewhere: "left-elsewhere", folderGone: "left-folder-gone", renumbered: "left-renumbered", missing: "left-missing",
};
const states: Readonly<Record<ActState, string>> = { waiting: "act-waiting", done: "act-done", refused: "act-refused", undone: "act-undone" };

/** A folder as a sentence names it; the inbox in the person's own word. */
const called = (path: string): string => (path.toUpperCase() === "INBOX" ? t("role-inbox") : path);

/** Where it went, under which label, until when: what a sentence may name. */
function named(intent: Intent, to: string | null): { to: string; label: string; when: string } {
  const homes: Partial<Record<Intent["kind"], string>> = { archive: t("role-archive"), trash: t("role-trash"), junk: t("role-junk"), notJunk: t("role-inbox") };
  const label = intent.kind === "label" ? labelName(known.labels.find(({ keyword }) => keyword === intent.keyword) ?? { keyword: intent.keyword, name: "" }) : "";
  const when = intent.kind === "snooze" ? dueTime(intent.until ?? 0, clock.now, locale()) : "";
  return { to: to ? called(to) : (homes[intent.kind] ?? t("folder-unknown")), label, when };
}

/** What was done to a folder rather than to messages. */
export const isAboutFolder = (intent: Intent): boolean => intent.kind.endsWith("Folder");

/** `3 messages moved to Projects`. An undoing is told by what it undid, where that is known. */
export function whatWasDone(act: ActView, undone?: ActView): string {
  if (act.undoes !== null) return undone ? t("did-undo", { what: whatWasDone(undone) }) : t("did-undo-something", { count: act.count });
  return t(did[deedOf(act.intent)], { count: act.count, folder: act.subject, ...named(act.intent, act.to) });
}

/** `Glass order for the north bay and others`. */
export function about({ subject, count }: { subject: string; count: number }): string {
  return t("act-about", { subject: subject || t("no-subject"), count });
}

/** Why the server refused, as a clause after a colon. */
export function why(error: UiError | null): string {
  switch (error?.code) {
    case "quota": return t("why-quota");
    case "not-allowed": return t("why-not-allowed");
    case "elsewhere": return t("why-elsewhere");
    case "no-such-folder": return t("why-no-such-folder");
    case "folder-exists": return t("why-folder-exists");
    case "folder-in-use": return t("why-folder-in-use");
    default: return error?.detail ? t("why-in-details") : t("why-unknown");
  }
}

/** What became of an act: `Waiting for the server`, `2 of 3 refused: the mailbox is full`. */
export function whatBecame(act: ActView): string {
  const { count, waiting, refused } = act;
  if (act.state === "refused") return refused < count ? t("act-refused-some", { refused, count, why: why(act.error) }) : t("act-refused-why", { why: why(act.error) });
  if (act.state === "waiting" && waiting > 0 && waiting < count) return t("act-waiting-some", { waiting, count });
  if (act.onlyMarked && act.state === "done") return t("act-only-marked");
  if (act.onlyHere && act.state === "done") return t("act-only-here");
  return t(states[act.state]);
}

/** `It was not possible to move 3 messages to Projects: the mailbox is full. They are where they were.` */
export function refusal(act: ActView): string {
  const count = act.refused || act.count;
  const reason = why(act.error);
  if (isAboutFolder(act.intent)) return `${t(refusedTo[deedOf(act.intent)], { folder: act.subject, why: reason, ...named(act.intent, act.to) })} ${t("refused-folder")}`;
  if (act.undoes !== null) return `${t("refused-undo", { count, why: reason })} ${t("refused-as-before", { count })}`;
  const sentence = t(refusedTo[deedOf(act.intent)], { count, why: reason, ...named(act.intent, act.to) });
  // What another program has moved is not where it was.
  if (act.error?.code === "elsewhere") return sentence;
  const marks = ["read", "flag", "label", "snooze", "unsnooze", "mute"].includes(act.intent.kind);
  return `${sentence} ${marks ? t("refused-as-before", { count }) : t("refused-where-before", { count })}`;
}

/** What happened to one message: `Moved to Archive by you`. */
export function whatHappened({ what, folder }: Pick<EventView, "what" | "folder">): string {
  if (what.kind === "act") return t(was[deedOf(what.intent)], named(what.intent, what.to));
  return t(happened[what.kind], { folder: called(folder) });
}

/** Where it was when the person did something to it; empty where that is not known any more. */
export function whereItWas({ what, folder }: Pick<EventView, "what" | "folder">): string {
  return what.kind === "act" && folder ? t("history-was-in", { folder: called(folder) }) : "";
}

/** What became of it: empty where the server did it by itself. */
export function thenBecame(what: Happening): string {
  if (what.kind !== "act") return "";
  return what.state === "refused" ? t("act-refused-why", { why: why(what.error) }) : t(states[what.state]);
}

/** Why rows left the view: `12 messages left Inbox: another program moved or deleted them`. */
export function whyLeft(event: EventView, count: number): string {
  if (event.what.kind === "act") return whatHappened(event);
  return t(left[event.what.kind], { count, folder: called(event.folder) });
}
