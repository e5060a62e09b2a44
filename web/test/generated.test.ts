// What is made from something else is current.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENDS, types } from "../scripts/codegen.mjs";
import { palette } from "../src/shared/theme";

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each(ENDS)("the types of the %s API are those of its snapshot: else run `npm run codegen`", async (end) => {
  expect(text(`src/api/${end}.ts`)).toBe(await types(end));
});

test("the sheet has the colours of the theme", () => {
  const css = text("src/shared/style.css");
  const dashed = (name: string) => name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  const missing = Object.entries(palette).filter(([name, colour]) => !css.includes(`--${dashed(name)}: ${colour};`));
  expect(missing).toEqual([]);
});
