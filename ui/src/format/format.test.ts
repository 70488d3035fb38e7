import { describe, expect, it } from "vitest";
import { dayKey, dayName, dayOf, dueTime, fullDate, headDate, moment, monthName, relative, rowDate, sameDay, untilMidnight } from "./dates";
import { colorOf, groupFingerprint, initials, palette } from "./people";
import { formatSize } from "./size";

const now = new Date(2026, 10, 25, 12, 0); // a Wednesday
const at = (...parts: [number, number, number, number?, number?]) => new Date(...(parts as [number, number, number])).setHours(parts[3] ?? 9, parts[4] ?? 5) / 1000;
/** Intl writes spaces that do not break; a table is easier to read with plain ones. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, " ");

describe("the day a message stands under", () => {
  it.each([
    [at(2026, 10, 25), "en-GB", "today"],
    [at(2026, 10, 25, 23, 59), "en-GB", "today"],
    [at(2026, 10, 26), "en-GB", "later"],
    [at(2026, 10, 24), "en-GB", "yesterday"],
    [at(2026, 10, 23), "en-GB", "thisWeek"],
    [at(2026, 10, 22), "en-GB", "lastWeek"],
    [at(2026, 10, 22), "en-US", "thisWeek"],
    [at(2026, 10, 16), "en-GB", "lastWeek"],
    [at(2026, 10, 15), "en-GB", "2026-10"],
    [at(2025, 11, 31), "en-GB", "2025-11"],
    [null, "en-GB", "unknown"],
    [Number.NaN, "en-GB", "unknown"],
  ])("%s in %s is %s", (seconds, locale, key) => {
    expect(dayKey(dayOf(seconds, now, locale))).toBe(key);
  });

  it("is called by its month, with the year once it is over", () => {
    expect(monthName({ year: 2026, month: 9 }, now, "en-GB")).toBe("October");
    expect(monthName({ year: 2024, month: 9 }, now, "de")).toBe("Oktober 2024");
  });
});

describe("dates", () => {
  it.each([
    [at(2026, 10, 25, 10, 42), "en-GB", "10:42"],
    [at(2026, 10, 25, 10, 42), "en-US", "10:42 AM"],
    [at(2026, 10, 25, 9, 5), "de", "09:05"],
    [at(2026, 10, 21), "en-GB", "Sat"],
    [at(2026, 10, 21), "de", "Sa"],
    [at(2026, 10, 3), "en-GB", "3 Nov"],
    [at(2026, 10, 3), "en-US", "Nov 3"],
    [at(2024, 1, 12), "en-GB", "12 Feb 2024"],
    [at(2024, 1, 12), "de", "12. Feb. 2024"],
    [null, "de", ""],
  ])("a row of %s in %s shows %s", (seconds, locale, text) => {
    expect(plain(rowDate(seconds, now, locale))).toBe(text);
  });

  it("stand above a message with the time", () => {
    expect(headDate(at(2026, 10, 25, 10, 42), now, "en-GB", "Today")).toBe("Today 10:42");
    expect(headDate(at(2026, 10, 21, 11, 3), now, "en-GB", "Today")).toBe("Sat 11:03");
    expect(fullDate(at(2026, 10, 21, 11, 3), "en-GB")).toContain("21 November 2026");
  });

  it.each([
    [at(2026, 10, 25, 18, 0), "en-GB", "18:00"],
    [at(2026, 10, 26, 8, 0), "en-GB", "Thu, 08:00"],
    [at(2026, 10, 23, 8, 0), "de", "Mo, 08:00"],
    [at(2026, 11, 2, 8, 0), "en-US", "Dec 2, 8:00 AM"],
    [at(2027, 0, 2, 8, 0), "en-GB", "2 Jan 2027, 08:00"],
  ])("ahead: %s in %s is %s", (seconds, locale, text) => {
    expect(plain(dueTime(seconds, now, locale))).toBe(text);
  });

  it("tell how long ago", () => {
    const seconds = now.getTime() / 1000;
    expect(relative(seconds - 3, now, "en")).toBe("3 seconds ago");
    expect(relative(seconds - 130, now, "en")).toBe("2 minutes ago");
    expect(relative(seconds + 42, now, "de")).toBe("in 42 Sekunden");
    expect(relative(null, now, "en")).toBe("");
  });

  it("know when the day ends", () => {
    expect(untilMidnight(now)).toBe(12 * 3600 * 1000);
  });
});

describe("sizes", () => {
  it.each([
    [0, "0 bytes"], [1, "1 byte"], [999, "999 bytes"], [1000, "1 kB"], [18_300, "18 kB"], [999_600, "1 MB"], [1_200_000, "1.2 MB"],
    [38_000_000, "38 MB"], [2_150_000_000, "2.2 GB"], [5e12, "5,000 GB"], [null, ""], [-1, ""],
  ])("%s is %s", (bytes, text) => {
    expect(plain(formatSize(bytes, "en"))).toBe(text);
  });

  it("follow the language", () => {
    expect(plain(formatSize(1_200_000, "de"))).toBe("1,2 MB");
  });
});

describe("people", () => {
  it.each([
    ["Inès Caron", "ines@verrerie.example", "IC"],
    ["The Seed Library", "news@seed.example", "TL"],
    ["", "owen.price@meadow.example", "OP"],
    ["Cher", "cher@example", "C"],
    ["田中 由紀", "yuki@example", "田"],
    ["“Quoted” (Name)", "x@example", "QN"],
    ["🎉 🎉", "party@example", "?"],
    ["", "", "?"],
  ])("%s <%s> is %s", (name, email, letters) => {
    expect(initials({ name, email })).toBe(letters);
  });

  it("keep their colour", () => {
    expect(colorOf("Ines@Verrerie.example ")).toBe(colorOf("ines@verrerie.example"));
    expect(new Set(Array.from({ length: 200 }, (_, at) => colorOf(`p${at}@example`))).size).toBe(palette.length);
  });

  it("have chips on which white letters can be read", () => {
    const light = (hex: string) => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const color of palette) expect(1.05 / (light(color) + 0.05)).toBeGreaterThanOrEqual(4.5);
  });

  it("read fingerprints in groups", () => {
    expect(groupFingerprint("3fa1b2")).toBe("3F A1 B2");
  });
});

describe("days and moments of what was done", () => {
  const names = { today: "Today", yesterday: "Yesterday" };
  it.each([
    [at(2026, 10, 25), "en-GB", "Today", "Today, 09:05"],
    [at(2026, 10, 24), "en-GB", "Yesterday", "Yesterday, 09:05"],
    [at(2026, 10, 20), "en-GB", "Friday 20 November", "Friday, 09:05"],
    [at(2026, 10, 3), "en-GB", "Tuesday 3 November", "3 November, 09:05"],
    [at(2025, 11, 31), "en-GB", "Wednesday, 31 December 2025", "31 December 2025, 09:05"],
    [at(2026, 10, 26), "en-GB", "Thursday 26 November", "26 November, 09:05"],
    [at(2026, 10, 20), "de-DE", "Freitag, 20. November", "Freitag, 09:05"],
  ])("%s in %s stands under %s and is said %s", (seconds, locale, day, said) => {
    expect(plain(dayName(seconds, now, locale, names))).toBe(day);
    expect(plain(moment(seconds, now, locale, names))).toBe(said);
  });

  it("are the same from midnight to midnight", () => {
    expect(sameDay(at(2026, 10, 25, 0, 0))).toBe(sameDay(at(2026, 10, 25, 23, 59)));
    expect(sameDay(at(2026, 10, 25, 23, 59))).not.toBe(sameDay(at(2026, 10, 26, 0, 0)));
  });
});
