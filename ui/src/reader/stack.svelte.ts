/** The conversation that is read: what is open in it, which message the keys are about, what was seen. */
import type { Action } from "svelte/action";
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { MessageView, TalkMessage } from "../backend";
import { hiddenAtFirst, itemsOf, newestOf, openAtFirst, type Item } from "./stack";

/** The fold button of a message: it takes the keys when it comes, if they are to be there. */
export const keeps: Action<HTMLElement, { stack: Stack; message: number }> = (node, { stack, message }) => {
  if (stack.keys === message) node.focus({ preventScroll: true });
};

/** What is read of a conversation: its messages, and of the one that it begins with, all. */
export interface Conversation {
  /** The message that was asked for. */
  readonly asked: number;
  readonly talk: readonly TalkMessage[];
  readonly lead: MessageView;
}

/** So many frames at most are made by one wish. */
export const mostAtOnce = 40;

export class Stack {
  /** The message that was asked for. */
  readonly asked: number;
  /** The message that it was opened at; another one is never put in its place, so that its frame stays. */
  readonly lead: number;
  readonly open: SvelteSet<number>;
  /** Left out until they are asked for. */
  readonly hidden: SvelteSet<number>;
  /** Open messages, as far as they are here. */
  readonly views = new SvelteMap<number, MessageView>();
  /** Those that were marked as read here, once: after that "unread" is the person's word. */
  readonly seen = new Set<number>();
  /** The message whose fold button takes the keys when it comes: it is another one folded than open, and comes with the text. */
  keys: number | null = null;
  talk: readonly TalkMessage[];
  #hand = $state<number | null>(null);

  constructor({ asked, talk, lead }: Conversation) {
    this.asked = asked;
    this.talk = $state.raw(talk);
    this.lead = lead.id;
    const open = openAtFirst(talk, asked);
    this.open = new SvelteSet(open.add(lead.id));
    this.hidden = new SvelteSet(hiddenAtFirst(talk, open));
    this.views.set(lead.id, lead);
  }

  /** The same conversation was read again. What came in it is open if it is unread; what is read stays as it is. */
  renew({ talk, lead }: Conversation): void {
    const known = new Set(this.talk.map(({ message }) => message));
    for (const { message, unread, draft } of talk) if (!known.has(message) && unread && !draft) this.open.add(message);
    this.talk = talk;
    this.views.set(lead.id, lead);
  }

  get items(): Item[] {
    return itemsOf(this.talk, this.open, this.hidden);
  }
  /** Whether there is more than one message. */
  get several(): boolean {
    return this.talk.length > 1;
  }
  /** The newest that was sent. */
  get newest(): number {
    return newestOf(this.talk, this.asked);
  }
  /** The message that the keys are about: the one that the person went to, else the newest. */
  get hand(): number {
    return this.#hand !== null && this.talk.some(({ message }) => message === this.#hand) ? this.#hand : this.newest;
  }
  /** The person went to a message. */
  take(message: number): void {
    this.#hand = message;
    if (message !== this.keys) this.keys = null;
  }
  /** The message that the person went to, else the one that it was opened at. */
  get here(): number {
    return this.#hand ?? this.lead;
  }

  /** The message so many further on, of those that are shown. */
  beside(by: 1 | -1): number | null {
    const shown = this.items.flatMap((item) => (item.kind === "message" ? item.message.message : []));
    return shown[shown.indexOf(this.here) + by] ?? null;
  }

  /** Unfolds a message, or folds it; the keys stay at it. */
  toggle(message: number): void {
    this.take(message);
    this.keys = message;
    if (this.open.has(message)) this.open.delete(message);
    else this.open.add(message);
  }
  /** Shows what was left out. */
  unveil(messages: readonly TalkMessage[]): void {
    for (const { message } of messages) this.hidden.delete(message);
  }
  /** Opens all that is shown, but of hundreds the newest alone, since each has a frame; what was left out is shown folded. */
  expand(): void {
    const shown = this.items.flatMap((item) => (item.kind === "message" && !item.message.draft ? item.message.message : []));
    for (const item of this.items) if (item.kind === "gap") this.unveil(item.messages);
    for (const message of shown.slice(-mostAtOnce)) this.open.add(message);
  }
  /** Folds all but the newest. */
  collapse(): void {
    const { newest } = this;
    for (const message of [...this.open]) if (message !== newest) this.open.delete(message);
    this.open.add(newest);
  }
}
