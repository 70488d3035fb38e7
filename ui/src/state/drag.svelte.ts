/** Messages that are dragged onto a folder. The list begins it, a folder of the sidebar ends it; they know only this. */
import type { Action } from "svelte/action";
import type { FolderView } from "../backend";
import { t } from "../words.svelte";
import { acts } from "./acts.svelte";
import { known } from "./known.svelte";
import type { Chosen } from "./view.svelte";

/** How long a closed folder is pointed at until it opens, in ms. */
const opensAfter = 700;
/** A drag needs data to be one; nothing outside of this window can read messages from it. */
const kind = "application/x-restante-messages";

class Drag {
  /** What is dragged. */
  on = $state.raw<Chosen | null>(null);

  /** To be called when dragging starts. */
  begin(event: DragEvent, on: Chosen): void {
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    this.on = on;
    dataTransfer.setData(kind, String(on.count));
    dataTransfer.effectAllowed = "copyMove";
    const image = document.createElement("div");
    image.className = "drag-image";
    image.textContent = t(on.conversations ? "conversation-count" : "message-count", { count: on.count });
    document.body.append(image);
    dataTransfer.setDragImage(image, -12, -6);
    // The picture has been taken when this task is over.
    setTimeout(() => image.remove(), 0);
  }

  end(): void {
    this.on = null;
  }

  /** What dropping here would do; null = nothing. A copy is possible within an account alone. */
  effect(folder: FolderView, copies: boolean): "move" | "copy" | null {
    const all = this.on?.known;
    if (!all || !folder.selectable) return null;
    if (copies) return all.every(({ account }) => account === folder.account) ? "copy" : null;
    return all.length > 0 && all.every((one) => one.folder === folder.id) ? null : "move";
  }

  drop(folder: FolderView, effect: "move" | "copy"): void {
    const { on } = this;
    this.on = null;
    if (on) void acts.do(() => ({ kind: effect, folder: folder.id }), on);
  }
}

export const drag = new Drag();

/** What a drop target is: a folder, and how it unfolds if it is closed. */
export interface DropTarget {
  folder: FolderView | undefined;
  unfold?: (() => void) | undefined;
}

/** Lets messages be dropped on an element; it has the attribute `data-drop` while they would be. */
export const droppable: Action<HTMLElement, DropTarget> = (node, first) => {
  let target = first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Of how many of its parts it was told that they were entered, and not yet that they were left. */
  let inside = 0;
  let effect: "move" | "copy" | null = null;
  // Of the keys that are held GTK tells nothing but this: with Ctrl, a copy is all that is allowed.
  const copies = (event: DragEvent) => event.altKey || (!known.mac && event.ctrlKey) || event.dataTransfer?.effectAllowed === "copy";
  const leave = () => {
    clearTimeout(timer);
    timer = undefined;
    effect = null;
    inside = 0;
    delete node.dataset["drop"];
  };
  const over = (event: DragEvent) => {
    if (!drag.on || !target.folder) return;
    timer ??= setTimeout(() => target.unfold?.(), opensAfter);
    effect = drag.effect(target.folder, copies(event));
    if (!effect) {
      delete node.dataset["drop"];
      return;
    }
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = effect;
    node.dataset["drop"] = effect;
  };
  const enter = (event: DragEvent) => {
    inside += 1;
    over(event);
  };
  const left = () => {
    inside -= 1;
    if (inside <= 0) leave();
  };
  const drop = (event: DragEvent) => {
    // What was shown while it was held here is what is done.
    const shown = effect;
    leave();
    if (!drag.on || !target.folder || !shown) return;
    event.preventDefault();
    drag.drop(target.folder, shown);
  };
  node.addEventListener("dragenter", enter);
  node.addEventListener("dragover", over);
  node.addEventListener("dragleave", left);
  node.addEventListener("drop", drop);
  return {
    update: (next) => (target = next),
    destroy: leave,
  };
};
