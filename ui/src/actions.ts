/**
 * Everything a person can do, once: its name, icon, keys, when it is possible, and what it does. The keyboard, the
 * palette, menus, tooltips and the list of keys are all drawn from here.
 */
import AlarmClock from "@lucide/svelte/icons/alarm-clock";
import AlarmClockOff from "@lucide/svelte/icons/alarm-clock-off";
import Archive from "@lucide/svelte/icons/archive";
import Bell from "@lucide/svelte/icons/bell";
import BellOff from "@lucide/svelte/icons/bell-off";
import BookOpen from "@lucide/svelte/icons/book-open";
import Contact from "@lucide/svelte/icons/contact-round";
import Copy from "@lucide/svelte/icons/copy";
import Delete from "@lucide/svelte/icons/circle-x";
import Code from "@lucide/svelte/icons/code-xml";
import FileText from "@lucide/svelte/icons/file-text";
import Forward from "@lucide/svelte/icons/forward";
import Fold from "@lucide/svelte/icons/chevrons-down-up";
import Unfold from "@lucide/svelte/icons/chevrons-up-down";
import Flag from "@lucide/svelte/icons/flag";
import FlagOff from "@lucide/svelte/icons/flag-off";
import History from "@lucide/svelte/icons/history";
import Inbox from "@lucide/svelte/icons/inbox";
import Keyboard from "@lucide/svelte/icons/keyboard";
import ListChecks from "@lucide/svelte/icons/list-checks";
import List from "@lucide/svelte/icons/list";
import Messages from "@lucide/svelte/icons/messages-square";
import Mail from "@lucide/svelte/icons/mail";
import MailOpen from "@lucide/svelte/icons/mail-open";
import Menu from "@lucide/svelte/icons/square-menu";
import Move from "@lucide/svelte/icons/folder-input";
import Palette from "@lucide/svelte/icons/palette";
import Paperclip from "@lucide/svelte/icons/paperclip";
import Pencil from "@lucide/svelte/icons/pencil";
import Plus from "@lucide/svelte/icons/plus";
import Printer from "@lucide/svelte/icons/printer";
import Redirect from "@lucide/svelte/icons/corner-up-right";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Reply from "@lucide/svelte/icons/reply";
import ReplyAll from "@lucide/svelte/icons/reply-all";
import Save from "@lucide/svelte/icons/file-down";
import Search from "@lucide/svelte/icons/search";
import Send from "@lucide/svelte/icons/send";
import SettingsIcon from "@lucide/svelte/icons/settings";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import Sliders from "@lucide/svelte/icons/sliders-horizontal";
import Signal from "@lucide/svelte/icons/activity";
import Tag from "@lucide/svelte/icons/tag";
import Tags from "@lucide/svelte/icons/tags";
import Timeline from "@lucide/svelte/icons/list-restart";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import Trash from "@lucide/svelte/icons/trash-2";
import Files from "@lucide/svelte/icons/files";
import Bookmark from "@lucide/svelte/icons/bookmark";
import Leave from "@lucide/svelte/icons/x";
import Undo from "@lucide/svelte/icons/undo-2";
import Person from "@lucide/svelte/icons/user-search";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import { backend, type AnswerKind, type Intent, type Role } from "./backend";
import { acts } from "./state/acts.svelte";
import { composing } from "./state/composing.svelte";
import { known } from "./state/known.svelte";
import { layout } from "./state/layout.svelte";
import { filtersOn, lists } from "./state/lists.svelte";
import { outbox } from "./state/outbox.svelte";
import { searching } from "./state/searching.svelte";
import { attempt } from "./state/toasts.svelte";
import { noFilter, view, type About, type Chosen } from "./state/view.svelte";

/** Where an action stands in the list of keys. */
export type Group = "list" | "select" | "act" | "write" | "message" | "go" | "window";

/** One thing a person can do. Its name is the text `action-<id>`. */
export interface Action {
  id: string;
  group: Group;
  icon: Component;
  /**
   * Keys that call it. A letter as it is typed; `mod+k` for Ctrl or, on a Mac, Cmd; `shift+j`; `g i` for one key after another.
   */
  keys: readonly string[];
  /** Whether the palette offers it; moving about is left to the keys. */
  palette: boolean;
  /** Whether it is possible. What acts on messages is told which, where it is not what is chosen. */
  when: (on?: Chosen) => boolean;
  run: (on?: Chosen) => void;
}

const hasList = () => view.list !== null;
const seesList = () => layout.panes > 1 || layout.front === "list";
const hasRow = () => hasList() && view.row !== null;
const hasMessage = () => view.message !== null && !view.several;
const inConversation = () => hasMessage() && view.reader?.several === true;
const always = () => true;
const shownAsPlain = () => view.reading.plain ?? known.settings.preferPlain;

/** The folder of this role in the account that is looked at, else in the first account that has one. */
function roleFolder(role: Role): number | null {
  const here = view.key.kind === "folder" ? known.folder(view.key.id)?.account : undefined;
  const all = known.folders.filter((folder) => folder.role === role && folder.selectable);
  return (all.find((folder) => folder.account === here) ?? all[0])?.id ?? null;
}

function goTo(role: Role): Pick<Action, "when" | "run"> {
  return {
    when: () => roleFolder(role) !== null,
    run: () => {
      const id = roleFolder(role);
      if (id !== null) view.go({ kind: "folder", id });
    },
  };
}

const act = (
  id: string,
  group: Group,
  icon: Component,
  keys: readonly string[],
  when: () => boolean,
  run: () => void,
  palette = true,
): Action => ({ id, group, icon, keys, when, run, palette });

/** Whether all that is known of what is to be acted on stands in folders of this role. */
const allIn = ({ known: all }: Chosen, role: Role) => all.length > 0 && all.every(({ folder }) => folder !== null && known.folder(folder)?.role === role);
/** Whether some are so, or may be. */
const some = ({ count, known: all }: Chosen, so: (one: About) => boolean) => all.length < count || all.some(so);
const allFlagged = ({ known: all }: Chosen) => all.length > 0 && all.every(({ flagged }) => flagged);
const anything = () => true;

/** A message can sleep in an inbox, and in a folder of the person's own. */
const canSleep = ({ folder }: About) => folder === null || ["inbox", "none"].includes(known.folder(folder)?.role ?? "none");
const asleep = ({ due }: About) => due !== null && due * 1000 > Date.now();

/** Something that is done to messages. */
function acting(id: string, icon: Component, keys: readonly string[], fits: (on: Chosen) => boolean, run: (on?: Chosen) => unknown): Action {
  const when = (on: Chosen | null = view.chosen) => on !== null && fits(on);
  return { id, group: "act", icon, keys, palette: true, when, run: (on) => void run(on) };
}
/** Whatever it is called, the flag goes on unless it is on everywhere by the time it is its turn. */
const toggleFlag = (on?: Chosen) => acts.do((chosen) => ({ kind: "flag", on: !allFlagged(chosen) }), on);
const allMuted = ({ known: all }: Chosen) => all.length > 0 && all.every(({ muted }) => muted);
/** The same, with all that the conversations have in the folders of these rows. Stretches of a list stand for themselves. */
const whole = (on: Chosen): Chosen => ({
  count: on.count,
  known: on.known,
  hold: () => on.hold(),
  conversations: true,
  target: async (intent) => {
    const target = await on.target(intent);
    return target.kind === "rows" || target.kind === "mails" ? { kind: "conversations", rows: target.rows, key: null } : target;
  },
});
/** Something that is done to whole conversations. */
const conversing = (id: string, icon: Component, fits: (on: Chosen) => boolean, run: (on: Chosen) => unknown) =>
  acting(`${id}-conversation`, icon, [], (on) => on.conversations !== true && fits(on), (on = view.chosen ?? undefined) => on && run(whole(on)));
/** What is in the trash already can only be deleted for ever. */
const throwAway = (chosen: Chosen): Intent => ({ kind: allIn(chosen, "trash") ? "delete" : "trash" });

/** The one message that is to be answered: of what a menu is about, else the one that is read or stands under the cursor. */
function answered(on?: Chosen): Pick<About, "message" | "folder"> | null {
  if (!on && view.message !== null && !view.several) return view.hand ?? { message: view.message, folder: null };
  const chosen = on ?? view.chosen;
  return chosen?.count === 1 ? (chosen.known[0] ?? null) : null;
}
const isDraft = (on?: Chosen) => {
  const folder = answered(on)?.folder ?? null;
  return folder !== null && known.folder(folder)?.role === "drafts";
};
/** Something that begins a message from another one. */
function answering(id: string, icon: Component, keys: readonly string[], how: AnswerKind, fits: (on?: Chosen) => boolean = anything): Action {
  return {
    id, group: "write", icon, keys, palette: true,
    when: (on) => answered(on)?.message !== undefined && !isDraft(on) && fits(on),
    run: (on) => {
      const message = answered(on)?.message;
      if (message === undefined) return;
      // What is selected belongs to the message that is read.
      const selection = message === view.reads ? view.passage : null;
      void composing.start({ kind: "answer", message, how, selection });
    },
  };
}
/** The account that is looked at. */
const accountHere = () => (view.key.kind === "folder" ? (known.folder(view.key.id)?.account ?? null) : null);

export const actions: readonly Action[] = [
  act("next", "list", List, ["j", "ArrowDown"], hasList, () => view.list?.move(1), false),
  act("previous", "list", List, ["k", "ArrowUp"], hasList, () => view.list?.move(-1), false),
  act("first", "list", List, ["Home"], hasList, () => view.list?.first(), false),
  act("last", "list", List, ["End"], hasList, () => view.list?.last(), false),
  act("page-down", "list", List, ["PageDown"], hasList, () => view.list?.page(1), false),
  act("page-up", "list", List, ["PageUp"], hasList, () => view.list?.page(-1), false),
  act("open", "list", BookOpen, ["o", "Enter"], hasRow, () => view.list?.open(), false),
  act("back", "list", List, ["u"], hasList, () => view.back(), false),
  act("list-view", "list", Sliders, ["."], hasList, () => view.list?.sort()),
  act("filter-text", "list", Search, ["mod+shift+k"], hasList, () => view.list?.find()),
  act("filter-unread", "list", Mail, [], () => hasList() && !view.filter.unread, () => (view.filter = { ...view.filter, unread: true })),
  act("filter-flagged", "list", Flag, [], () => hasList() && !view.filter.flagged, () => (view.filter = { ...view.filter, flagged: true })),
  act("filter-files", "list", Paperclip, [], () => hasList() && !view.filter.files, () => (view.filter = { ...view.filter, files: true })),
  act("filter-none", "list", List, [], () => hasList() && filtersOn(view.filter).length > 0, () => (view.filter = noFilter)),
  act("conversations", "list", Messages, [], () => hasList() && !lists.shown.conversations, () => void lists.change(view.key, { conversations: true })),
  act("single-messages", "list", Mail, [], () => hasList() && lists.shown.conversations, () => void lists.change(view.key, { conversations: false })),
  act("row-menu", "list", Menu, ["ContextMenu", "shift+F10"], () => seesList() && view.list?.chosen() != null, () => view.list?.menu(), false),
  act("extend-down", "select", List, ["shift+j", "shift+ArrowDown"], hasList, () => view.list?.move(1, true), false),
  act("extend-up", "select", List, ["shift+k", "shift+ArrowUp"], hasList, () => view.list?.move(-1, true), false),
  act("extend-first", "select", List, ["shift+Home"], hasRow, () => view.list?.first(true), false),
  act("extend-last", "select", List, ["shift+End"], hasRow, () => view.list?.last(true), false),
  act("extend-page-down", "select", List, ["shift+PageDown"], hasRow, () => view.list?.page(1, true), false),
  act("extend-page-up", "select", List, ["shift+PageUp"], hasRow, () => view.list?.page(-1, true), false),
  act("wander-down", "select", List, ["mod+ArrowDown"], hasList, () => view.list?.wander(1), false),
  act("wander-up", "select", List, ["mod+ArrowUp"], hasList, () => view.list?.wander(-1), false),
  act("toggle", "select", List, ["x"], hasRow, () => view.list?.toggle(), false),
  act("select-all", "select", ListChecks, ["mod+a"], hasList, () => view.list?.all()),
  act("select-one", "select", List, ["Escape"], () => hasList() && view.several, () => view.list?.one(), false),

  act("leave-search", "list", Leave, ["Escape"], () => searching.on && seesList() && !view.several, () => {
    searching.leave();
    view.list?.focus();
  }, false),

  acting("archive", Archive, ["e"], (on) => !allIn(on, "archive"), (on) => acts.do(() => ({ kind: "archive" }), on)),
  acting("trash", Trash, ["#", "Delete"], anything, (on) => acts.do(throwAway, on)),
  acting("delete", Delete, ["shift+Delete"], anything, (on) => acts.do(() => ({ kind: "delete" }), on)),
  acting("junk", ShieldAlert, ["!"], (on) => !allIn(on, "junk"), (on) => acts.do(() => ({ kind: "junk" }), on)),
  acting("not-junk", ShieldCheck, ["!"], (on) => allIn(on, "junk"), (on) => acts.do(() => ({ kind: "notJunk" }), on)),
  acting("move", Move, ["v"], anything, (on) => acts.pick("move", on)),
  acting("copy", Copy, [], anything, (on) => acts.pick("copy", on)),
  acting("label", Tag, ["l"], (on) => some(on, ({ folder }) => folder === null || known.folder(folder)?.labels !== false), (on) => acts.pick("label", on)),
  acting("snooze", AlarmClock, ["h"], (on) => some(on, canSleep), (on) => acts.pick("snooze", on)),
  acting("unsnooze", AlarmClockOff, [], ({ known: all }) => all.length > 0 && all.every(asleep), (on) => acts.do(() => ({ kind: "unsnooze" }), on)),
  acting("flag", Flag, ["s"], (on) => !allFlagged(on), toggleFlag),
  acting("unflag", FlagOff, ["s"], allFlagged, toggleFlag),
  acting("read", MailOpen, ["shift+i"], (on) => some(on, ({ unread }) => unread), (on) => acts.do(() => ({ kind: "read", on: true }), on)),
  acting("unread", Mail, ["shift+u"], (on) => some(on, ({ unread }) => !unread), (on) => acts.do(() => ({ kind: "read", on: false }), on)),
  acting("mute", BellOff, ["m"], (on) => !allMuted(on), (on) => acts.do((chosen) => ({ kind: "mute", on: !allMuted(chosen) }), on)),
  acting("unmute", Bell, ["m"], allMuted, (on) => acts.do((chosen) => ({ kind: "mute", on: !allMuted(chosen) }), on)),
  conversing("archive", Archive, (on) => !allIn(on, "archive"), (on) => acts.do(() => ({ kind: "archive" }), on)),
  conversing("trash", Trash, (on) => !allIn(on, "trash"), (on) => acts.do(() => ({ kind: "trash" }), on)),
  conversing("move", Move, anything, (on) => acts.pick("move", on)),
  conversing("read", MailOpen, anything, (on) => acts.do(() => ({ kind: "read", on: true }), on)),
  act("undo", "act", Undo, ["z", "mod+z"], always, () => void acts.undo()),

  act("new-message", "write", Pencil, ["c"], () => known.accounts.length > 0, () => void composing.start({ kind: "new", account: accountHere() })),
  answering("reply", Reply, ["r"], "reply"),
  answering("reply-all", ReplyAll, ["a"], "replyAll"),
  answering("reply-list", Users, [], "replyList", (on) => !on && view.has.list),
  answering("forward", Forward, ["f"], "forward"),
  answering("forward-attached", Paperclip, [], "forwardAttached"),
  answering("edit-as-new", Copy, [], "editAsNew"),
  { id: "redirect", group: "write", icon: Redirect, keys: [], palette: true, when: (on) => answered(on)?.message !== undefined && !isDraft(on), run: (on) => {
    const message = answered(on)?.message;
    if (message !== undefined) void composing.start({ kind: "redirect", message });
  } },
  { id: "write-on", group: "write", icon: Pencil, keys: ["r"], palette: true, when: isDraft, run: (on) => {
    const message = answered(on)?.message;
    if (message !== undefined) void composing.start({ kind: "take", message });
  } },
  act("contacts", "write", Contact, [], () => known.accounts.length > 0, () => (view.dialog = "contacts")),
  act("outbox", "write", Send, [], () => outbox.all.length > 0, () => (view.dialog = "outbox")),

  act("plain", "message", FileText, [], () => hasMessage() && view.has.plain && view.has.html && !shownAsPlain(), () => {
    view.reading = { ...view.reading, plain: true };
  }),
  act("html", "message", FileText, [], () => hasMessage() && view.has.html && view.has.plain && shownAsPlain(), () => {
    view.reading = { ...view.reading, plain: false };
  }),
  act("original", "message", Palette, [], () => hasMessage() && view.has.html && known.theme === "dark" && known.settings.darkenMail && !view.reading.original, () => {
    view.reading = { ...view.reading, original: true };
  }),
  act("darken", "message", Palette, [], () => hasMessage() && view.has.html && known.theme === "dark" && known.settings.darkenMail && view.reading.original, () => {
    view.reading = { ...view.reading, original: false };
  }),
  act("next-message", "message", List, ["n"], inConversation, () => view.reader?.step(1), false),
  act("previous-message", "message", List, ["p"], inConversation, () => view.reader?.step(-1), false),
  act("expand-all", "message", Unfold, [";"], inConversation, () => view.reader?.expand()),
  act("collapse-all", "message", Fold, [":"], inConversation, () => view.reader?.collapse()),
  act("headers", "message", List, [], hasMessage, () => (view.dialog = "headers")),
  act("source", "message", Code, [], hasMessage, () => (view.dialog = "source")),
  act("save-message", "message", Save, [], hasMessage, () => {
    if (view.reads !== null) void attempt(backend.saveMessage(view.reads));
  }),
  act("print", "message", Printer, ["mod+p"], hasMessage, () => void attempt(backend.printMessage())),
  act("history", "message", History, [], hasMessage, () => (view.dialog = "history")),
  act("this-person", "message", Person, [], () => hasMessage() && view.reader?.person != null, () => {
    const person = view.reader?.person;
    if (!person) return;
    lists.meet(person);
    view.filter = { ...noFilter, person: person.email };
    if (layout.panes === 1) view.back();
  }),

  act("go-inbox", "go", Inbox, ["g i"], always, () => view.go({ kind: "inboxes" })),
  act("go-unread", "go", Mail, ["g u"], always, () => view.go({ kind: "unread" })),
  act("go-flagged", "go", Flag, ["g f"], always, () => view.go({ kind: "flagged" })),
  { id: "go-sent", group: "go", icon: Inbox, keys: ["g s"], palette: false, ...goTo("sent") },
  { id: "go-drafts", group: "go", icon: Inbox, keys: ["g d"], palette: false, ...goTo("drafts") },
  { id: "go-archive", group: "go", icon: Inbox, keys: ["g a"], palette: false, ...goTo("archive") },
  act("files", "go", Files, ["g p"], () => known.accounts.length > 0, () => view.openCabinet()),

  act("search", "window", Search, ["/"], always, () => searching.focus()),
  act("save-search", "window", Bookmark, [], () => searching.on && searching.asSaved === null, () => (searching.naming = true)),
  act("palette", "window", Search, ["mod+k"], always, () => (view.dialog = "palette"), false),
  act("add-account", "window", Plus, [], always, () => (view.dialog = "addAccount")),
  act("accounts", "window", Users, [], always, () => (view.dialog = "accounts")),
  act("settings", "window", SettingsIcon, ["mod+,"], always, () => (view.dialog = "settings")),
  act("labels", "window", Tags, [], () => known.accounts.length > 0, () => (view.dialog = "labels")),
  act("timeline", "window", Timeline, ["g t"], () => known.accounts.length > 0, () => (view.dialog = "timeline")),
  act("theme", "window", SunMoon, [], always, () => void known.change({ theme: known.theme === "dark" ? "light" : "dark" })),
  act("health", "window", Signal, [], () => known.accounts.length > 0, () => (view.dialog = "health")),
  act("look-now", "window", RefreshCw, [], () => known.accounts.some((account) => !account.signedOut), () => {
    for (const account of known.accounts) if (!account.signedOut) void attempt(backend.retryNow(account.id));
  }),
  act("keys", "window", Keyboard, ["?"], always, () => (view.dialog = "keys")),
];

/** The action of this id. */
export function action(id: string): Action {
  const found = actions.find((one) => one.id === id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}
