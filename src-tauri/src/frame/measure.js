// The only script on the mail's origin. It reads the layout of its sibling frames, in which no script runs, and tells the
// window. It writes nothing, asks for nothing, and hears nothing.
(() => {
  "use strict";
  const TALLEST = 200_000;
  const EVERY_MS = 120;
  /** Characters of a selection. */
  const LONGEST = 1_000_000;
  // A mail laid out by the height of its own frame (`height: 101vh`) would grow for ever.
  const MOST_STEPS = 60;

  const home = location.ancestorOrigins?.[0];
  if (!home || home === "null" || parent === window) return;
  const tell = (message) => parent.postMessage(message, home);

  /** Frames seen so far, by name. */
  const known = new Map();

  const measure = (name, it) => {
    const root = it.page.documentElement;
    const body = it.page.body;
    if (!root || !body) return;
    const tall = Math.ceil(Math.max(root.getBoundingClientRect().height, body.getBoundingClientRect().bottom, body.scrollHeight));
    const height = Math.min(tall, TALLEST);
    const width = root.scrollWidth;
    if (height === it.height && width === it.width) return;
    if (height > it.height && it.steps++ > MOST_STEPS) return;
    it.height = height;
    it.width = width;
    tell({ restante: "height", name, height, width });
  };

  /**
   * Markup of what is selected, inside what it stands in, so that a cell stays in its table and what is bold stays bold; the
   * mail's own styles before it. Put together in a document that is shown nowhere. Whoever takes it cleans it again, as mail.
   */
  const passage = (page, chosen) => {
    // Of plain text the lines are told by a style of ours: its words alone are the passage.
    if (!chosen?.rangeCount || chosen.isCollapsed || page.documentElement.classList.contains("text")) return "";
    const range = chosen.getRangeAt(0);
    const inert = document.implementation.createHTMLDocument("");
    let made = inert.importNode(range.cloneContents(), true);
    let at = range.commonAncestorContainer;
    for (at = at.nodeType === 1 ? at : at.parentElement; at && at !== page.body && at !== page.documentElement; at = at.parentElement) {
      const around = inert.importNode(at, false);
      around.append(made);
      made = around;
    }
    const box = inert.createElement("div");
    box.append(made);
    const styles = [...page.body.querySelectorAll("style")].map((style) => style.outerHTML).join("");
    const html = styles + box.innerHTML;
    // Cut markup would say something else.
    return html.length > LONGEST ? "" : html;
  };

  const watch = (name, it) => {
    const page = it.page;
    const href = page.querySelector("a[href]:hover")?.href ?? "";
    if (href !== it.href) {
      it.href = href;
      tell({ restante: "link", name, href });
    }
    if (!page.hasFocus() || page.documentElement.matches(":active")) return;
    const at = page.activeElement;
    if (at && at !== page.body && at !== page.documentElement) return;
    const chosen = page.getSelection();
    const text = String(chosen ?? "").slice(0, LONGEST);
    tell({ restante: "rest", name, text, html: text.trim() === "" ? "" : passage(page, chosen) });
  };

  /** The document of a sibling that shows a mail, or nothing: other frames are of another origin and throw. */
  const mail = (frame) => {
    try {
      const page = frame.document;
      return frame !== window && frame.name.startsWith("mail-") && page.body && page.URL !== "about:blank" ? page : null;
    } catch {
      return null;
    }
  };

  const look = () => {
    const here = new Set();
    for (let i = 0; i < parent.length; i += 1) {
      const page = mail(parent[i]);
      if (!page) continue;
      const name = parent[i].name;
      here.add(name);
      let it = known.get(name);
      if (it?.page !== page) {
        it?.observer.disconnect();
        const fresh = { page, height: -1, width: -1, steps: 0, href: "" };
        fresh.observer = new ResizeObserver(() => measure(name, fresh));
        fresh.observer.observe(page.documentElement);
        fresh.observer.observe(page.body);
        known.set(name, fresh);
        it = fresh;
      }
      measure(name, it);
      watch(name, it);
    }
    for (const [name, it] of known) {
      if (here.has(name)) continue;
      it.observer.disconnect();
      known.delete(name);
    }
  };

  setInterval(look, EVERY_MS);
  tell({ restante: "ready" });
  look();
})();
