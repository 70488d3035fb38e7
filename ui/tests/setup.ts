/** What happy-dom lacks and the window uses, and how long a test looks for what is to come. */
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach } from "vitest";

class StillObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver = StillObserver;

// Nothing is laid out here: a window onto a list is as high as in a window of the usual size.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 720 });

// A state may be long in coming on a busy machine. The whole window is no help in a message, and printing it takes longer than a test may.
configure({ getElementError: (message) => new Error(message ?? "not found"), asyncUtilTimeout: 10_000 });

afterEach(cleanup);
