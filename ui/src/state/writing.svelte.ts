/** One message that is written: what is in its fields, what of that is kept, and what can be done with it. */
import { asUiError, backend, type Concern, type Draft, type DraftChange, type DraftFile, type Outgoing, type Recipient, type UiError } from "../backend";
import { Autosave, type SaveState } from "./autosave";
import { base64Of, Pictures } from "./pictures";

/** Where it is written: over the window, under the message that it answers, or put aside as a bar. */
export type Place = "sheet" | "inline" | "bar";
/** The fields that hold recipients. */
export type PeopleField = "to" | "cc" | "bcc";
/** In the order in which they stand. */
export const peopleFields: readonly PeopleField[] = ["to", "cc", "bcc"];
/** The text as one of the editors holds it. */
export type Body = Pick<Draft, "html" | "text">;

/** What sending cannot do without. */
export const blocking: ReadonlySet<Concern> = new Set<Concern>(["no-recipient", "wrong-recipient", "no-outgoing-server"]);

const unchanged: DraftChange = { identity: null, to: null, cc: null, bcc: null, subject: null, html: null, text: null, plain: null, receipt: null, deliveryReport: null };
type Field = keyof DraftChange;
const same = (a: Recipient, b: Recipient) => a.email.toLowerCase() === b.email.toLowerCase();

export class Writing {
  readonly id: number;
  readonly account: number;
  readonly answer: Draft["answer"];
  /** The message that is sent on as it is: only who gets it can be set. */
  readonly redirect: number | null;
  readonly pictures = new Pictures();

  place = $state<Place>("sheet");
  identity = $state(0);
  to = $state.raw<readonly Recipient[]>([]);
  cc = $state.raw<readonly Recipient[]>([]);
  bcc = $state.raw<readonly Recipient[]>([]);
  subject = $state("");
  plain = $state(false);
  receipt = $state(false);
  deliveryReport = $state(false);
  files = $state.raw<readonly DraftFile[]>([]);
  /** The text as it was last taken from an editor or from the store. */
  body: Body;
  /** Grows whenever the text came from elsewhere than the editor, which then reads it anew. */
  revision = $state(0);

  saved = $state<SaveState>("kept");
  /** When it was last kept, in Unix seconds. */
  savedAt = $state(0);
  /** Why it could not be kept. */
  unsaved = $state.raw<UiError | null>(null);
  /** What failed besides. */
  error = $state.raw<UiError | null>(null);
  /** What should be known before it is sent; null = nothing is asked. */
  concerns = $state.raw<readonly Concern[] | null>(null);
  /** It is being sent, closed or discarded: nothing else is begun. */
  busy = $state(false);

  /** Takes the text from the editor that is on screen. It puts itself here while it is. */
  read: (() => Partial<Body>) | null = null;

  #version: number;
  #dirty = new Set<Field>();
  #saving: Autosave;
  /** What was typed into a field of recipients and is still being read, or bytes that are still being attached. */
  #pending = new Set<Promise<unknown>>();
  #sendAt: number | null = null;

  constructor(draft: Draft) {
    this.id = draft.id;
    this.account = draft.account;
    this.answer = draft.answer;
    this.redirect = draft.redirect ? (draft.answer?.message ?? 0) : null;
    this.body = { html: draft.html, text: draft.text };
    this.#version = draft.version;
    this.#take(draft);
    this.savedAt = draft.changed ?? 0;
    this.#saving = new Autosave(
      () => this.#save(),
      (state, error) => {
        this.saved = state;
        if (state === "kept") {
          this.unsaved = null;
          this.savedAt = Date.now() / 1000;
        } else if (state === "failed") this.unsaved = asUiError(error);
      },
    );
    this.pictures.onpasted = (key, bytes) => void this.attachPicture(key, bytes);
  }

  /** Changes a field. */
  set<F extends "identity" | "to" | "cc" | "bcc" | "subject" | "plain" | "receipt" | "deliveryReport">(field: F, value: this[F]): void {
    (this as Writing)[field] = value as never;
    this.#dirty.add(field);
    this.#saving.touch();
  }

  /** Something was typed into the text. It is taken from the editor when it is saved, not at every key. */
  typed(): void {
    this.#dirty.add("html");
    this.#saving.touch();
  }

  /** Replaces the text. */
  replace(body: Partial<Body>): void {
    this.body = { ...this.body, ...body };
    this.revision++;
    this.typed();
  }

  /** Adds recipients that are not in the field yet. */
  add(field: PeopleField, people: readonly Recipient[]): void {
    const fresh = people.filter((one, at) => !this[field].some((other) => same(one, other)) && people.findIndex((other) => same(one, other)) === at);
    if (fresh.length > 0) this.set(field, [...this[field], ...fresh]);
  }

  remove(field: PeopleField, at: number): void {
    this.set(field, this[field].filter((_, place) => place !== at));
  }

  /** Moves a recipient to another field. */
  move(from: PeopleField, at: number, to: PeopleField): void {
    const one = this[from][at];
    if (!one || from === to) return;
    this.remove(from, at);
    this.add(to, [one]);
  }

  /** Waits for `work` before it is sent or closed. */
  await<T>(work: Promise<T>): Promise<T> {
    const end = () => this.#pending.delete(kept);
    const kept: Promise<unknown> = work.then(end, end);
    this.#pending.add(kept);
    return work;
  }

  /** Keeps everything now. Whether it is kept. */
  async flush(): Promise<boolean> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    return this.#saving.flush();
  }

  /** Resolves as soon as everything is kept, however often that has to be tried. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    await this.#saving.settled();
  }

  /** Looks whether something should be known, and sends if not. `at` is when, in Unix seconds; null = now. */
  async send(at: number | null): Promise<Outgoing | null> {
    this.#sendAt = at;
    return this.#alone(async () => {
      if (!(await this.flush())) return null;
      const concerns = await backend.checkDraft(this.id);
      if (concerns.length === 0) return backend.sendDraft(this.id, at);
      this.concerns = concerns;
      return null;
    });
  }

  /** Sends although something was to be known. */
  async sendAnyway(): Promise<Outgoing | null> {
    this.concerns = null;
    return this.#alone(async () => ((await this.flush()) ? backend.sendDraft(this.id, this.#sendAt) : null));
  }

  /** Lets the person choose files, and attaches them. */
  async attach(): Promise<void> {
    await this.#told(this.await(backend.attachFiles(this.id).then((files) => this.#attached(files))));
  }

  /** Attaches bytes that were dropped or pasted. */
  async attachBytes(name: string, bytes: Blob): Promise<void> {
    const work = base64Of(bytes).then((text) => backend.attachBytes(this.id, name, bytes.type || "application/octet-stream", text, false));
    await this.#told(this.await(work.then((file) => this.#attached([file]))));
  }

  /** Stores the bytes of a picture that stands in the text already. */
  async attachPicture(key: string, bytes: Blob): Promise<void> {
    const name = `picture.${bytes.type.replace(/^image\//, "").replace("jpeg", "jpg") || "png"}`;
    const work = base64Of(bytes).then((text) => backend.attachBytes(this.id, name, bytes.type, text, true));
    await this.#told(
      this.await(
        work.then((file) => {
          if (file.cid !== null) this.pictures.stored(key, file.cid);
          this.#attached([file]);
          // Only now can the text name it.
          this.typed();
        }),
      ),
    );
  }

  async detach(file: DraftFile): Promise<void> {
    await this.#told(backend.detach(this.id, file.id).then(() => (this.files = this.files.filter(({ id }) => id !== file.id))));
  }

  /** Puts a template in: what is written stays below it. */
  async use(template: number): Promise<void> {
    await this.#alone(async () => {
      if (await this.flush()) this.reset(await backend.useTemplate(this.id, template));
    });
  }

  /** Keeps it as a template of this name. */
  async keepAs(name: string): Promise<void> {
    // What cannot be kept yet is waited for: a template holds what is on screen.
    await this.settled();
    await backend.saveTemplate(this.id, name);
  }

  /** Takes up another state of the draft, such as a former version. */
  reset(draft: Draft): void {
    this.#version = draft.version;
    this.#dirty.clear();
    this.body = { html: draft.html, text: draft.text };
    this.#take(draft);
    this.revision++;
  }

  /** Is gone from the window: nothing is saved any more. */
  end(): void {
    this.#saving.end();
    this.pictures.end();
  }

  #take(draft: Draft): void {
    this.identity = draft.identity;
    this.to = draft.to;
    this.cc = draft.cc;
    this.bcc = draft.bcc;
    this.subject = draft.subject;
    this.plain = draft.plain;
    this.receipt = draft.receipt;
    this.deliveryReport = draft.deliveryReport;
    this.files = draft.files;
  }

  #attached(files: readonly DraftFile[]): void {
    this.files = [...this.files, ...files.filter(({ id }) => !this.files.some((file) => file.id === id))];
  }

  /** What changed since the last save. */
  #change(dirty: ReadonlySet<Field>): DraftChange {
    if (dirty.has("html") || dirty.has("plain")) this.body = { ...this.body, ...this.read?.() };
    const of = <T>(field: Field, value: T): T | null => (dirty.has(field) ? value : null);
    const text = dirty.has("html") || dirty.has("plain");
    return {
      ...unchanged,
      identity: of("identity", this.identity),
      to: of("to", [...this.to]),
      cc: of("cc", [...this.cc]),
      bcc: of("bcc", [...this.bcc]),
      subject: of("subject", this.subject),
      plain: of("plain", this.plain),
      receipt: of("receipt", this.receipt),
      deliveryReport: of("deliveryReport", this.deliveryReport),
      html: text ? (this.plain ? "" : this.body.html) : null,
      text: text ? (this.plain ? this.body.text : "") : null,
    };
  }

  async #save(): Promise<void> {
    // While a component is taken down, state reads as it was before: what is saved is read a moment later, as it is now.
    await Promise.resolve();
    const dirty = new Set(this.#dirty);
    this.#dirty.clear();
    try {
      this.#version = await backend.saveDraft(this.id, this.#version, this.#change(dirty));
    } catch (thrown) {
      for (const field of dirty) this.#dirty.add(field);
      throw thrown;
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.error = null;
    try {
      return await work();
    } catch (thrown) {
      this.error = asUiError(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }

  async #told(work: Promise<unknown>): Promise<void> {
    try {
      await work;
      this.error = null;
    } catch (thrown) {
      const error = asUiError(thrown);
      if (error.code !== "cancelled") this.error = error;
    }
  }
}
