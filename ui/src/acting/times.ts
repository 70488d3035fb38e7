/** When a snoozed message can come back. Pure: `now` is given, and the time zone is the computer's. */

/** A time to choose. */
export interface Time {
  readonly id: "later" | "tomorrow" | "weekend" | "week";
  /** Unix seconds. */
  readonly at: number;
}

/** Hours of the day at which mail comes back. */
const morning = 8;
const weekendMorning = 9;
/** Later today is so many hours from now, and not after this hour. */
const laterBy = 3;
const evening = 22;
/** Due times are kept in so many seconds. */
export const unit = 900;

const seconds = (date: Date): number => Math.round(date.getTime() / 1000);
/** An hour of the day so many days on, by the clock on the wall. */
const dayAt = (now: Date, days: number, hour: number): number => seconds(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour));

/** Days of the weekend, 0 = Sunday. */
function weekendOf(locale: string): number[] {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { weekend: number[] }; weekInfo?: { weekend: number[] } };
  return (info.getWeekInfo?.() ?? info.weekInfo)?.weekend.map((day) => day % 7) ?? [6, 0];
}

/** Times that are worth offering now, soonest first; none of them twice. */
export function timesFrom(now: Date, locale: string): Time[] {
  const weekend = weekendOf(locale);
  const isFree = (days: number) => weekend.includes((now.getDay() + days) % 7);
  const next = (fits: (days: number) => boolean) => [1, 2, 3, 4, 5, 6, 7].find(fits);
  const later = Math.ceil((now.getTime() / 1000 + laterBy * 3600) / 1800) * 1800;
  const laterHour = new Date(later * 1000);
  const times: Time[] = [];
  if (laterHour.getDate() === now.getDate() && laterHour.getHours() < evening) times.push({ id: "later", at: later });
  times.push({ id: "tomorrow", at: dayAt(now, 1, morning) });
  // In the weekend "this weekend" is over or now, and the day before it is "tomorrow".
  const free = isFree(0) ? undefined : next((days) => isFree(days));
  if (free !== undefined && free > 1) times.push({ id: "weekend", at: dayAt(now, free, weekendMorning) });
  const work = next((days) => isFree(days - 1) && !isFree(days));
  if (work !== undefined && work > 1) times.push({ id: "week", at: dayAt(now, work, morning) });
  return times.sort((a, b) => a.at - b.at);
}

/** What was put into the two fields: `2026-11-30` and `08:00`; null where that is no time, or one that is over. */
export function timeOf(date: string, time: string, now: Date): number | null {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date.trim());
  const hour = /^(\d\d):(\d\d)(?::\d\d)?$/.exec(time.trim());
  if (!day || !hour) return null;
  const [year, month, of] = day.slice(1).map(Number) as [number, number, number];
  const [hours, minutes] = hour.slice(1).map(Number) as [number, number];
  const at = new Date(year, month - 1, of, hours, minutes);
  if (at.getFullYear() !== year || at.getMonth() !== month - 1 || at.getDate() !== of || hours > 23 || minutes > 59) return null;
  const due = Math.ceil(seconds(at) / unit) * unit;
  return due * 1000 > now.getTime() ? due : null;
}

const two = (number: number): string => String(number).padStart(2, "0");

/** A time as the two fields take it. */
export function fieldsOf(at: number): { date: string; time: string } {
  const date = new Date(at * 1000);
  return { date: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`, time: `${two(date.getHours())}:${two(date.getMinutes())}` };
}
