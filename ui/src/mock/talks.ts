/**
 * Conversations of the stand-in host. Some of the first rows have earlier messages; their ids begin where no other row's end, so that
 * nothing has to be kept of them.
 */
import type { AddressView, ListRow, TalkMessage } from "../backend";
import { addressOf, makeRow, pick, type Scene } from "./mail";

/** Ids of messages that were written before the newest of their conversation. */
export const firstEarlier = 1e12;
const stride = 10_000;
/** Messages that come while the window is open, in the order in which they come. */
const later = 5_000;
/** Rows of which some have a conversation. */
const first = 60;

const names = ["Tomás Vidal", "Marta Ribeiro", "Owen Price", "Dalia Farouk", "Jürgen Weiß"];
const said = [
  "Three quotes attached. The second one includes delivery but not the crane, so I would ask for that.",
  "Thank you. Can they deliver before the frost? The frame is ready since Monday.",
  "They can, if we say so by noon on Friday. I will put the three of them side by side.",
  "The second lorry comes on Thursday. Somebody has to open the gate.",
  "I can do that. Who has the key?",
];
const days = [3.1, 2.2, 1.3];

/** How many messages the conversation of this row has. */
export function sizeOf(nth: number, { talks }: Scene): number {
  if (talks === 0 || nth < 0 || nth >= first) return 1;
  if (nth === 0) return talks;
  return nth === 4 ? 7 : nth === 8 ? 2 : nth % 7 === 3 ? 3 : 1;
}

/** The ids of the earlier messages of the conversation of this row, the oldest first. */
export const earlierOf = (nth: number, scene: Scene): number[] => Array.from({ length: sizeOf(nth, scene) - 1 }, (_, at) => firstEarlier + nth * stride + at);

/** All earlier messages there are. */
export const allEarlier = (scene: Scene): number[] => Array.from({ length: first }, (_, nth) => earlierOf(nth, scene)).flat();

/** The row whose conversation an earlier message belongs to. */
export const newestOf = (id: number): number => Math.floor((id - firstEarlier) / stride);

/** The id of an answer that comes to the conversation of this row, after so many others. */
export const answerTo = (nth: number, others: number): number => firstEarlier + nth * stride + later + others * 3;

/** Whether the person wrote it. */
export const isMine = (id: number): boolean => id >= firstEarlier && ((id - firstEarlier) % stride) < later && ((id - firstEarlier) % stride) % 3 === 1;

/** The row of an earlier message. */
export function makeEarlier(id: number, now: number, scene: Scene): ListRow {
  const nth = newestOf(id);
  const at = (id - firstEarlier) % stride;
  const newest = makeRow(nth, 0, now);
  const left = sizeOf(nth, scene) - 1 - at;
  if (at >= later) {
    const answer = { ...newest, id, message: id, who: "Tomás Vidal", subject: `Re: ${newest.subject}`, preview: "I agree with the first.", date: now + at - later };
    return { ...answer, unread: true, unreadMessages: 1, flagged: false, attachments: 0 };
  }
  const mine = isMine(id);
  const inbox = newest.account === 1 ? 1 : 9;
  const ago = left <= days.length ? (days[days.length - left] ?? left) : left * 1.1;
  return {
    ...newest, id, message: id, folder: mine ? inbox + 1 : inbox, who: mine ? newest.who : at % 3 === 2 ? newest.who : pick(names, nth + at),
    subject: /^Re: /.test(newest.subject) ? newest.subject : `Re: ${newest.subject}`, preview: pick(said, at), date: (newest.date ?? now) - ago * 86_400,
    unread: false, flagged: false, attachments: at === 0 ? 1 : 0,
  };
}

export const self: AddressView = { name: "Alice Moreau", email: "alice@meadow.example" };

/** Who wrote the message of a row. */
export const writerOf = (row: ListRow): AddressView => (isMine(row.message) ? self : { name: row.who, email: addressOf(row.who) });

export const talkMessage = (row: ListRow, places: readonly number[]): TalkMessage => ({
  message: row.message, row: row.id, account: row.account, folder: row.folder, places: [...places], who: writerOf(row),
  to: isMine(row.message) ? [{ name: row.who, email: addressOf(row.who) }] : [self], mine: isMine(row.message), date: row.date, preview: row.preview,
  unread: row.unread, flagged: row.flagged, attachments: row.attachments, draft: false, labels: [...row.labels],
});

/** The row of a whole conversation: the newest of it in a list, told of all; `inList` are those of it in the list, the newest first. */
export function gather(inList: readonly ListRow[], all: readonly ListRow[]): ListRow | null {
  const [newest] = inList;
  if (!newest) return null;
  const old = all.toSorted((a, b) => (a.date ?? 0) - (b.date ?? 0));
  const people = [...new Map(old.map((row) => [writerOf(row).email, writerOf(row).name])).entries()];
  const placed = (some: (email: string) => boolean) => people.flatMap(([email], at) => (some(email) ? at : []));
  const unread = inList.filter((row) => row.unread);
  return {
    ...newest, unread: unread.length > 0, flagged: inList.some((row) => row.flagged), attachments: all.reduce((sum, row) => sum + row.attachments, 0),
    muted: inList.some((row) => row.muted), messages: all.length, unreadMessages: unread.length, people: people.map(([, name]) => name),
    unreadPeople: placed((email) => unread.some((row) => writerOf(row).email === email)), me: placed((email) => email === self.email),
  };
}
