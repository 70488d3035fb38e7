/** How many panes fit, and which one is in front where not all do. View state only. */

/** Windows narrower than this show two panes; the sidebar becomes a drawer. */
export const twoPanesBelow = 1080;
/** Windows narrower than this show one pane. */
export const onePaneBelow = 720;

class Layout {
  /** How many panes stand side by side. */
  panes = $state<1 | 2 | 3>(3);
  /** Whether the drawer with the sidebar is open; it matters below three panes. */
  drawer = $state(false);
  /** What a single pane shows. */
  front = $state<"list" | "message">("list");

  /** Follows the window's width until the returned function is called. */
  follow(): () => void {
    const two = matchMedia(`(max-width: ${twoPanesBelow - 0.02}px)`);
    const one = matchMedia(`(max-width: ${onePaneBelow - 0.02}px)`);
    const measure = () => {
      const panes = one.matches ? 1 : two.matches ? 2 : 3;
      this.panes = panes;
      if (panes === 3) this.drawer = false;
    };
    measure();
    two.addEventListener("change", measure);
    one.addEventListener("change", measure);
    return () => {
      two.removeEventListener("change", measure);
      one.removeEventListener("change", measure);
    };
  }
}

export const layout = new Layout();
