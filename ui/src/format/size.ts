/** Sizes of files, as people write them: 1 MB is 1,000,000 bytes. */
import { numberFormat } from "./formatters";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `1.2 MB` in the words of `locale`; empty where the size is not known. */
export function formatSize(bytes: number | null, locale: string): string {
  if (bytes === null || !Number.isFinite(bytes) || bytes < 0) return "";
  let value = bytes;
  let step = 0;
  // 999.6 would be rounded to "1,000 kB": it belongs to the next unit.
  while (step < units.length - 1 && Math.round(value) >= 1000) {
    value /= 1000;
    step += 1;
  }
  const digits = step >= 2 && value < 10 ? 1 : 0;
  return numberFormat(locale, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(value);
}
