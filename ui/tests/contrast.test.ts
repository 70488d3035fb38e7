/// <reference types="node" />
/** Text is read in both themes: every pair of colours that the window sets text in stands at least 4.5:1 apart (WCAG 1.4.3). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { palette } from "../src/format/people";

const src = join(import.meta.dirname, "../src");
type Color = readonly [red: number, green: number, blue: number];

/** The colours of a block of custom properties, by name; half-transparent ones with their share. */
function colorsIn(block: string): Map<string, { color: Color; share: number }> {
  const found = new Map<string, { color: Color; share: number }>();
  for (const [, name = "", hex = ""] of block.matchAll(/--([\w-]+):\s*#([0-9a-f]{6})/gi)) found.set(name, { color: fromHex(hex), share: 1 });
  for (const [, name = "", red, green, blue, share] of block.matchAll(/--([\w-]+):\s*rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)/g)) {
    found.set(name, { color: [Number(red), Number(green), Number(blue)], share: Number(share) / 100 });
  }
  return found;
}
const fromHex = (hex: string): Color => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Color;

const [light = "", dark = ""] = readFileSync(join(src, "design/tokens.css"), "utf8").split(':root[data-theme="dark"]');
const themes = { light: colorsIn(light), dark: new Map([...colorsIn(light), ...colorsIn(dark)]) };

/** `paper-1` as it is; `hover on paper-1` as it is seen; `ink-0 6% on paper-2` for a mixture. */
function ground(theme: Map<string, { color: Color; share: number }>, name: string): Color {
  const token = (id: string) => {
    const found = theme.get(id);
    if (!found) throw new Error(`no colour ${id}`);
    return found;
  };
  const [over, under] = name.split(" on ");
  if (under === undefined) return token(name).color;
  const [id = "", percent] = over?.split(" ") ?? [];
  const share = percent === undefined ? token(id).share : parseFloat(percent) / 100;
  const below = token(under).color;
  return token(id).color.map((value, at) => value * share + (below[at] ?? 0) * (1 - share)) as unknown as Color;
}

const luminance = (color: Color): number => {
  const [red = 0, green = 0, blue = 0] = color.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
function contrast(a: Color, b: Color): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const papers = ["paper-0", "paper-1", "paper-2"];
const hovered = papers.map((paper) => `hover on ${paper}`);
/** Which text stands on which grounds. */
const pairs: Readonly<Record<string, readonly string[]>> = {
  "ink-0": [...papers, ...hovered, "accent-soft", "ink-0 6% on paper-2"],
  "ink-1": [...papers, ...hovered, "accent-soft", "ink-0 3% on paper-0"],
  "ink-2": [...papers, "hover on paper-1"],
  accent: [...papers, "accent-soft", "hover on paper-2"],
  "accent-ink": ["accent", "ink-0 10% on accent"],
  warn: ["warn-soft", "paper-0", "paper-2", "hover on warn-soft"],
  danger: ["paper-0", "paper-2", "hover on paper-2", "ink-0 6% on paper-2"],
  ok: ["paper-2"],
  "paper-2": ["ink-0"],
};

describe.each(["light", "dark"] as const)("in the %s theme", (name) => {
  const theme = themes[name];
  it.each(Object.entries(pairs).flatMap(([text, grounds]) => grounds.map((on) => [text, on] as const)))("%s is read on %s", (text, on) => {
    expect(contrast(ground(theme, text), ground(theme, on))).toBeGreaterThanOrEqual(4.5);
  });
});

it("white letters are read on every chip", () => {
  for (const chip of palette) expect([chip, contrast(fromHex(chip.slice(1)), [255, 255, 255]) >= 4.5]).toEqual([chip, true]);
});

it("no text has a colour that is not looked at here; the stamp is for marks alone", () => {
  const sheets = (readdirSync(src, { recursive: true }) as string[]).filter((file) => /\.(svelte|css)$/.test(file));
  const used = sheets.flatMap((file) => {
    const text = readFileSync(join(src, file), "utf8");
    return [...text.matchAll(/([^{}]*)\{[^{}]*?[\s;{]color:\s*var\(--([\w-]+)\)/g)].filter(([, selector]) => !/\.flag\)/.test(selector ?? "")).map(([, , token = ""]) => token);
  });
  expect([...new Set(used)].filter((token) => !(token in pairs))).toEqual([]);
});
