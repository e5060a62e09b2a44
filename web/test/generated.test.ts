// What is made from something else is current.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENDS, types } from "../scripts/codegen.mjs";
import { palettes } from "../src/shared/theme";

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each(ENDS)("the types of the %s API are those of its snapshot: else run `npm run codegen`", async (end) => {
  expect(text(`src/api/${end}.ts`)).toBe(await types(end));
});

test.each(["light", "dark"] as const)("the sheet has the colours of the %s theme", (name) => {
  const css = text("src/shared/style.css");
  const start = css.indexOf(name === "light" ? ":root {" : ':root[data-theme="dark"] {');
  const part = css.slice(start, css.indexOf("}", start));
  const dashed = (name: string) => name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  const missing = Object.entries(palettes[name]).filter(([name, colour]) => !part.includes(`--${dashed(name)}: ${colour};`));
  expect(missing).toEqual([]);
});

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each(["light", "dark"] as const)("text of the %s theme keeps 4.5 to 1 on everything it stands on", (name) => {
  const palette = palettes[name];
  const words = ["ink", "inkSoft", "brand", "red", "orange", "yellow", "notice", "good"] as const;
  const grounds = ["page", "surface", "shade"] as const;
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const faint = words.flatMap((word) => grounds.map((ground) => [word, ground, contrast(palette[word], palette[ground])] as const));
  expect(faint.filter(([, , ratio]) => ratio < 4.5)).toEqual([]);
});
