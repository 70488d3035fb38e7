/** The folder tree as it is drawn: which folders are seen, and how the keyboard walks through them. Pure. */
import type { FolderView } from "../backend";

/** One drawn line of the tree. */
export interface Node {
  folder: FolderView;
  /** Whether it holds others. */
  parent: boolean;
  open: boolean;
  /** Place among its siblings, from 1, and how many there are. */
  position: number;
  siblings: number;
}

/** The folders of an account that are seen, in order; those inside a closed one are not. */
export function visibleNodes(folders: readonly FolderView[], closed: ReadonlySet<number>): Node[] {
  const children = new Map<number | null, FolderView[]>();
  const ids = new Set(folders.map((folder) => folder.id));
  for (const folder of folders) {
    // A folder whose parent is not known stands at the top rather than nowhere.
    const parent = folder.parent !== null && ids.has(folder.parent) ? folder.parent : null;
    const beside = children.get(parent);
    if (beside) beside.push(folder);
    else children.set(parent, [folder]);
  }
  const nodes: Node[] = [];
  const walk = (parent: number | null, seen: ReadonlySet<number>) => {
    const all = children.get(parent) ?? [];
    all.forEach((folder, at) => {
      if (seen.has(folder.id)) return;
      const holds = children.has(folder.id);
      const open = holds && !closed.has(folder.id);
      nodes.push({ folder, parent: holds, open, position: at + 1, siblings: all.length });
      if (open) walk(folder.id, new Set([...seen, folder.id]));
    });
  };
  walk(null, new Set());
  return nodes;
}

/** A folder and all that is inside it. */
export function family(root: FolderView, folders: readonly FolderView[]): FolderView[] {
  const found = [root];
  const seen = new Set([root.id]);
  // Grows while it is walked: each one found brings those inside it.
  for (const one of found) {
    for (const other of folders) {
      if (other.parent !== one.id || seen.has(other.id)) continue;
      seen.add(other.id);
      found.push(other);
    }
  }
  return found;
}

/** Folders that stay out of sight: hidden ones, but for those that hold one that is seen. The inbox is always seen. */
export function outOfSight(folders: readonly FolderView[]): ReadonlySet<number> {
  const seen = (folder: FolderView) => !folder.hidden || folder.role === "inbox";
  return new Set(folders.filter((folder) => !seen(folder) && !family(folder, folders).some(seen)).map(({ id }) => id));
}

/** Favourites in the person's order. */
export function favourites(folders: readonly FolderView[]): FolderView[] {
  return folders.filter(({ favourite }) => favourite !== null).sort((a, b) => (a.favourite ?? 0) - (b.favourite ?? 0));
}

/** Unread messages in a folder that is closed count those inside it too. */
export function unreadShown(node: Node, folders: readonly FolderView[]): number {
  if (!node.parent || node.open) return node.folder.unread;
  return family(node.folder, folders).reduce((sum, folder) => sum + folder.unread, 0);
}
