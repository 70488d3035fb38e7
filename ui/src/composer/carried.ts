/** The recipient that is dragged from one field to another. */
import type { PeopleField, Writing } from "../state/writing.svelte";

interface Carried {
  writing: Writing;
  field: PeopleField;
  at: number;
}

/** There is one pointer. */
export const carried: { now: Carried | null } = { now: null };
