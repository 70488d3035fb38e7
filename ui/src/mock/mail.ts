/** Believable mail for the stand-in host: the same for the same index, so that a list of a million rows costs nothing. */
import type { AccountView, AttachmentView, FolderView, ListRow, MessageView, Role } from "../backend";

/** How the stand-in is set up; each can be given in the address of the page. */
export interface Scene {
  /** `normal`, `welcome`, `firstSync`, `offline`, `empty`, `needsYou`, `certificate`, `noKeyring`, `locked`. */
  state: string;
  /** Rows in all inboxes. */
  rows: number;
  theme: "system" | "light" | "dark";
  density: "comfortable" | "compact";
  language: string;
  /** Messages in the first conversation; 0: every message stands alone. */
  talks: number;
}

const server = (host: string, port: number, user: string) => ({ host, port, security: "tls" as const, user, acceptedCertificate: null, allowClearText: false });

export function makeAccounts(scene: Scene): AccountView[] {
  if (scene.state === "welcome" || scene.state === "noKeyring") return [];
  const account = (id: number, name: string, email: string, color: string): AccountView => {
    const domain = email.split("@")[1] ?? "";
    return {
      id, name, email, label: email, color, signedOut: false,
      incoming: server(`imap.${domain}`, 993, email), outgoing: server(`smtp.${domain}`, 465, email), ownOutgoingLogin: false, state: { kind: "upToDate" }, inAll: true,
    };
  };
  const all = [account(1, "Alice Moreau", "alice@meadow.example", "#7b61c4"), account(2, "Alice Moreau", "a.moreau@atelier.example", "#2c8c6b")];
  const error = (code: "unreachable" | "wrong-password" | "certificate" | "no-password", params: Record<string, string>) => ({ code, params, detail: "A1 NO [AUTHENTICATIONFAILED] Authentication failed.", retry: code === "unreachable" });
  const host = { host: "imap.atelier.example" };
  for (const one of all) {
    if (scene.state === "firstSync") one.state = { kind: "fetching", done: one.id === 1 ? 12_400 : 0, total: one.id === 1 ? 100_000 : 0 };
    if (scene.state === "offline") one.state = { kind: "offline", error: error("unreachable", { host: one.incoming.host }) };
  }
  const second = all[1];
  if (second && scene.state === "needsYou") second.state = { kind: "needsYou", error: error("wrong-password", host) };
  if (second && scene.state === "noPassword") second.state = { kind: "needsYou", error: error("no-password", {}) };
  if (second && scene.state === "certificate") second.state = { kind: "needsYou", error: error("certificate", { ...host, fingerprint: "3fa1".repeat(16), reason: "the issuer is not known" }) };
  return all;
}

export function makeFolders(scene: Scene): FolderView[] {
  let id = 0;
  const folder = (account: number, name: string, role: Role, unread: number, parent: number | null = null, selectable = true): FolderView => ({
    id: ++id, account, parent, name, role, unread, total: 400, here: 400, selectable, keepDays: null, depth: parent === null ? 0 : 1,
    hidden: false, favourite: null, waiting: false, labels: true,
  });
  const quiet = scene.state === "empty" || scene.state === "firstSync";
  const all = [
    folder(1, "INBOX", "inbox", 9), folder(1, "Sent", "sent", 0), folder(1, "Archive", "archive", 0), folder(1, "Junk", "junk", 31), folder(1, "Trash", "trash", 0),
    folder(1, "Projects", "none", 0, null, false), folder(1, "Greenhouse", "none", 3, 6), folder(1, "Orchard survey", "none", 0, 6),
    folder(2, "INBOX", "inbox", 3), folder(2, "Sent", "sent", 0), folder(2, "Clients", "none", 0), folder(2, "Verrerie du Nord", "none", 0, 11),
    folder(2, "Archive", "archive", 0), folder(2, "Junk", "junk", 0), folder(2, "Trash", "trash", 0),
  ];
  // Folders with a role come first, whatever the order in which they were made.
  all.sort((a, b) => a.account - b.account || Number(a.role === "none") - Number(b.role === "none") || a.id - b.id);
  return scene.state === "welcome" || scene.state === "noKeyring" ? [] : quiet ? all.map((one) => ({ ...one, unread: 0 })) : all;
}

type Sample = [account: number, who: string, subject: string, preview: string, flags: string, attachments: number];
const head: readonly Sample[] = [
  [1, "Inès Caron", "Glass order for the north bay", "The panes arrive on Thursday morning. I have put the three quotes side by side, with the crane", "u", 2],
  [1, "Harbour Rail", "Your ticket for 24 November", "Coach 7, seat 31. Boarding closes two minutes before departure.", "u", 1],
  [2, "Yuki Tanaka · 田中 由紀", "会議の議事録 / minutes of the meeting", "お疲れさまです。昨日の議事録をお送りします。ご確認ください。", "", 0],
  [2, "Build status", "main is green again", "All 412 checks passed on the second attempt after the cache was cleared.", "", 0],
  [2, "Dalia Farouk", "Re: lighting plan, second draft", "Moved the two spots off the beam and dropped the strip in the corridor.", "u", 0],
  [1, "The Seed Library", "What to sow in late November", "Broad beans, garlic, and the case for doing nothing at all until January.", "", 0],
  [1, "Owen Price", "Keys", "Left them with the neighbour at number nine, the red door. She is in all day", "f", 0],
  [1, "Council of Meadow", "Planning application 26/0417", "Your application has been received and is open for comment until 12 December.", "", 1],
  [1, "Marta Ribeiro", "Orchard survey: the first 40 trees", "Photos are in the folder, one per tree, named by row and number.", "raw", 3],
];
const people = ["Inès Caron", "Owen Price", "Dalia Farouk", "Marta Ribeiro", "Tomás Vidal", "Jürgen Weiß", "נועה לוי", "Анна Петрова", "陳大文", "The Seed Library", "Harbour Rail"];
const subjects = ["Minutes and next steps", "Re: the frame", "Invoice 2026-118", "Two photos from Sunday", "Weekly notes", "Change of address", "Question about the beds", "Lunch?", "Your order has shipped"];
const previews = ["Thank you, that is what I needed. I will come by on Friday with the rest of it.", "Please find the invoice attached. It is due within thirty days.", "It rained all weekend, so we only managed the first two rows."];

export const pick = <T>(all: readonly T[], at: number): T => all[at % all.length] as T;

/** Rows that are flagged besides one of the first. */
const flaggedRows: readonly number[] = [14, 23, 41];

/** Greater than the id of any row but those that arrive while the window is open. */
export const newestId = 5_000_000;

/** Hours before `now` at which the message of this index came. */
function hoursAgo(index: number): number {
  const first = [0.4, 1.2, 1.9, 2.6, 22, 26, 29, 74, 96];
  return first[index] ?? 110 + (index - first.length) * 5.3;
}

/** The row at `index` of a list; `shift` rows came above the first. */
export function makeRow(index: number, shift: number, now: number): ListRow {
  const nth = index - shift;
  const fixed = nth >= 0 ? head[nth] : undefined;
  const mixed = Math.imul(nth + 7, 2_654_435_761) >>> 8;
  const [account, who, subject, preview, flags, attachments] =
    fixed ?? [(mixed % 3 === 0 ? 2 : 1), pick(people, mixed), nth < 0 ? "New mail" : pick(subjects, mixed >> 3), pick(previews, mixed >> 5), nth < 0 || mixed % 11 === 0 ? "u" : flaggedRows.includes(nth) ? "f" : "", mixed % 7 === 0 ? 1 : 0];
  // What comes later has a greater id, as in the store.
  const id = nth < 0 ? newestId - nth : nth + 1_000;
  return {
    id, message: id, account, folder: account === 1 ? 1 : 9, who, subject, preview, date: now - (nth < 0 ? 0 : hoursAgo(nth)) * 3600,
    unread: flags.includes("u"), flagged: flags.includes("f"), muted: false, answered: flags.includes("r"), forwarded: flags.includes("a"), attachments,
    labels: flags.includes("w") ? ["$label2"] : [], due: null, messages: 1, unreadMessages: flags.includes("u") ? 1 : 0, people: [], unreadPeople: [], me: [], places: [],
  };
}

const attachment = (part: string, name: string, mime: string, size: number, dangerous = false): AttachmentView => ({ part, name, mime, size, here: false, dangerous });
const fixedFiles = [attachment("2", "quotes.pdf", "application/pdf", 1_200_000), attachment("3", "north-bay.jpg", "image/jpeg", 3_800_000), attachment("4", "setup.exe", "application/x-msdownload", 640_000, true)];
const someFiles: readonly [name: string, mime: string, size: number][] = [
  ["quotes.pdf", "application/pdf", 1_200_000], ["Garten im März.jpg", "image/jpeg", 2_300_000], ["Invoice 2026-118.pdf", "application/pdf", 84_000], ["plan-3.png", "image/png", 910_000],
  ["trees.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 38_000], ["letter.odt", "application/vnd.oasis.opendocument.text", 21_000], ["議事録.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 44_000],
  ["photos-2026.zip", "application/zip", 48_000_000], ["voice.m4a", "audio/mp4", 1_900_000], ["invite.ics", "text/calendar", 2_100], ["walk.mp4", "video/mp4", 31_000_000], ["notes.txt", "text/plain", 900],
];

/** The files of a row. */
export function filesOf(row: Pick<ListRow, "id" | "who" | "attachments">): AttachmentView[] {
  const nth = (row.id % 10_000_000) - 1000;
  if (row.attachments !== 1 || nth < head.length) return fixedFiles.slice(0, row.attachments);
  const [name, mime, size] = pick(someFiles, (Math.imul(nth + 3, 2_654_435_761) >>> 9) % 997);
  return [attachment("2", name, mime, size)];
}

/** The address of a person here. */
export const addressOf = (who: string): string => `${who.normalize("NFD").toLowerCase().replace(/[^a-z]+/g, ".").replace(/^\.|\.$/g, "") || "post"}@verrerie.example`;

/** The message of a row. */
export function makeMessage(row: ListRow, folders: readonly number[]): MessageView {
  return {
    id: row.message, thread: row.message, account: row.account, folders: [...folders], labels: [...row.labels], subject: row.subject,
    from: [{ name: row.who, email: addressOf(row.who) }], replyTo: [],
    to: [{ name: "Alice Moreau", email: "alice@meadow.example" }, { name: "Tomás Vidal", email: "tomas@meadow.example" }],
    cc: row.attachments > 2 ? ["Owen Price", "Dalia Farouk", "Yuki Tanaka", "Jürgen Weiß", "Anna Petrova"].map((name, at) => ({ name, email: `p${at}@meadow.example` })) : [],
    bcc: [], date: row.date, size: 18_000, unread: row.unread, flagged: row.flagged, muted: row.muted, due: row.due,
    list: row.who === "The Seed Library" ? "news.seed-library.example" : null,
    warnings: row.who === "Harbour Rail" ? ["nameIsAnotherAddress"] : [],
    body: { kind: "ready", hasHtml: true, hasPlain: true, cut: false, images: row.attachments > 1 ? { count: 2, trackers: 1, hosts: ["images.verrerie.example", "t.mailer.example"], state: "held" } : { count: 0, trackers: 0, hosts: [], state: "shown" } },
    attachments: filesOf(row), gone: false, note: null, receipt: row.message % 1000 === 5 ? { name: row.who, email: addressOf(row.who) } : null,
  };
}

/** The document of a message, for the frame. */
export function makeDocument(dark: boolean, plain: boolean): string {
  const ink = dark ? "#f1efeb" : "#1d1c1a";
  const line = dark ? "#35363a" : "#e4e0d9";
  const table = plain ? "" : `<table><tr><th>Quote<th>Panes<th>Delivery<th>Crane<th>Total<tr><td>Verrerie du Nord<td>2 140 €<td>included<td>280 €<td><b>2 420 €</b><tr><td>Lumen<td>2 390 €<td>90 €<td>included<td>2 480 €<tr><td>Atelier Clair<td>2 610 €<td>included<td>included<td>2 610 €</table>`;
  return `<!doctype html><meta charset=utf-8><style>body{margin:0;font:14px/1.6 "Inter Variable",sans-serif;color:${ink}}p{margin:0 0 .8em}table{border-collapse:collapse;font-size:13px;margin:.4em 0 1em}td,th{border-bottom:1px solid ${line};padding:5px 18px 5px 0;text-align:left}</style><p>Good morning both,<p>The panes arrive on Thursday morning, so the frost is not a worry any more. I have put the three quotes side by side, with the crane where it was missing:</p>${table}<p>I would take the first. If you both agree before noon I can still confirm today.<p>Inès`;
}
