/** How far files are, and which ones the person is told about once they have come. */
import type { TransferView } from "../backend";
import { formatSize } from "../format/size";
import { locale, t } from "../words.svelte";

/** How far a file is that is on its way. */
export const progressOf = ({ done, total }: TransferView): string =>
  total ? t("transfer-progress", { done: formatSize(done, locale()), total: formatSize(total, locale()) }) : t("transfer-running");

/** Files that were asked for only to be opened: the program that shows them is telling enough. */
const opened = new Set<string>();
const key = (message: number, part: string) => `${message}/${part}`;

export const willBeOpened = (message: number, part: string): void => void opened.add(key(message, part));
export const willBeSaved = (message: number, part: string): void => void opened.delete(key(message, part));

/** What became of a file since the last look: told once, when it stops running. */
export class Endings {
  #seen = new Map<number, string>();
  #begun = false;

  /** The transfers that ended since the last call. Those that had ended before the first are old news. */
  since(transfers: readonly TransferView[]): TransferView[] {
    const first = !this.#begun;
    this.#begun = true;
    const ended = transfers.filter((one) => {
      const before = this.#seen.get(one.id);
      this.#seen.set(one.id, one.state.kind);
      return one.state.kind !== "running" && one.state.kind !== before && (before !== undefined || !first);
    });
    return ended.filter((one) => one.state.kind !== "done" || !opened.has(key(one.message, one.part)));
  }
}
