/** Which state the body of a message is shown in. Pure. */
import type { AccountState, BodyView } from "../backend";

/** After this long, in seconds, an unfilled place says what it waits for. */
export const patience = 10;

/** What to draw in place of the text. */
export type BodyState = "ready" | "coming" | "waiting" | "failed" | "notHere" | "gone" | "empty";

/**
 * `now` in Unix seconds. A body that cannot be asked for now is not here, which is no failure; and where the server has the message no
 * more (`gone`), it never will be.
 */
export function bodyState(body: BodyView, account: AccountState | undefined, now: number, gone: boolean): BodyState {
  switch (body.kind) {
    case "ready":
      return "ready";
    case "empty":
      return "empty";
    case "failed":
      if (gone) return "gone";
      return body.error.code === "not-here" || body.error.code === "offline" ? "notHere" : "failed";
    case "coming":
      if (account?.kind === "offline" || account?.kind === "signedOut") return gone ? "gone" : "notHere";
      return now - (body.since ?? now) >= patience ? "waiting" : "coming";
  }
}
