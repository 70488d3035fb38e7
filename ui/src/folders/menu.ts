/** What can be done with a folder, by what it is. Pure. */
import type { FolderView, Role } from "../backend";

/** Lines of the menu, in the order they are drawn; each has the text `folder-<line>`. */
export type Line = "read" | "favour" | "unfavour" | "up" | "down" | "new" | "rename" | "move" | "use" | "keep" | "hide" | "show" | "empty" | "delete";

/** What a folder can be used as; `none` takes that back. */
export const uses: readonly Role[] = ["archive", "sent", "drafts", "trash", "junk", "none"];

/** Views of the server over other folders' mail, or where mail comes in: none of these is the person's to move about. */
const fixed: readonly Role[] = ["inbox", "all", "flagged", "recovered"];

/** Where a folder stands among the favourites, and how many there are. */
export interface Place {
  at: number;
  of: number;
}

/**
 * The lines in groups. Renaming, moving and deleting are for folders of the person's own: one with a role would be looked for
 * under its old name, so its role is taken from it first.
 */
export function linesFor(folder: FolderView, place: Place | null): Line[][] {
  const own = folder.role === "none";
  const virtual = folder.role === "all" || folder.role === "flagged" || folder.role === "recovered";
  const groups: (Line | false)[][] = [
    [folder.selectable && "read", folder.selectable && (place ? "unfavour" : "favour"), place !== null && "up", place !== null && "down"],
    [
      !virtual && "new", own && "rename", own && "move", folder.selectable && !fixed.includes(folder.role) && "use", folder.selectable && folder.role !== "recovered" && "keep",
      folder.role !== "inbox" && folder.role !== "recovered" && (folder.hidden ? "show" : "hide"),
    ],
    [(folder.role === "trash" || folder.role === "junk") && "empty", own && "delete"],
  ];
  return groups.map((group) => group.filter((line) => line !== false)).filter((group) => group.length > 0);
}

/** What would change nothing. */
export function idle(line: Line, folder: FolderView, place: Place | null): boolean {
  switch (line) {
    case "read": return folder.unread === 0;
    case "empty": return folder.total === 0;
    case "up": return place?.at === 0;
    case "down": return place !== null && place.at === place.of - 1;
    default: return false;
  }
}
