/** One message of a conversation, to be acted on by itself. */
import type { TalkMessage } from "../backend";
import type { About, Chosen } from "../state/view.svelte";

/** What actions need to know of it. */
export const aboutOf = ({ message, account, folder, unread, flagged, labels }: TalkMessage, muted: boolean): About => ({ message, account, folder, unread, flagged, muted, labels, due: null });

/** It alone, not its conversation. What is done to it is seen when the conversation is read again. */
export const oneMessage = (one: TalkMessage, muted: boolean): Chosen => ({
  count: 1,
  known: [aboutOf(one, muted)],
  target: () => Promise.resolve(one.row === null ? { kind: "message", message: one.message } : { kind: "rows", rows: [one.row] }),
  hold: () => () => Promise.resolve(),
});
