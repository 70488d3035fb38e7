/**
 * What the composer and the engine say to each other: the types and commands of writing and sending, by the names they have in
 * the generated bindings. Dates are Unix seconds. A command answers when what it did is in the store; none waits for a network,
 * but `compose` of an answer whose text is not here.
 */
import type { UiError } from "./backend";

/** One who is written to. A wrong one is marked before sending; its `email` is then the text as it was typed. */
export interface Recipient {
  name: string;
  email: string;
  wrong: boolean;
}

/** Who one writes as. */
export interface Identity {
  /** 0 for one that is still to be made. */
  id: number;
  account: number;
  name: string;
  email: string;
  /** Where answers go; empty = to `email`. */
  replyTo: string;
  /** Cleaned HTML, may be empty. */
  signature: string;
  /** Above what is quoted, or below. */
  signatureAbove: boolean;
  /** Always gets a blind copy; may be empty. */
  bcc: string;
  isDefault: boolean;
}

/** A file of a draft. */
export interface DraftFile {
  id: number;
  name: string;
  /** Bytes. */
  size: number;
  mime: string;
  /** Content-ID of an inline picture. */
  cid: string | null;
  /** Of a forwarded message and still on its server: fetched when sending needs it. */
  remote: boolean;
}

export type AnswerKind = "reply" | "replyAll" | "replyList" | "forward" | "forwardAttached" | "editAsNew";

/** A message that is written. */
export interface Draft {
  id: number;
  account: number;
  identity: number;
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  subject: string;
  /** What is written, with quote and signature: cleaned, pictures as `cid:`. Empty where plain. */
  html: string;
  /** The same where plain. */
  text: string;
  plain: boolean;
  files: DraftFile[];
  answer: { message: number; kind: AnswerKind } | null;
  /** A read receipt is asked for. */
  receipt: boolean;
  changed: number;
  /** Grows with each save. */
  version: number;
}

/** What is to be written. */
export type Compose =
  | { kind: "new"; account: number | null }
  | { kind: "mailto"; url: string }
  | { kind: "answer"; message: number; how: AnswerKind; selection: string | null }
  | { kind: "open"; draft: number }
  | { kind: "take"; message: number };

/** What changed in a draft; null = as it was. */
export interface DraftChange {
  identity: number | null;
  to: Recipient[] | null;
  cc: Recipient[] | null;
  bcc: Recipient[] | null;
  subject: string | null;
  html: string | null;
  text: string | null;
  plain: boolean | null;
  receipt: boolean | null;
}

/** What a person should know before a message goes out. */
export type Concern = "no-recipient" | "wrong-recipient" | "no-subject" | "attachment-forgotten" | "unusual-sender" | "too-large" | "no-outgoing-server";

/** How far sending has come. */
export type SendState =
  | { kind: "waiting"; at: number; error: UiError | null; tries: number }
  | { kind: "sending" }
  | { kind: "sent"; at: number }
  | { kind: "failed"; error: UiError; recipients: { email: string; error: UiError | null }[] }
  | { kind: "unknown"; error: UiError };

/** A message on its way out. */
export interface Outgoing {
  id: number;
  account: number;
  draft: number;
  to: Recipient[];
  subject: string;
  queued: number;
  state: SendState;
  undoable: boolean;
}

/** Someone that mail was exchanged with. */
export interface Contact {
  id: number;
  name: string;
  email: string;
  /** How often one wrote to them. */
  written: number;
}

/** A former state of a draft. */
export interface DraftVersion {
  version: number;
  changed: number;
  subject: string;
  words: number;
}

/** Settings of writing. */
export interface ComposeSettings {
  /** How long sending can be undone, in s; 0–30. */
  undoSeconds: number;
}

export interface ComposeCommands {
  identities(): Promise<Identity[]>;
  saveIdentity(identity: Identity): Promise<Identity>;
  removeIdentity(id: number): Promise<null>;
  compose(wish: Compose): Promise<Draft>;
  draft(id: number): Promise<Draft>;
  drafts(): Promise<Draft[]>;
  saveDraft(id: number, version: number, change: DraftChange): Promise<number>;
  draftVersions(id: number): Promise<DraftVersion[]>;
  restoreDraft(id: number, version: number): Promise<Draft>;
  discardDraft(id: number): Promise<null>;
  undiscardDraft(id: number): Promise<null>;
  attachFiles(id: number): Promise<DraftFile[]>;
  attachBytes(id: number, name: string, mime: string, bytes: string, inline: boolean): Promise<DraftFile>;
  detach(id: number, file: number): Promise<null>;
  draftPicture(id: number, file: number): Promise<string>;
  parseRecipients(text: string): Promise<Recipient[]>;
  checkDraft(id: number): Promise<Concern[]>;
  sendDraft(id: number, at: number | null): Promise<Outgoing>;
  outgoing(): Promise<Outgoing[]>;
  cancelSending(id: number): Promise<Draft>;
  retrySending(id: number): Promise<null>;
  confirmSent(id: number): Promise<null>;
  sendAgain(id: number): Promise<Draft>;
  suggest(text: string, limit: number): Promise<Contact[]>;
}

/** The names under which each command takes what it is given, in their order. */
export const composeArguments: Readonly<Record<keyof ComposeCommands, readonly string[]>> = {
  identities: [],
  saveIdentity: ["identity"],
  removeIdentity: ["id"],
  compose: ["wish"],
  draft: ["id"],
  drafts: [],
  saveDraft: ["id", "version", "change"],
  draftVersions: ["id"],
  restoreDraft: ["id", "version"],
  discardDraft: ["id"],
  undiscardDraft: ["id"],
  attachFiles: ["id"],
  attachBytes: ["id", "name", "mime", "bytes", "inline"],
  detach: ["id", "file"],
  draftPicture: ["id", "file"],
  parseRecipients: ["text"],
  checkDraft: ["id"],
  sendDraft: ["id", "at"],
  outgoing: [],
  cancelSending: ["id"],
  retrySending: ["id"],
  confirmSent: ["id"],
  sendAgain: ["id"],
  suggest: ["text", "limit"],
};
