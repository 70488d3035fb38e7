/**
 * The one door to the shell: the only file that imports the generated bindings and `@tauri-apps`.
 *
 * Commands come generated as `Promise<Result<T, UiError>>`. Here each becomes a function that answers with `T` or throws
 * a `UiError`, so that the rest of the window has one way of failing.
 */
import { commands, events, type Left, type LinkHeld, type Settings as GivenSettings, type UiError } from "./bindings";

export type * from "./bindings";
/** The host takes settings in part; what the window works with is whole. */
export type Settings = Required<GivenSettings>;

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: UiError };
type Unwrapped<F> = F extends (...args: infer A) => Promise<Answer<infer T>> ? (...args: A) => Promise<T> : never;
type Commands = { [K in keyof typeof commands]: Unwrapped<(typeof commands)[K]> };

/** Everything the window may ask of its host. */
export interface Backend extends Commands {
  /** Calls back with the topics of every batch of changes. Answers with the way to stop. */
  onChanged(callback: (topics: string[]) => void): Promise<() => void>;
  /** Calls back when a notification asks for a message. */
  onOpenMessage(callback: (message: number) => void): Promise<() => void>;
  /** Calls back when something asks to write a message; `pickUpMailto` says what. */
  onWriteMailto(callback: () => void): Promise<() => void>;
  /** Calls back when the window that a draft is written in is to be closed. */
  onLeave(callback: (draft: number) => void): Promise<() => void>;
  /** Calls back when the window of a draft was closed. */
  onLeft(callback: (left: Left) => void): Promise<() => void>;
  /** Calls back when a clicked link was not opened. */
  onLinkHeld(callback: (link: LinkHeld) => void): Promise<() => void>;
}

/** Turns whatever was thrown into a `UiError`: ours as it is, anything else as a fault of the program. */
export function asUiError(thrown: unknown): UiError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "params" in thrown) return thrown as UiError;
  return { code: "internal", params: {}, detail: String(thrown), retry: false };
}

function unwrap(command: (...args: never[]) => Promise<Answer<unknown>>) {
  return async (...args: never[]): Promise<unknown> => {
    const answer = await command(...args).catch((thrown: unknown): Answer<unknown> => ({ status: "error", error: asUiError(thrown) }));
    if (answer.status === "ok") return answer.data;
    // A plain value, not an Error: it carries a sentence for a person, not a stack.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw answer.error;
  };
}

const shell = {
  ...(Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [name, unwrap(command as (...args: never[]) => Promise<Answer<unknown>>)]),
  ) as unknown as Commands),
  onChanged: (callback: (topics: string[]) => void) => events.changed.listen((event) => callback(event.payload.topics)),
  onOpenMessage: (callback: (message: number) => void) => events.openMessage.listen((event) => callback(event.payload.message)),
  onWriteMailto: (callback: () => void) => events.writeMailto.listen(callback),
  onLeave: (callback: (draft: number) => void) => events.leave.listen((event) => callback(event.payload.draft)),
  onLeft: (callback: (left: Left) => void) => events.left.listen((event) => callback(event.payload)),
  onLinkHeld: (callback: (link: LinkHeld) => void) => events.linkHeld.listen((event) => callback(event.payload)),
} satisfies Backend;

/** The host in use: the shell, or in tests and in a plain browser a stand-in. */
export let backend: Backend = shell;

/** Replaces the host; called before the window is drawn. */
export function useBackend(other: Backend): void {
  backend = other;
}

/** Whether the page runs inside the program's own window. */
export const inShell = (): boolean => "__TAURI_INTERNALS__" in window;
