/** Lists as the host is asked for them. Pure. */
import type { Filter, List, ListKey } from "../backend";

/** Every row. */
export const everything: Filter = { unread: false, flagged: false, files: false, person: null, text: null };

/** A list of single messages, the newest first. */
export const listOf = (key: ListKey, filter: Filter = everything): List => ({ key, filter, order: { by: "date", ascending: false }, conversations: false });

/** The filters that have a button. */
export type QuickFilter = "all" | "unread" | "files";

/** The button of a filter. */
export const quickOf = (filter: Filter): QuickFilter => (filter.unread ? "unread" : filter.files ? "files" : "all");
