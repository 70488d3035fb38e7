// The only script on the mail's origin. It reads the layout of its sibling frames, in which no script runs, and tells the
// window. It asks for nothing, and hears the window alone: which frame's text it wants, and which places of it to mark.
(() => {
  "use strict";
  const TALLEST = 200_000;
  const EVERY_MS = 120;
  /** Characters of a selection. */
  const LONGEST = 1_000_000;
  /** Characters of a text that are looked through for what was searched. */
  const MOST_TEXT = 200_000;
  /** Under this height, in px, nobody reads a line. */
  const LEGIBLE = 5;
  // A mail laid out by the height of its own frame (`height: 101vh`) would grow for ever.
  const MOST_STEPS = 60;

  const home = location.ancestorOrigins?.[0];
  if (!home || home === "null" || parent === window) return;
  const tell = (message) => parent.postMessage(message, home);

  /** Frames seen so far, by name. */
  const known = new Map();
  /** Names of frames whose text the window wants. */
  const wanted = new Set();
  let pages = 0;

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
    if (it.ranges.length > 0) {
      paint(it);
      found(name, it);
    }
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
    for (const mark of box.querySelectorAll("mark[data-found]")) mark.replaceWith(...mark.childNodes);
    const styles = [...page.body.querySelectorAll("style")].map((style) => style.outerHTML).join("");
    const html = styles + box.innerHTML;
    // Cut markup would say something else.
    return html.length > LONGEST ? "" : html;
  };

  /** The text of a page, and its pieces with where each begins. Between blocks a line ends, so that no word reaches across. */
  const read = (page) => {
    const styles = page.defaultView;
    const blocks = new Map();
    const blockOf = (element) => {
      if (!element || element === page.body) return element;
      let block = blocks.get(element);
      if (block === undefined) {
        const { display } = styles.getComputedStyle(element);
        block = display === "inline" || display === "contents" ? blockOf(element.parentElement) : element;
        blocks.set(element, block);
      }
      return block;
    };
    const pieces = [];
    let text = "";
    let block = null;
    // Elements and texts.
    const walker = page.createTreeWalker(page.body, 1 | 4);
    for (let node = walker.nextNode(); node && text.length < MOST_TEXT; node = walker.nextNode()) {
      if (node.nodeType === 1) {
        if (node.localName === "br" || node.localName === "img") text += "\n";
        continue;
      }
      if (node.data === "" || node.parentElement.localName === "style") continue;
      const within = blockOf(node.parentElement);
      if (within !== block && text !== "") text += "\n";
      block = within;
      pieces.push({ node, at: text.length });
      text += node.data.slice(0, MOST_TEXT - text.length);
    }
    return { text, pieces };
  };

  /** Stretches of text nodes for places given as start, end, start, end, …; what is no place of the text is left out. */
  const rangesOf = (page, pieces, places) => {
    const ranges = [];
    let nth = 0;
    /** The last piece that begins before `at`, or at it. */
    const pieceAt = (at) => {
      while (nth + 1 < pieces.length && pieces[nth + 1].at <= at) nth += 1;
      return pieces[nth];
    };
    let done = 0;
    for (let i = 0; i + 1 < places.length; i += 2) {
      const [start, end] = [places[i], places[i + 1]];
      if (start < done || end <= start) continue;
      done = end;
      const first = pieceAt(start);
      const last = pieceAt(end - 1);
      if (!first || start < first.at || start - first.at >= first.node.length || end - last.at > last.node.length) continue;
      const range = page.createRange();
      range.setStart(first.node, start - first.at);
      range.setEnd(last.node, end - last.at);
      ranges.push(range);
    }
    return ranges;
  };

  /** Marks where there are no highlights: elements around the texts. Gives what is marked, to be found again. */
  const wrap = (it, ranges) => {
    const { page } = it;
    const marks = [];
    // From the back, so that the places before stay true.
    for (const range of ranges.reverse()) {
      const nodes = [];
      const walker = page.createTreeWalker(range.commonAncestorContainer, 4);
      for (let node = walker.currentNode.nodeType === 3 ? walker.currentNode : walker.nextNode(); node; node = walker.nextNode()) if (range.intersectsNode(node)) nodes.push(node);
      const { startContainer, startOffset, endContainer, endOffset } = range;
      for (const node of nodes.reverse()) {
        const from = node === startContainer ? startOffset : 0;
        const to = node === endContainer ? endOffset : node.length;
        if (to <= from) continue;
        if (to < node.length) node.splitText(to);
        const piece = from > 0 ? node.splitText(from) : node;
        const element = page.createElement("mark");
        element.dataset.found = "";
        piece.replaceWith(element);
        element.append(piece);
        marks.unshift(element);
      }
    }
    it.wrapped = marks;
    return marks.map((element) => {
      const range = page.createRange();
      range.selectNodeContents(element);
      return range;
    });
  };

  /** Takes the marks away again. */
  const unwrap = (it) => {
    if (it.wrapped.length === 0) return;
    for (const element of it.wrapped) element.replaceWith(...element.childNodes);
    it.wrapped = [];
    it.ranges = [];
    it.page.body.normalize();
  };

  /** What folds it away, if anything does. */
  const foldOf = (range) => range.startContainer.parentElement?.closest("details:not([open])");

  /** Whether any of it is on the page. WebKit marks something else beside it for what is not. */
  const isDrawn = (range) => !foldOf(range) && range.getClientRects().length > 0;

  /** Marks what is on the page of what was found, anew whenever that is more or less. */
  const paint = (it) => {
    const { CSS, Highlight } = it.page.defaultView;
    if (!CSS?.highlights || !Highlight) return false;
    const drawn = it.ranges.filter(isDrawn);
    if (drawn.length === it.painted) return true;
    it.painted = drawn.length;
    if (drawn.length > 0) CSS.highlights.set("found", new Highlight(...drawn));
    else CSS.highlights.delete("found");
    return true;
  };

  const mark = (name, it, places) => {
    const { page } = it;
    if (it.wrapped.length > 0) {
      unwrap(it);
      it.pieces = read(page).pieces;
    }
    const ranges = rangesOf(page, it.pieces, places);
    // What was found in a folded quote alone is unfolded: it would not be seen why the mail was found.
    if (ranges.length > 0 && ranges.every(foldOf)) {
      for (let fold = foldOf(ranges[0]); fold; fold = foldOf(ranges[0])) fold.open = true;
    }
    it.ranges = ranges;
    it.painted = -1;
    if (!paint(it)) it.ranges = wrap(it, ranges);
    it.told = "";
    found(name, it);
  };

  /** Tells where the first mark is that can be seen. */
  const found = (name, it) => {
    for (const range of it.ranges) {
      const { top, width, height } = range.getBoundingClientRect();
      if (width === 0 || height < LEGIBLE || !isDrawn(range)) continue;
      if (it.told !== `${top} ${height}`) tell({ restante: "found", name, page: it.id, top, height });
      it.told = `${top} ${height}`;
      return;
    }
  };

  /** Tells the text of a page once, as soon as all of it is there. */
  const tellText = (name, it) => {
    if (!wanted.has(name) || it.read || it.page.readyState === "loading") return;
    it.read = true;
    unwrap(it);
    const { text, pieces } = read(it.page);
    it.pieces = pieces;
    tell({ restante: "text", name, page: it.id, text });
  };

  window.addEventListener("message", ({ source, data }) => {
    if (source !== parent || typeof data !== "object" || data === null) return;
    const { restante, name, on, page, places } = data;
    const it = known.get(name);
    if (restante === "read") {
      if (on !== true) {
        wanted.delete(name);
        return;
      }
      wanted.add(name);
      if (!it) return;
      it.read = false;
      tellText(name, it);
    } else if (restante === "mark" && it?.id === page && Array.isArray(places) && places.every(Number.isInteger)) {
      mark(name, it, places);
    }
  });

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
        pages += 1;
        const fresh = { page, id: pages, height: -1, width: -1, steps: 0, href: "", read: false, pieces: [], ranges: [], wrapped: [], painted: -1, told: "" };
        fresh.observer = new ResizeObserver(() => measure(name, fresh));
        fresh.observer.observe(page.documentElement);
        fresh.observer.observe(page.body);
        known.set(name, fresh);
        it = fresh;
      }
      measure(name, it);
      tellText(name, it);
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
