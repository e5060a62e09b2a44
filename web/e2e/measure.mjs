// Measures what a person feels: time until a page can be used with a slow processor, frames a second while a long list
// scrolls and a large chart is moved. Prints one line each; fails only where a limit is given.
//
// node e2e/measure.mjs --targets FILE
//
// FILE is what `cargo run -p portal --example stage -- --crowd` prints.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { withPage } from "./browser.mjs";

/** How much slower than this machine the page's processor is made for the first load. */
const SLOWDOWN = 4;
/** How long something is moved, milliseconds. */
const MOVE_MS = 4000;
/** Pixels a frame the list is scrolled. */
const STEP_PX = 240;

const { values } = parseArgs({ options: { targets: { type: "string" } } });
if (values.targets === undefined) {
  process.stderr.write("measure: give --targets FILE with the addresses and accounts of both ends\n");
  process.exit(2);
}
/** @type {{ center: { url: string, name: string, password: string } }} */
const { center } = JSON.parse(await readFile(values.targets, "utf8"));
const address = (/** @type {string} */ path) => center.url.replace(/\/$/, "") + path;
const say = (/** @type {string} */ line) => process.stdout.write(`measure: ${line}\n`);

/** @typedef {import("playwright-core").Page} Page */

/** Frames a second while `selector` is scrolled down, and how many rows stand in the document. @param {Page} page @param {string} selector */
function scrolled(page, selector) {
  return page.evaluate(
    ({ selector, ms, step }) =>
      new Promise((done) => {
        const element = document.querySelector(selector);
        const start = performance.now();
        let frames = 0;
        const frame = () => {
          frames += 1;
          element?.scrollBy({ top: step });
          const passed = performance.now() - start;
          if (passed < ms) requestAnimationFrame(frame);
          else done({ fps: (frames * 1000) / passed, rows: document.querySelectorAll(`${selector} .long-row`).length });
        };
        requestAnimationFrame(frame);
      }),
    { selector, ms: MOVE_MS, step: STEP_PX },
  );
}

/** Frames a second while the wheel moves over the chart. @param {Page} page */
async function wheeled(page) {
  const box = await page.locator("[data-testid=chart]").boundingBox();
  if (box === null) throw new Error("the chart has no place on the page");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const counted = page.evaluate(
    (ms) =>
      new Promise((done) => {
        const start = performance.now();
        let frames = 0;
        const frame = () => {
          frames += 1;
          const passed = performance.now() - start;
          if (passed < ms) requestAnimationFrame(frame);
          else done((frames * 1000) / passed);
        };
        requestAnimationFrame(frame);
      }),
    MOVE_MS,
  );
  const end = Date.now() + MOVE_MS;
  for (let turn = 0; Date.now() < end; turn += 1) await page.mouse.wheel(0, turn % 40 < 20 ? 60 : -60);
  return counted;
}

await withPage(async (page) => {
  const slow = await page.context().newCDPSession(page);
  await slow.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  const start = Date.now();
  await page.goto(address("/"));
  await page.locator("#login_name").fill(center.name);
  say(`login page takes input after ${Date.now() - start} ms, processor ${SLOWDOWN} times slower`);
  await slow.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await page.locator("#login_password").fill(center.password);
  await page.getByTestId("log-in").click();
  await page.getByTestId("attention").waitFor();

  await page.goto(address("/warnings"));
  await page.locator("[data-testid=warnings] .long-row").first().waitFor();
  const list = await scrolled(page, "[data-testid=warnings]");
  say(`list: ${JSON.stringify(list)}`);

  await page.goto(address("/series?filter=CROWD"));
  await page.locator("[data-testid=series] tbody a").first().click();
  await page.getByTestId("show-all").click();
  await page.getByTestId("show-all").waitFor({ state: "detached" });
  await page.locator("[data-testid=chart] canvas").first().waitFor();
  say(`chart: ${JSON.stringify({ fps: await wheeled(page) })}`);
});
