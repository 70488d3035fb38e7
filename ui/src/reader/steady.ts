/**
 * Keeps in its place what is read, while what stands above it changes its height: frames that are measured, pictures that come,
 * messages that are unfolded or arrive. WebKit has no scroll anchoring of its own.
 *
 * One element is held at a distance from the top edge of the pane: the one that was gone to, and after the person has scrolled the
 * one that is at the top then. A scroll is the person's when it ends elsewhere than we put it.
 */
export class Steady {
  #held: { node: HTMLElement; top: number } | null = null;
  #put = 0;
  /** Whether the person has scrolled since it began. */
  moved = false;
  #observer: ResizeObserver;

  /** `marks` gives the elements that can be held, from the top down. */
  constructor(
    readonly pane: HTMLElement,
    readonly marks: () => readonly HTMLElement[],
  ) {
    this.#observer = new ResizeObserver(() => this.settle());
  }

  /** Watches the height of this element, until the answer is called. */
  watch(content: HTMLElement): () => void {
    this.#observer.observe(content);
    const scrolled = () => {
      if (Math.abs(this.pane.scrollTop - this.#put) < 1) return;
      this.moved = true;
      this.#note();
    };
    this.pane.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      this.#observer.disconnect();
      this.pane.removeEventListener("scroll", scrolled);
    };
  }

  /** Brings an element to this distance from the top edge, and holds it there; null = it stays where it is. */
  hold(node: HTMLElement, top: number | null): void {
    this.#held = { node, top: top ?? this.topOf(node) };
    this.settle();
  }

  /** Goes to the very top. */
  begin(): void {
    this.#held = null;
    this.moved = false;
    this.#scroll(0);
  }

  /** Puts back what is held. */
  settle(): void {
    const held = this.#held;
    if (!held) return;
    if (!held.node.isConnected) {
      this.#note();
      return;
    }
    const off = this.topOf(held.node) - held.top;
    if (Math.abs(off) >= 1) this.#scroll(this.pane.scrollTop + off);
  }

  /** How far an element is from the top edge. */
  topOf(node: HTMLElement): number {
    return node.getBoundingClientRect().top - this.pane.getBoundingClientRect().top;
  }

  /** Whether all of it is seen. */
  sees(node: HTMLElement): boolean {
    const top = this.topOf(node);
    return top >= 0 && top + node.offsetHeight <= this.pane.clientHeight;
  }

  #scroll(to: number): void {
    this.pane.scrollTop = to;
    // What it became: there may be less to scroll.
    this.#put = this.pane.scrollTop;
  }

  /** The person has scrolled: what is at the top now is held. */
  #note(): void {
    this.#put = this.pane.scrollTop;
    const node = this.marks().find((one) => this.topOf(one) + one.offsetHeight > 8);
    this.#held = node && this.pane.scrollTop > 0 ? { node, top: this.topOf(node) } : null;
  }
}
