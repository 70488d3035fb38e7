/** Times that are offered for sending later. Pure. */

export type Later = "evening" | "morning" | "monday";

function at(now: Date, days: number, hour: number): Date {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  day.setHours(hour, 0, 0, 0);
  return day;
}

/** What is offered at `now`: this evening while there is one, tomorrow morning, and Monday where that is another day. */
export function laterTimes(now: Date): [Later, Date][] {
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ...(now.getHours() < 17 ? [["evening", at(now, 0, 18)] satisfies [Later, Date]] : []),
    ["morning", at(now, 1, 8)],
    ...(toMonday > 1 ? [["monday", at(now, toMonday, 8)] satisfies [Later, Date]] : []),
  ];
}
