import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { fieldsOf, timeOf, timesFrom } from "./times";

const home = process.env["TZ"];
function zone(name: string | undefined): void {
  if (name === undefined) delete process.env["TZ"];
  else process.env["TZ"] = name;
}
afterEach(() => zone(home));

/** The times offered at `now` (by the clock on the wall), as the wall will show them. */
const offered = (now: [number, number, number, number, number?], locale = "en-GB") => {
  const [year, month, day, hour, minute = 0] = now;
  return timesFrom(new Date(year, month - 1, day, hour, minute), locale).map(({ id, at }) => {
    const { date, time } = fieldsOf(at);
    return `${id} ${date} ${time}`;
  });
};

describe("times to choose from", () => {
  beforeAll(() => {
    zone("Asia/Kathmandu");
    // The runner takes a change of zone while it runs; without that nothing here is tested.
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(-345);
  });

  it.each<[string, [number, number, number, number, number?], string[]]>([
    ["Tuesday noon", [2026, 11, 24, 12], ["later 2026-11-24 15:00", "tomorrow 2026-11-25 08:00", "weekend 2026-11-28 09:00", "week 2026-11-30 08:00"]],
    ["between two half hours", [2026, 11, 24, 12, 1], ["later 2026-11-24 15:30", "tomorrow 2026-11-25 08:00", "weekend 2026-11-28 09:00", "week 2026-11-30 08:00"]],
    ["late in the evening", [2026, 11, 24, 19, 1], ["tomorrow 2026-11-25 08:00", "weekend 2026-11-28 09:00", "week 2026-11-30 08:00"]],
    ["at night", [2026, 11, 24, 23, 59], ["tomorrow 2026-11-25 08:00", "weekend 2026-11-28 09:00", "week 2026-11-30 08:00"]],
    ["Friday: the weekend is tomorrow", [2026, 11, 27, 9], ["later 2026-11-27 12:00", "tomorrow 2026-11-28 08:00", "week 2026-11-30 08:00"]],
    ["Saturday", [2026, 11, 28, 9], ["later 2026-11-28 12:00", "tomorrow 2026-11-29 08:00", "week 2026-11-30 08:00"]],
    ["Sunday: next week is tomorrow", [2026, 11, 29, 9], ["later 2026-11-29 12:00", "tomorrow 2026-11-30 08:00"]],
    ["the last day of a year", [2026, 12, 31, 10], ["later 2026-12-31 13:00", "tomorrow 2027-01-01 08:00", "weekend 2027-01-02 09:00", "week 2027-01-04 08:00"]],
  ])("%s", (_name, now, expected) => {
    for (const name of ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Tokyo"]) {
      zone(name);
      expect(offered(now), name).toEqual(expected);
    }
  });

  it("know other weekends", () => {
    zone("Africa/Cairo");
    // Thursday: Friday and Saturday are free, the week begins on Sunday.
    expect(offered([2026, 11, 26, 9], "ar-EG")).toEqual(["later 2026-11-26 12:00", "tomorrow 2026-11-27 08:00", "week 2026-11-29 08:00"]);
  });

  it("are hours of the wall, also over a change of summer time", () => {
    zone("Europe/Berlin");
    // The night to 28 March 2027 has no hour from two to three, the one to 25 October 2026 has it twice.
    expect(offered([2027, 3, 27, 12])).toContain("tomorrow 2027-03-28 08:00");
    expect(offered([2026, 10, 24, 12])).toContain("tomorrow 2026-10-25 08:00");
    const hours = (day: Date) => ((timesFrom(day, "de").find(({ id }) => id === "tomorrow")?.at ?? 0) * 1000 - day.getTime()) / 3_600_000;
    expect([hours(new Date(2027, 2, 27, 12)), hours(new Date(2026, 9, 24, 12))]).toEqual([19, 21]);
  });

  it("are always ahead, whole quarters of an hour, and never the same twice", () => {
    for (const name of ["UTC", "Asia/Kathmandu", "Pacific/Chatham", "America/New_York"]) {
      zone(name);
      for (let at = Date.UTC(2026, 9, 20); at < Date.UTC(2026, 10, 10); at += 1_234_567) {
        const times = timesFrom(new Date(at), "en").map(({ at: due }) => due);
        expect(times.every((due) => due * 1000 > at && due % 900 === 0), `${name} ${at}`).toBe(true);
        expect(times, `${name} ${at}`).toEqual([...new Set(times)].sort((a, b) => a - b));
      }
    }
  });
});

describe("a time of one's own", () => {
  const now = () => new Date(2026, 10, 24, 12);

  it.each([
    ["2026-11-30", "08:00", "2026-11-30 08:00"],
    // What is kept are quarters of an hour.
    ["2026-11-30", "08:01", "2026-11-30 08:15"],
    ["2026-11-24", "12:15:00", "2026-11-24 12:15"],
    // An hour that the night leaves out is the next that there is.
    ["2027-03-28", "02:30", "2027-03-28 03:30"],
  ])("%s %s is %s", (date, time, expected) => {
    zone("Europe/Berlin");
    const at = timeOf(date, time, now());
    expect(at === null ? null : Object.values(fieldsOf(at)).join(" ")).toBe(expected);
  });

  it.each([["", ""], ["2026-11-30", ""], ["", "08:00"], ["2026-11-24", "12:00"], ["2026-11-23", "18:00"], ["2026-02-30", "08:00"], ["2026-13-01", "08:00"], ["2027-01-01", "24:00"], ["2027-01-01", "12:60"], ["tomorrow", "noon"]])(
    "%j %j is none",
    (date, time) => {
      zone("Europe/Berlin");
      expect(timeOf(date, time, now())).toBeNull();
    },
  );

  it("comes back in its fields", () => {
    for (const name of ["UTC", "Asia/Kathmandu", "America/New_York"]) {
      zone(name);
      const at = timeOf("2026-12-01", "07:45", now()) ?? 0;
      expect(fieldsOf(at), name).toEqual({ date: "2026-12-01", time: "07:45" });
    }
  });
});
