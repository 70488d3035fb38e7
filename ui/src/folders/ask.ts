/** What is asked about a folder in a dialog. */
import { backend, type FolderView, type List, type Target } from "../backend";
import { noFilter } from "../state/view.svelte";

export type Ask =
  | { kind: "new"; account: number; parent: FolderView | null }
  | { kind: "rename"; folder: FolderView }
  | { kind: "move"; folder: FolderView }
  | { kind: "delete"; folder: FolderView }
  /** `target` is what was counted: what comes into the folder meanwhile is not meant. */
  | { kind: "empty"; folder: FolderView; target: Target; count: number };

/** All messages that are in a folder now, whether their rows were ever loaded or not, and how many that is. */
export async function whole(folder: number): Promise<{ target: Target; count: number }> {
  const list: List = { key: { kind: "folder", id: folder }, filter: noFilter, order: { by: "date", ascending: false }, conversations: false };
  const { newest, total } = await backend.listPage(list, 0, 1);
  return { target: { kind: "list", list, spans: [], newest }, count: total };
}
