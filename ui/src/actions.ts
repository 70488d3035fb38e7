/**
 * Everything a person can do, once: its name, icon, keys, when it is possible, and what it does. The keyboard, the
 * palette, menus, tooltips and the list of keys are all drawn from here.
 */
import BookOpen from "@lucide/svelte/icons/book-open";
import Code from "@lucide/svelte/icons/code-xml";
import FileText from "@lucide/svelte/icons/file-text";
import Inbox from "@lucide/svelte/icons/inbox";
import Keyboard from "@lucide/svelte/icons/keyboard";
import ListChecks from "@lucide/svelte/icons/list-checks";
import List from "@lucide/svelte/icons/list";
import Palette from "@lucide/svelte/icons/palette";
import Plus from "@lucide/svelte/icons/plus";
import Printer from "@lucide/svelte/icons/printer";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Save from "@lucide/svelte/icons/file-down";
import Search from "@lucide/svelte/icons/search";
import SettingsIcon from "@lucide/svelte/icons/settings";
import Signal from "@lucide/svelte/icons/activity";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import { backend, type Role } from "./backend";
import { known } from "./state/known.svelte";
import { attempt } from "./state/toasts.svelte";
import { view } from "./state/view.svelte";

/** Where an action stands in the list of keys. */
export type Group = "list" | "select" | "message" | "go" | "window";

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
  when: () => boolean;
  run: () => void;
}

const hasList = () => view.list !== null;
const hasRow = () => hasList() && view.row !== null;
const hasMessage = () => view.message !== null && !view.several;
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

export const actions: readonly Action[] = [
  act("next", "list", List, ["j", "ArrowDown"], hasList, () => view.list?.move(1), false),
  act("previous", "list", List, ["k", "ArrowUp"], hasList, () => view.list?.move(-1), false),
  act("first", "list", List, ["Home"], hasList, () => view.list?.first(), false),
  act("last", "list", List, ["End"], hasList, () => view.list?.last(), false),
  act("page-down", "list", List, ["PageDown"], hasList, () => view.list?.page(1), false),
  act("page-up", "list", List, ["PageUp"], hasList, () => view.list?.page(-1), false),
  act("open", "list", BookOpen, ["o", "Enter"], hasRow, () => view.list?.open(), false),
  act("back", "list", List, ["u"], hasList, () => view.back(), false),
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
  act("headers", "message", List, [], hasMessage, () => (view.dialog = "headers")),
  act("source", "message", Code, [], hasMessage, () => (view.dialog = "source")),
  act("save-message", "message", Save, [], hasMessage, () => {
    if (view.message !== null) void attempt(backend.saveMessage(view.message));
  }),
  act("print", "message", Printer, ["mod+p"], hasMessage, () => void attempt(backend.printMessage())),

  act("go-inbox", "go", Inbox, ["g i"], always, () => view.go({ kind: "inboxes" })),
  { id: "go-sent", group: "go", icon: Inbox, keys: ["g s"], palette: false, ...goTo("sent") },
  { id: "go-drafts", group: "go", icon: Inbox, keys: ["g d"], palette: false, ...goTo("drafts") },
  { id: "go-archive", group: "go", icon: Inbox, keys: ["g a"], palette: false, ...goTo("archive") },

  act("palette", "window", Search, ["mod+k", "/"], always, () => (view.dialog = "palette"), false),
  act("add-account", "window", Plus, [], always, () => (view.dialog = "addAccount")),
  act("accounts", "window", Users, [], always, () => (view.dialog = "accounts")),
  act("settings", "window", SettingsIcon, ["mod+,"], always, () => (view.dialog = "settings")),
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
