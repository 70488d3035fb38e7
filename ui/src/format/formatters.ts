/**
 * Formatters of the system's languages, each made once. Making one takes a good part of a millisecond, and a list that is scrolled
 * shows twenty dates in every frame.
 */
const mostKept = 200;
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | number>();

function once<Made extends Intl.DateTimeFormat | Intl.NumberFormat | number>(key: string, make: () => Made): Made {
  const known = made.get(key);
  // What is kept under a key was made for it.
  if (known !== undefined) return known as Made;
  if (made.size >= mostKept) made.clear();
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

/** For dates and times. A formatter keeps the zone that it was made in: whoever travels gets another. */
export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once(`date ${locale} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));

/** For numbers. */
export const numberFormat = (locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  once(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));

/** First day of the week, 0 = Sunday. */
export const firstDayOfWeek = (locale: string): number =>
  once(`week ${locale}`, () => {
    const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
    return (info.getWeekInfo?.().firstDay ?? info.weekInfo?.firstDay ?? 1) % 7;
  });
