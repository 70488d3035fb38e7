/** What a search has looked at, in sentences. Nothing that was not looked at is passed over in silence. Pure but for the words. */
import type { AccountCoverage, Coverage } from "../backend";
import { t } from "../words.svelte";

/** The servers together. */
export interface Servers {
  /** Folders to be searched there. */
  folders: number;
  done: number;
  /** Servers that were asked. */
  asked: number;
  waiting: number;
  found: number;
  asking: boolean;
  /** Those that have nothing to tell until something changes. */
  failed: readonly AccountCoverage[];
}

/** The sum over all servers of which something is to be asked. */
export function serversOf({ servers }: Coverage): Servers {
  const some = servers.filter(({ folders, state }) => folders > 0 || state === "failed" || state === "offline");
  const sum = (of: (one: AccountCoverage) => number) => some.reduce((all, one) => all + of(one), 0);
  return {
    folders: sum(({ folders }) => folders),
    done: sum(({ done }) => done),
    asked: some.filter(({ state }) => state !== "idle").length,
    waiting: sum(({ waiting }) => waiting),
    found: sum(({ found }) => found),
    asking: some.some(({ state }) => state === "asking"),
    failed: some.filter(({ state }) => state === "failed" || state === "offline"),
  };
}

/** `214,003 headers and 61,220 texts searched on this computer; the server searched 12 of 40 folders; 3 more arriving`. */
export function sentence(coverage: Coverage): string {
  const headers = coverage.headers ?? 0;
  const indexed = coverage.indexed ?? headers;
  const texts = coverage.texts ?? 0;
  const servers = serversOf(coverage);
  const parts = [
    // While the index is being built it is told what it holds, not what it will.
    indexed < headers ? t("covered-so-far", { indexed, headers, texts }) : t("covered-here", { headers, texts }),
    servers.folders > 0 && servers.asked > 0 ? t("covered-servers", { done: servers.done, folders: servers.folders, servers: servers.asked }) : "",
    servers.folders > 0 && servers.asked === 0 ? t("covered-not-asked", { folders: servers.folders }) : "",
    servers.waiting > 0 ? t("covered-waiting", { count: servers.waiting }) : "",
  ];
  return parts.filter(Boolean).join("; ");
}

/** How it stands with one account, for the lines behind "Details". */
export function lineOf(one: AccountCoverage): string {
  const parts = [
    one.folders === 0 && one.state !== "failed" && one.state !== "offline" ? t("covered-all-here") : t(`covered-${one.state}`, { done: one.done, folders: one.folders }),
    one.found > 0 ? t("covered-found", { count: one.found }) : "",
    one.waiting > 0 ? t("covered-waiting", { count: one.waiting }) : "",
    one.gmRaw && one.state !== "idle" ? t("covered-own-rules") : "",
  ];
  return parts.filter(Boolean).join("; ");
}
