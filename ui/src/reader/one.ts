/** One message of a conversation, to be acted on by itself. */
import type { ListKey, TalkMessage } from "../backend";
import { mailsOf } from "../state/mails";
import type { About, Chosen } from "../state/view.svelte";

/** What actions need to know of it. */
export const aboutOf = ({ message, account, folder, unread, flagged, labels }: TalkMessage, muted: boolean): About => ({ message, account, folder, unread, flagged, muted, labels, due: null });

/** It alone, not its conversation, as the list has it in which it was opened. What is done to it is seen when the conversation is read again. */
export const oneMessage = (one: TalkMessage, muted: boolean, list: ListKey): Chosen => ({
  count: 1,
  known: [aboutOf(one, muted)],
  target: (intent) => Promise.resolve(one.row === null ? { kind: "message", message: one.message } : mailsOf([one.row], list, intent)),
  hold: () => () => Promise.resolve(),
});
