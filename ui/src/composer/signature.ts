/** The signature in a text that is written: found by what it says, and exchanged when one writes as someone else. Pure. */

const words = (text: string) => text.replace(/[\s\u00a0\u200b]+/g, " ").trim();

/** Lines of `root` that hold text of their own, in their order. */
function leaves(root: ParentNode): Element[] {
  const blocks = "address,div,dd,dt,h1,h2,h3,h4,h5,h6,li,p,pre,td,th";
  return [...root.querySelectorAll(blocks)].filter((block) => block.querySelector(blocks) === null && block.closest("blockquote") === null);
}

/** What a signature says, without its looks. */
function said(signature: ParentNode & Node): string {
  const lines = leaves(signature).map((line) => line.textContent);
  return words(lines.length > 0 ? lines.join(" ") : (signature.textContent ?? ""));
}

/** The lines that say what `wanted` says; null where it was changed or taken out. */
function find(root: ParentNode, wanted: string): Element[] | null {
  if (wanted === "") return null;
  const all = leaves(root);
  // The last place where it stands: what is above may quote it.
  for (let from = all.length - 1; from >= 0; from--) {
    let here = "";
    for (let to = from; to < all.length && here.length <= wanted.length; to++) {
      here = words(`${here} ${all[to]?.textContent ?? ""}`);
      if (here === wanted) return all.slice(from, to + 1);
    }
  }
  return null;
}

/** Puts the signature `next` in the place of `old`. A signature that the person changed stays as it is. */
export function exchange(root: HTMLElement, old: DocumentFragment, next: DocumentFragment, above: boolean): void {
  const found = find(root, said(old));
  const first = found?.[0];
  if (first) {
    first.before(next);
    for (const line of found) line.remove();
  } else if (said(old) === "" && said(next) !== "") {
    const quote = above ? root.querySelector(":scope > blockquote") : null;
    if (quote) quote.before(next);
    else root.append(next);
  }
}

/** The same in plain text. */
export function exchangeText(text: string, old: string, next: string, above: boolean): string {
  const at = old === "" ? -1 : text.lastIndexOf(old);
  if (at >= 0) return text.slice(0, at) + next + text.slice(at + old.length);
  if (old !== "" || next === "") return text;
  const quote = above ? /^>/m.exec(text)?.index : undefined;
  return quote === undefined ? `${text.trimEnd()}\n\n-- \n${next}` : `${text.slice(0, quote)}-- \n${next}\n\n${text.slice(quote)}`;
}
