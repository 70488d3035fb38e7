/** What folders and labels are called, in the person's own words. */
import type { FolderView, LabelView } from "../backend";
import { t } from "../words.svelte";

/** A folder with a role is called what that role is called in the person's language. */
export const folderName = (folder: Pick<FolderView, "name" | "role">): string => (folder.role === "none" ? folder.name : t(`role-${folder.role}`));

/** A label's own name; the five that every mail program knows are called in the person's language until they are named. */
export function labelName(label: Pick<LabelView, "keyword" | "name">): string {
  const known = /^\$label([1-5])$/i.exec(label.keyword)?.[1];
  return label.name || (known === undefined ? label.keyword : t(`label-known-${known}`));
}
