import { afterEach, expect, it, vi } from "vitest";
import { dateFormat, firstDayOfWeek, numberFormat } from "./formatters";

afterEach(() => void vi.restoreAllMocks());

it("are made once for a language and what is wished", () => {
  expect(dateFormat("de", { month: "long" })).toBe(dateFormat("de", { month: "long" }));
  expect(dateFormat("de", { month: "long" })).not.toBe(dateFormat("en", { month: "long" }));
  expect(dateFormat("de", { month: "long" })).not.toBe(dateFormat("de", { month: "short" }));
  expect(numberFormat("de")).toBe(numberFormat("de"));
  expect(numberFormat("de").format(1234.5)).toBe("1.234,5");
  expect([firstDayOfWeek("de"), firstDayOfWeek("en-US")]).toEqual([1, 0]);
});

it("are made anew for who travels", () => {
  const here = dateFormat("de", { timeStyle: "short" });
  vi.spyOn(Date.prototype, "getTimezoneOffset").mockReturnValue(-765);
  expect(dateFormat("de", { timeStyle: "short" })).not.toBe(here);
});

it("are not kept without end", () => {
  const first = numberFormat("de", { minimumIntegerDigits: 1 });
  const zone = vi.spyOn(Date.prototype, "getTimezoneOffset");
  for (let n = 0; n < 300; n++) {
    zone.mockReturnValue(n);
    dateFormat("de", { timeStyle: "short" });
  }
  expect(numberFormat("de", { minimumIntegerDigits: 1 })).not.toBe(first);
});
