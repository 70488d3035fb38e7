/** Where the window begins: asks the host how things stand, then draws. */
import "@fontsource-variable/inter/wght.css";
import { mount } from "svelte";
import App from "./App.svelte";
import Aside from "./Aside.svelte";
import { asUiError, backend, inShell, useBackend } from "./backend";
import "./design/tokens.css";
import "./design/base.css";
import Failed from "./Failed.svelte";
import { listen } from "./live.svelte";
import { setLanguage } from "./words.svelte";

async function begin(target: HTMLElement): Promise<void> {
  if (import.meta.env.DEV && !inShell()) {
    // In a plain browser there is no host: a stand-in with believable mail serves for looking at the window.
    const { mockBackend } = await import("./mock/backend");
    useBackend(mockBackend(new URLSearchParams(location.search)));
  }
  setLanguage("");
  try {
    await listen();
    const start = await backend.start();
    const draft = draftOf(location.search);
    if (draft === null) mount(App, { target, props: { start } });
    else mount(Aside, { target, props: { start, draft } });
  } catch (thrown) {
    mount(Failed, { target, props: { error: asUiError(thrown) } });
  }
}

/** The draft that this window is for, where it is one of those. */
function draftOf(query: string): number | null {
  const draft = new URLSearchParams(query).get("draft") ?? "";
  return /^\d{1,10}$/.test(draft) ? Number(draft) : null;
}

const target = document.getElementById("app");
if (target) void begin(target);
