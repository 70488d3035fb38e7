/** Which mails are meant by rows that are acted on one by one. Pure. */
import type { Intent, ListKey, Target } from "../backend";

/**
 * The mails of these rows: in a list over several folders a row stands for the copies of its mail, too. What is put into a folder is
 * put there once.
 */
export const mailsOf = (rows: number[], key: ListKey, intent?: Intent): Target =>
  key.kind === "folder" || intent?.kind === "move" || intent?.kind === "copy" ? { kind: "rows", rows } : { kind: "mails", rows, key };
