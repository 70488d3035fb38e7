/** From the lines of the engine to what is drawn: pages put together, what belongs together folded, days. Pure. */
import type { ActView, EventView, TimelineView } from "../backend";
import { sameDay } from "../format/dates";

/** How much is asked for at a time. */
export const pageSize = 60;

/** As many pages as were asked for. */
export interface Lines {
  lines: readonly TimelineView[];
  /** Nothing older is known. */
  ended: boolean;
}

/** One drawn entry. */
export type Entry = { key: string; at: number } & ({ kind: "act"; act: ActView } | { kind: "events"; events: readonly EventView[] });

/** Entries of one day. */
export interface Group {
  key: string;
  at: number;
  entries: readonly Entry[];
}

/** What left one after another within so many seconds, from one folder and for one reason, is one entry. */
const together = 300;

const timeOf = (line: TimelineView): number => (line.kind === "act" ? line.act.at : line.event.at) ?? 0;
const eventKey = ({ at, message, folder, what }: EventView) => `event-${at ?? 0}-${message}-${what.kind}-${folder}`;
const keyOf = (line: TimelineView): string => (line.kind === "act" ? `act-${line.act.id}` : eventKey(line.event));

type Ask = (before: number | null, limit: number) => Promise<readonly TimelineView[]>;

/** A little more than the finest step of the engine's clock, in seconds. */
const instant = 0.002;

/**
 * The next page after these lines. Many things happen at one moment, such as all that another program moved at once, and a page
 * may end amid them. So the next one begins with that moment again, is longer by what is known of it, and that is dropped.
 */
export async function nextPage({ lines }: Lines, ask: Ask): Promise<Lines> {
  const last = lines.at(-1);
  const before = last ? timeOf(last) + instant : null;
  const again = before === null ? 0 : lines.filter((line) => timeOf(line) < before).length;
  const page = await ask(before, pageSize + again);
  const seen = new Set(lines.map(keyOf));
  const fresh = page.filter((line) => !seen.has(keyOf(line)));
  return { lines: [...lines, ...fresh], ended: page.length < pageSize || fresh.length === 0 };
}

/** The newest lines, `wanted()` of them where there are so many; how many are wanted may grow meanwhile. */
export async function newest(wanted: () => number, ask: Ask): Promise<Lines> {
  let all: Lines = { lines: [], ended: false };
  do all = await nextPage(all, ask);
  while (!all.ended && all.lines.length < wanted());
  return all;
}

/** The lines as entries: one for each act, one for events that belong together. */
export function entriesOf(lines: readonly TimelineView[]): Entry[] {
  const entries: Entry[] = [];
  let gathered: EventView[] = [];
  for (const line of lines) {
    const at = timeOf(line);
    if (line.kind === "act") {
      gathered = [];
      entries.push({ kind: "act", key: keyOf(line), at, act: line.act });
      continue;
    }
    const { event } = line;
    const above = gathered.at(-1);
    const before = above?.at ?? 0;
    const belongs = above?.what.kind === event.what.kind && above.folder === event.folder && before - at <= together && sameDay(before) === sameDay(at);
    if (belongs) gathered.push(event);
    else {
      gathered = [event];
      entries.push({ kind: "events", key: keyOf(line), at, events: gathered });
    }
  }
  return entries;
}

/** Entries by day, in the order given. */
export function byDay(entries: readonly Entry[]): Group[] {
  const groups: (Group & { entries: Entry[] })[] = [];
  for (const entry of entries) {
    const key = sameDay(entry.at);
    const last = groups.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else groups.push({ key, at: entry.at, entries: [entry] });
  }
  return groups;
}
