/** What the list offers to be acted on: what is selected, or one row by itself. */
import { backend, type Intent, type ListKey, type Target, type UiError } from "../backend";
import { mailsOf } from "../state/mails";
import type { Chosen } from "../state/view.svelte";
import type { ListModel } from "./model.svelte";
import { count } from "./ranges";
import { makeTarget } from "./target";

/** How often a stretch is looked for in a list that changes meanwhile. */
const patience = 5;

/**
 * Whether it is done to the newest message of a conversation alone: a flag marks one message, and what is to be read again is the last.
 * All else is done to the whole.
 */
const newestAlone = (intent?: Intent) => (intent?.kind === "flag" && intent.on) || (intent?.kind === "read" && !intent.on);
/** Lists over several folders that hold whole conversations, so that one can leave them only with all that it has in them. */
const overFolders: readonly ListKey["kind"][] = ["inboxes", "drafts", "sent", "allMail"];
const named = (rows: number[], whole: boolean, key: ListKey, intent?: Intent): Target =>
  whole && !newestAlone(intent) ? { kind: "conversations", rows, key: overFolders.includes(key.kind) ? key : null } : mailsOf(rows, key, intent);

/** One row by itself, whatever is selected besides; null where it has not been read. */
export function oneRow(model: ListModel, index: number): Chosen | null {
  const row = model.row(index);
  if (!row) return null;
  const conversations = row.messages > 1;
  return {
    count: 1,
    known: [row],
    conversations,
    target: (intent) => Promise.resolve(named([row.id], conversations, model.key, intent)),
    hold: () => model.hold(row.id),
  };
}

/** What is selected, else the row under the cursor. */
export function selectedRows(model: ListModel): Chosen | null {
  const { marked } = model;
  const [first] = marked.ranges;
  if (!first) return null;
  const rows = count(marked.ranges);
  // A row alone is meant for good, also when the cursor has to leave it before its turn comes.
  if (rows === 1) {
    const one = oneRow(model, first.first);
    if (one) return one;
  }
  return {
    count: rows,
    get known() {
      return model.markedRows;
    },
    get conversations() {
      // What has not been read may be a conversation.
      return model.list.conversations && (model.markedRows.length < rows || model.markedRows.some(({ messages }) => messages > 1));
    },
    async target(intent) {
      for (let tries = 0; tries < patience; tries++) {
        const target = await makeTarget(model.marked, (index) => model.row(index), (index) => backend.listPage(model.list, index, 1));
        if (target?.kind === "rows") return named(target.rows, this.conversations === true, model.key, intent);
        if (target) return target;
        await model.refresh();
      }
      const unrest: UiError = { code: "internal", params: {}, detail: "The list changed while its rows were looked up.", retry: true };
      // A plain value, as every failure of the host is.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw unrest;
    },
    hold: () => model.hold(null),
  };
}
