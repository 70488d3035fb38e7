/** What is asked about a folder in a dialog. */
import { backend, type FolderView, type ListKey, type Target } from "../backend";

export type Ask =
  | { kind: "new"; account: number; parent: FolderView | null }
  | { kind: "rename"; folder: FolderView }
  | { kind: "move"; folder: FolderView }
  | { kind: "delete"; folder: FolderView }
  /** `target` is what was counted: what comes into the folder meanwhile is not meant. */
  | { kind: "empty"; folder: FolderView; target: Target; count: number };

/** All messages that are in a folder now, whether their rows were ever loaded or not, and how many that is. */
export async function whole(folder: number): Promise<{ target: Target; count: number }> {
  const key: ListKey = { kind: "folder", id: folder };
  const { newest, total } = await backend.listPage(key, "all", 0, 1);
  return { target: { kind: "list", key, filter: "all", spans: [], newest }, count: total };
}
