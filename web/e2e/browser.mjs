// Chromium as Debian ships it, with a new profile each time, and what every page must keep: no error, no barrier.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { smaller } from "./png.mjs";

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

/** How the browser says that a server is not there. */
const GONE = [
  "ERR_INTERNET_DISCONNECTED",
  "ERR_CONNECTION_REFUSED",
  "ERR_CONNECTION_RESET",
  "ERR_CONNECTION_CLOSED",
  "ERR_EMPTY_RESPONSE",
  "ERR_INCOMPLETE_CHUNKED_ENCODING",
  "ERR_SOCKET_NOT_CONNECTED",
];

/** What the browser reports and the walk brought about: nobody logged in yet, session ended, network cut, what is not allowed. @param {import("playwright-core").ConsoleMessage} message */
function expected(message) {
  const text = message.text();
  return GONE.some((word) => text.includes(word)) || (message.location().url.includes("/api/v1/") && /\b40[139]\b/.test(text));
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

/** Waits for what moves once; what moves for ever is not waited for. @param {import("playwright-core").Page} page */
export async function settled(page) {
  await page.evaluate(() => {
    const once = document.getAnimations().filter((moving) => moving.effect?.getTiming().iterations === 1);
    return Promise.allSettled(once.map((moving) => moving.finished));
  });
}

/**
 * Looks at the page at both screens: that it does not scroll sideways, that nothing stands in anybody's way, and how it
 * looks at those screens that are kept.
 * @param {import("playwright-core").Page} page
 * @param {string} folder
 * @param {string} name
 * @param {string[]} kept screens whose picture is written
 */
export async function shots(page, folder, name, kept = SCREENS.map((screen) => screen.name)) {
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    // The chart follows its holder's size one frame later.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await settled(page);
    if (kept.includes(screen.name)) {
      await writeFile(join(folder, `${name}-${screen.name}.png`), smaller(await page.screenshot()));
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) throw new Error(`${name} at ${screen.name} is ${over} px wider than the screen`);
    await withoutBarriers(page, `${name} at ${screen.name}`);
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}
