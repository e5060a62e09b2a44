// Chromium as Debian ships it, with a new profile each time, and what every page must keep: no error, no barrier.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** Where Debian's package puts it; `cargo xtask test` installs the package. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** Longest wait for anything on a page: the machine may be compiling meanwhile. */
const WAIT_MS = 120_000;

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The two screens of the product. */
export const SCREENS = [
  { name: "1920x1080", width: 1920, height: 1080 },
  { name: "390x844", width: 390, height: 844 },
];

/**
 * Opens a browser, does the work, closes it.
 * @template T
 * @param {(page: import("playwright-core").Page, errors: string[]) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withPage(work) {
  const profile = await mkdtemp(join(tmpdir(), "yaoxia-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGS,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1920, height: 1080 },
    ignoreHTTPSErrors: true,
  });
  try {
    context.setDefaultTimeout(WAIT_MS);
    const page = context.pages()[0] ?? (await context.newPage());
    /** @type {string[]} */
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !expected(message)) errors.push(message.text());
    });
    return await work(page, errors);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** A 401 to the question who is logged in is how the login page begins. @param {import("playwright-core").ConsoleMessage} message */
function expected(message) {
  return message.location().url.endsWith("/api/v1/session") && message.text().includes("401");
}

/**
 * Fails with every barrier axe finds under WCAG 2.2 AA.
 * @param {import("playwright-core").Page} page
 * @param {string} where
 */
export async function withoutBarriers(page, where) {
  // Through the debugger, since the page's own policy lets no foreign script in.
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(axe, "utf8"));
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    // @ts-expect-error axe is put into the page one line above
    const { violations } = await globalThis.axe.run(document, { runOnly: tags });
    return violations.map((/** @type {import("axe-core").Result} */ violation) => ({
      rule: violation.id,
      help: violation.help,
      nodes: violation.nodes.slice(0, 5).map((node) => `${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
    }));
  });
  if (violations.length > 0) throw new Error(`${where}: ${JSON.stringify(violations, null, 2)}`);
}

/**
 * Takes the page at both screens and checks that it does not scroll sideways.
 * @param {import("playwright-core").Page} page
 * @param {string} folder
 * @param {string} name
 */
export async function shots(page, folder, name) {
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    // The chart follows its holder's size one frame later.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(folder, `${name}-${screen.name}.png`) });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) throw new Error(`${name} at ${screen.name} is ${over} px wider than the screen`);
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}
