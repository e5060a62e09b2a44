// Measures what a person feels: time until a page can be used with a slow processor, what it had to load for that, frames
// a second while a long list scrolls and a large chart is zoomed and moved. Prints one line each.
//
// node e2e/measure.mjs --targets FILE [--limits] [--loads N]
//
// FILE is what `cargo run -p portal --example stage -- --crowd` prints. With --limits, exit 1 if one is missed.
import { readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { withPage } from "./browser.mjs";

/** How much slower than this machine the page's processor is made for the first load. */
const SLOWDOWN = 4;
/** How long something is moved, milliseconds. */
const MOVE_MS = 4000;
/** Pixels a frame the list is scrolled. */
const STEP_PX = 240;
/** Points of the chart that is measured. */
const POINTS = 10_000;
const LIMITS = { interactiveMs: 2000, firstLoadKb: 400, fps: 50 };

const { values } = parseArgs({
  options: {
    targets: { type: "string" },
    limits: { type: "boolean", default: false },
    loads: { type: "string", default: "5" },
  },
});
const loads = Number(values.loads);
if (values.targets === undefined || !Number.isInteger(loads) || loads < 1) {
  process.stderr.write("measure: give --targets FILE with the addresses and accounts of both ends, --loads a count\n");
  process.exit(2);
}
/** @type {{ center: { url: string, name: string, password: string } }} */
const { center } = JSON.parse(await readFile(values.targets, "utf8"));
const address = (/** @type {string} */ path) => center.url.replace(/\/$/, "") + path;
const say = (/** @type {string} */ line) => process.stdout.write(`measure: ${line}\n`);
/** @type {string[]} */
const missed = [];

/** @typedef {import("playwright-core").Page} Page */

/** What else the machine was doing: a figure without it says nothing. */
function machine() {
  return `${cpus().length} cores, load ${(loadavg()[0] ?? NaN).toFixed(1)}`;
}

/** One line a figure; `least` and `most` are its limits. @param {string} name @param {number} figure @param {string} unit @param {{ least?: number, most?: number, note?: string }} given */
function report(name, figure, unit, { least = -Infinity, most = Infinity, note = "" }) {
  const met = figure >= least && figure <= most;
  const limit = Number.isFinite(most) ? `at most ${most}` : `at least ${least}`;
  if (!met) missed.push(name);
  say(`${met ? "met   " : "MISSED"} ${name}: ${figure.toFixed(unit === "ms" ? 0 : 1)} ${unit} (${limit}; ${note}${machine()})`);
}

/** @param {number[]} figures */
function median(figures) {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

/** Loads the login page with nothing kept from before. @param {Page} page */
async function firstLoad(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.clearBrowserCache");
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  let bytes = 0;
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const start = Date.now();
  await page.goto(address("/"));
  await page.locator("#login_name").fill(center.name);
  const loaded = { ms: Date.now() - start, kb: bytes / 1000 };
  await devtools.detach();
  return loaded;
}

/** Frames a second from now on. @param {Page} page @param {string} [scrolled] what is scrolled down meanwhile */
function frames(page, scrolled) {
  return page.evaluate(
    ({ scrolled, ms, step }) =>
      new Promise((/** @type {(fps: number) => void} */ done) => {
        const element = scrolled === undefined ? null : document.querySelector(scrolled);
        const start = performance.now();
        let count = 0;
        const frame = () => {
          count += 1;
          element?.scrollBy({ top: step });
          const passed = performance.now() - start;
          if (passed < ms) requestAnimationFrame(frame);
          else done((count * 1000) / passed);
        };
        requestAnimationFrame(frame);
      }),
    { scrolled, ms: MOVE_MS, step: STEP_PX },
  );
}

/** Frames a second while `act` is done over and over. @param {Page} page @param {(turn: number) => Promise<void>} act */
async function framesWhile(page, act) {
  const counted = frames(page);
  const end = Date.now() + MOVE_MS;
  for (let turn = 0; Date.now() < end; turn += 1) await act(turn);
  return counted;
}

/** @type {{ ms: number, kb: number }[]} */
const loaded = [];
for (let load = 0; load < loads; load += 1) await withPage(async (page) => loaded.push(await firstLoad(page)));
const each = loaded.map(({ ms }) => ms).join(", ");
const slow = `median of ${loads} loads ${each}, processor ${SLOWDOWN} times slower, `;
report("login page takes input after", median(loaded.map(({ ms }) => ms)), "ms", { most: LIMITS.interactiveMs, note: slow });
report("first load, as sent", median(loaded.map(({ kb }) => kb)), "kB", { most: LIMITS.firstLoadKb });

await withPage(async (page) => {
  await page.goto(address("/"));
  await page.locator("#login_name").fill(center.name);
  await page.locator("#login_password").fill(center.password);
  await page.getByTestId("log-in").click();
  await page.getByTestId("attention").waitFor();
  report("nothing moves", await frames(page), "frames a second", { least: LIMITS.fps });

  await page.goto(address("/warnings"));
  await page.locator("[data-testid=warnings] .long-row").first().waitFor();
  const scrolling = await frames(page, "[data-testid=warnings]");
  const { top, rows } = await page.evaluate(() => ({
    top: document.querySelector("[data-testid=warnings]")?.scrollTop ?? 0,
    rows: document.querySelectorAll("[data-testid=warnings] .long-row").length,
  }));
  const far = `${Math.round(top)} px far, ${rows} rows in the document, `;
  report("list of warnings, scrolled", scrolling, "frames a second", { least: LIMITS.fps, note: far });

  await page.goto(address("/series?filter=CROWD"));
  await page.locator("[data-testid=series] tbody a").first().click();
  await page.getByTestId("show-all").click();
  await page.locator(`[data-testid=chart][aria-valuemax="${POINTS}"]`).waitFor();
  const chart = page.getByTestId("chart");
  await chart.scrollIntoViewIfNeeded();
  await page.getByTestId("chart-whole").click();
  const box = await chart.boundingBox();
  if (box === null) throw new Error("the chart has no place on the page");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  const zoom = await framesWhile(page, (turn) => page.mouse.wheel(0, turn % 40 < 20 ? -60 : 60));
  report(`chart of ${POINTS} points, zoomed by the wheel`, zoom, "frames a second", { least: LIMITS.fps });

  await page.getByTestId("chart-whole").click();
  await page.mouse.move(x, y);
  for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -100);
  await page.mouse.down();
  const pan = await framesWhile(page, (turn) => page.mouse.move(x + Math.sin(turn / 10) * 300, y));
  await page.mouse.up();
  report(`chart of ${POINTS} points, dragged`, pan, "frames a second", { least: LIMITS.fps });
});
if (values.limits && missed.length > 0) {
  say(`missed: ${missed.join("; ")}`);
  process.exit(1);
}
