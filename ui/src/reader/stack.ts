/** Which messages of a conversation are open when it is opened, and which are left out in the middle. Pure. */
import type { MessageView, TalkMessage } from "../backend";

/** So many are opened by themselves: an open one has a frame and asks for its text, and a thread of hundreds may be unread. */
export const mostOpen = 8;
/** Fewer folded ones in a row than this are all shown. */
const fewestHidden = 3;

/** The message that the reader begins with: the first that is unread, else the one that was asked for. */
export function leadOf(talk: readonly TalkMessage[], asked: number): number {
  return (talk.find(({ unread, draft }) => unread && !draft) ?? talk.find(({ message }) => message === asked) ?? talk.at(-1))?.message ?? asked;
}

/** The newest that was sent: what an answer is to. */
export const newestOf = (talk: readonly TalkMessage[], asked: number): number => (talk.findLast(({ draft }) => !draft) ?? talk.at(-1))?.message ?? asked;

/** Those that are open at first: the unread from the first of them on, and the one that was asked for. */
export function openAtFirst(talk: readonly TalkMessage[], asked: number): Set<number> {
  const unread = talk.filter((one) => one.unread && !one.draft).slice(0, mostOpen - 1);
  return new Set([...unread.map(({ message }) => message), leadOf(talk, asked), asked].filter((id) => talk.some(({ message }) => message === id)));
}

/** Those that are left out at first: of many folded ones in a row all but the first of the conversation and the last before an open one. */
export function hiddenAtFirst(talk: readonly TalkMessage[], open: ReadonlySet<number>): Set<number> {
  const hidden = new Set<number>();
  let run: number[] = [];
  const end = () => {
    const inside = run.slice(0, -1);
    if (inside.length >= fewestHidden) for (const id of inside) hidden.add(id);
    run = [];
  };
  talk.forEach(({ message }, at) => {
    if (open.has(message)) end();
    else if (at > 0) run.push(message);
  });
  end();
  return hidden;
}

/** What stands in the stack: a message, or in its place how many are left out. */
export type Item = { kind: "message"; message: TalkMessage; open: boolean } | { kind: "gap"; messages: readonly TalkMessage[] };

export function itemsOf(talk: readonly TalkMessage[], open: ReadonlySet<number>, hidden: ReadonlySet<number>): Item[] {
  const items: Item[] = [];
  let gap: TalkMessage[] = [];
  const close = () => {
    if (gap.length > 0) items.push({ kind: "gap", messages: gap });
    gap = [];
  };
  for (const message of talk) {
    if (hidden.has(message.message) && !open.has(message.message)) gap.push(message);
    else {
      close();
      items.push({ kind: "message", message, open: open.has(message.message) });
    }
  }
  close();
  return items;
}

/** A message that is read by itself, as the only one of its conversation. */
export function alone({ id, account, folders, from, to, date, unread, flagged, attachments, labels }: MessageView): TalkMessage {
  const [folder = 0, ...places] = folders;
  return {
    message: id, row: null, account, folder, places, who: from[0] ?? { name: "", email: "" }, to, mine: false, date, preview: "", unread, flagged,
    attachments: attachments.length, draft: false, labels,
  };
}
