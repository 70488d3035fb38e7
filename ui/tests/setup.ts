/** What happy-dom lacks and the window uses. */
import { cleanup } from "@testing-library/svelte";
import { afterEach } from "vitest";

class StillObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver = StillObserver;

afterEach(cleanup);
