/** The time as the window shows it: moves once a minute, and at midnight, so that "today" stays true. */
import { untilMidnight } from "../format/dates";

class Clock {
  /** Now, to the minute. */
  now = $state.raw(new Date());

  /** Ticks until the returned function is called. */
  run(): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const now = new Date();
      this.now = now;
      // Timers stand still while a computer sleeps: coming back to the window counts as a tick too.
      timer = setTimeout(tick, Math.min(60_000, untilMidnight(now) + 50));
    };
    const wake = () => {
      clearTimeout(timer);
      tick();
    };
    tick();
    window.addEventListener("focus", wake);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", wake);
    };
  }
}

export const clock = new Clock();
