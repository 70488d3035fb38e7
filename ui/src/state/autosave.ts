/**
 * When what is written goes to the store: at every pause, and every two seconds while there is none. A save that failed is tried
 * again by itself; nothing counts as kept before the store said so.
 */

/** How long nothing is typed until it counts as a pause, in ms. */
export const pause = 400;
/** The longest that something typed waits for its save to begin, in ms. */
export const longest = 2000;
/** How long after a failure it is tried again, in ms: longer each time, up to the last. */
export const again: readonly number[] = [1000, 2000, 5000, 10_000];

/** Kept; changed and waiting; on its way; failed, and waiting to be tried again. */
export type SaveState = "kept" | "changed" | "saving" | "failed";

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Autosave {
  #save: () => Promise<void>;
  #told: (state: SaveState, error: unknown) => void;
  #dirty = false;
  #running: Promise<void> | null = null;
  #due = false;
  #failures = 0;
  #pause: Timer;
  #longest: Timer;
  #again: Timer;
  #ended = false;
  #waiting: (() => void)[] = [];

  /** `save` stores what changed since it was called last, or throws; `told` hears of every change of state. */
  constructor(save: () => Promise<void>, told: (state: SaveState, error: unknown) => void) {
    this.#save = save;
    this.#told = told;
  }

  /** Whether all is kept. */
  get kept(): boolean {
    return !this.#dirty && this.#running === null;
  }

  /** Something was typed. */
  touch(): void {
    if (this.#ended) return;
    this.#dirty = true;
    if (!this.#running && this.#failures === 0) this.#told("changed", null);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#run(), pause);
    this.#longest ??= setTimeout(() => void this.#run(), longest);
  }

  /** Saves now. Whether all is kept. */
  async flush(): Promise<boolean> {
    while (this.#running) await this.#running;
    if (this.#dirty) await this.#run();
    // What was typed meanwhile is saved too; what failed is not tried twice in a row.
    return this.#dirty && this.#failures === 0 ? this.flush() : this.kept;
  }

  /** Resolves as soon as all is kept, however often that is tried. */
  async settled(): Promise<void> {
    if (await this.flush()) return;
    await new Promise<void>((done) => this.#waiting.push(done));
  }

  /** Nothing is saved any more. */
  end(): void {
    this.#ended = true;
    // What is not wanted any more is not waited for either.
    this.#dirty = false;
    this.#stop();
    clearTimeout(this.#again);
  }

  #stop(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#longest);
    this.#pause = this.#longest = undefined;
  }

  #run(): Promise<void> {
    if (this.#running) {
      // Its time has come while another save is under way: it is next.
      this.#due = true;
      return this.#running;
    }
    if (!this.#dirty || this.#ended) return Promise.resolve();
    this.#stop();
    clearTimeout(this.#again);
    this.#dirty = this.#due = false;
    this.#told("saving", null);
    this.#running = this.#once().finally(() => {
      this.#running = null;
      if (!this.#dirty) {
        this.#told("kept", null);
        for (const done of this.#waiting.splice(0)) done();
      } else if (this.#failures === 0) {
        this.#told("changed", null);
        if (this.#due) void this.#run();
      }
    });
    return this.#running;
  }

  async #once(): Promise<void> {
    try {
      await this.#save();
      this.#failures = 0;
    } catch (error) {
      this.#dirty = !this.#ended;
      const wait = again[Math.min(this.#failures, again.length - 1)];
      this.#failures++;
      if (!this.#ended) this.#again = setTimeout(() => void this.#run(), wait);
      this.#told("failed", error);
    }
  }
}
