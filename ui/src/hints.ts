/** How an action is shown on a button and as a line of a menu: name, icon, and the key that does the same. */
import type { Action } from "./actions";
import type { MenuItem } from "./design/Popup.svelte";
import { keyLabel } from "./keys";
import { known } from "./state/known.svelte";
import type { Chosen } from "./state/view.svelte";
import { t } from "./words.svelte";

/** What an action is called. */
export const nameOfAction = ({ id }: Action): string => t(`action-${id}`);

/** Its first key, as a person reads it. */
export const keyOfAction = ({ keys: [key] }: Action): string | undefined => (key === undefined ? undefined : keyLabel(key, known.mac));

/** Its tooltip: `Archive (E)`. */
export function hintOf(action: Action): string {
  const key = keyOfAction(action);
  return key === undefined ? nameOfAction(action) : t("hint", { name: nameOfAction(action), key });
}

/** Its line in a menu; on these messages, else on what is chosen. */
export const lineOf = (action: Action, divided = false, on?: Chosen): MenuItem => ({
  name: nameOfAction(action),
  icon: action.icon,
  key: keyOfAction(action),
  divided,
  run: () => action.run(on),
});
