/** Folders that messages can go to, in the order in which they are likely meant. Pure. */
import type { AccountView, FolderView } from "../backend";
import { best } from "../format/match";
import type { About } from "../state/view.svelte";

/** Folders under one heading. */
export interface Places {
  /** The account they are in; null = those that were chosen last, of whatever account. */
  readonly account: AccountView | null;
  readonly folders: readonly FolderView[];
}

export interface Question {
  readonly what: "move" | "copy";
  /** The messages, as far as they are known. */
  readonly messages: readonly About[];
  readonly accounts: readonly AccountView[];
  readonly folders: readonly FolderView[];
  /** The ones chosen last, the last first. */
  readonly recent: readonly number[];
  readonly typed: string;
  /** What a folder is called; with the folders it stands in, the nearest last. */
  readonly name: (folder: FolderView) => string;
}

/** The names of the folders that one stands in, the outermost first. */
export function pathOf(folder: FolderView, folders: readonly FolderView[], name: (folder: FolderView) => string): string[] {
  const path: string[] = [];
  const seen = new Set([folder.id]);
  for (let at = folder.parent; at !== null && !seen.has(at); ) {
    const parent = folders.find(({ id }) => id === at);
    if (!parent) break;
    seen.add(parent.id);
    path.unshift(name(parent));
    at = parent.parent;
  }
  return path;
}

/** Those that fit what was typed: the ones chosen last, then the messages' own account, then the others. */
export function placesFor({ what, messages, accounts, folders, recent, typed, name }: Question): Places[] {
  const own = new Set(messages.map(({ account }) => account));
  const here = (folder: FolderView) => messages.length > 0 && messages.every((one) => one.folder === folder.id);
  const possible = folders.filter(
    (folder) =>
      // Views of the server over other folders' mail are no place to put something.
      folder.selectable && folder.role !== "all" && folder.role !== "flagged" && folder.role !== "recovered" && !here(folder) && (what === "move" || messages.every(({ account }) => account === folder.account)),
  );
  const fitting = (some: readonly FolderView[]) => best(typed, some, (folder) => [name(folder), ...pathOf(folder, folders, name)].join(" "));
  const last = fitting(recent.flatMap((id) => possible.find((folder) => folder.id === id) ?? []));
  const rest = possible.filter(({ id }) => !recent.includes(id));
  const ordered = [...accounts.filter(({ id }) => own.has(id)), ...accounts.filter(({ id }) => !own.has(id))];
  return [
    { account: null, folders: last },
    ...ordered.map((account) => ({ account, folders: fitting(rest.filter((folder) => folder.account === account.id)) })),
  ].filter((group) => group.folders.length > 0);
}
