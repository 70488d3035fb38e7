/** The recipient that is dragged from one field to another. */
import type { PeopleField, Writing } from "../state/writing.svelte";

interface Carried {
  writing: Writing;
  field: PeopleField;
  at: number;
}

class Hand {
  /** There is one pointer. */
  now = $state.raw<Carried | null>(null);
}

export const carried = new Hand();
