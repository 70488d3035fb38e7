/** What a message on its way out is waiting for, in a sentence. */
import type { Outgoing } from "../backend";
import { nameOf } from "../format/people";
import { whenOf } from "../state/outbox.svelte";
import { explain, locale, t } from "../words.svelte";

/** Whom it goes to, in a few words. */
export function toWhom({ to }: Outgoing): string {
  const names = to.slice(0, 3).map(nameOf);
  return new Intl.ListFormat(locale()).format(to.length > 3 ? [...names, t("and-more", { count: to.length - 3 })] : names);
}

/** How it stands with it. */
export function sentence({ state }: Outgoing): string {
  switch (state.kind) {
    case "waiting":
      return state.error ? t("outbox-again", { why: explain(state.error), when: whenOf(state.at ?? 0) }) : t("outbox-waits", { when: whenOf(state.at ?? 0) });
    case "sending":
      return t("sending");
    case "sent":
      return t("sent");
    case "failed":
      return t("outbox-failed", { why: explain(state.error) });
    case "unknown":
      return t("outbox-unknown", { why: explain(state.error) });
  }
}
