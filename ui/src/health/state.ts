/** The one line that says how all accounts are. Pure. */
import type { AccountView } from "../backend";

/** The text `id` with its values, and the colour of its dot. */
export interface StateLine {
  id: string;
  values: Record<string, string | number>;
  dot: "ok" | "busy" | "warn" | "off";
}

/** What matters most comes first: what waits for the person, then work under way, then what is out of reach. */
export function stateLine(accounts: readonly AccountView[]): StateLine {
  const count = accounts.length;
  const asleep = accounts.filter(({ state }) => state.kind === "signedOut");
  const awake = accounts.filter(({ state }) => state.kind !== "signedOut");
  const needing = awake.filter(({ state }) => state.kind === "needsYou");
  const offline = awake.filter(({ state }) => state.kind === "offline");
  const fetching = awake.flatMap(({ state }) => (state.kind === "fetching" ? [state] : []));
  const say = (id: string, dot: StateLine["dot"], values: StateLine["values"] = {}): StateLine => ({ id, dot, values });

  if (count === 0) return say("state-none", "off");
  if (needing[0]) return say("needs-you", "warn", { account: needing[0].label });
  if (fetching.length > 0) {
    const sum = (what: "done" | "total") => fetching.reduce((all, one) => all + one[what], 0);
    // Nothing is counted before the server has told how much there is.
    return sum("total") > 0 ? say("fetching", "busy", { done: sum("done"), total: sum("total") }) : say("connecting", "busy");
  }
  if (awake.length === 0) return say("signed-out", "off");
  if (offline.length === awake.length) return say("state-offline", "off");
  if (offline[0]) return say("state-some-offline", "warn", { account: offline[0].label });
  if (awake.some(({ state }) => state.kind === "connecting")) return say("connecting", "busy");
  if (asleep[0]) return say("state-up-to-date", "ok", { count: awake.length });
  return say("state-up-to-date", "ok", { count });
}
