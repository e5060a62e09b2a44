// Requirement WEB-02.
// Walks both ends as a person would: log in, see a reading arrive, open the chart of what drifts, find its flagged
// points, switch the language; takes the pages at both screens.
//
// node e2e/run.mjs --targets FILE [--shots DIR] [--parameter CODE]
//
// FILE is JSON: {"edge": {"url", "name", "password"}, "center": {"url", "name", "password"}}. Exit 0: all seen.
import { mkdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { shots, withoutBarriers, withPage } from "./browser.mjs";

/** @typedef {{ url: string, name: string, password: string }} Target */
/** @typedef {import("playwright-core").Page} Page */

const { values } = parseArgs({
  options: {
    targets: { type: "string" },
    shots: { type: "string", default: new URL("../../docs/img", import.meta.url).pathname },
    parameter: { type: "string" },
  },
});
if (values.targets === undefined) {
  process.stderr.write("e2e: give --targets FILE with the addresses and accounts of both ends\n");
  process.exit(2);
}
/** @type {{ edge: Target, center: Target }} */
const targets = JSON.parse(await readFile(values.targets, "utf8"));
const folder = values.shots;
// A demo reaches the batches with the planted fault within two minutes.
const warningWaitMs = 180_000;
await mkdir(folder, { recursive: true });

/** @param {string} line */
const say = (line) => process.stdout.write(`e2e: ${line}\n`);

/** @param {Page} page @param {Target} target @param {string} shot */
async function logIn(page, target, shot) {
  await page.goto(target.url);
  await page.getByTestId("log-in").waitFor();
  await withoutBarriers(page, `${shot} login`);
  await page.locator("#name").fill(target.name);
  await page.locator("#password").fill(target.password);
  await page.getByTestId("log-in").click();
  await page.locator("[data-testid=connection][data-state=open]").waitFor();
}

/** The newest time of reception on the page. @param {Page} page */
function newestReading(page) {
  return page.evaluate(() => {
    const times = [...document.querySelectorAll("[data-testid=readings] time")];
    return times.map((time) => time.getAttribute("datetime") ?? "").reduce((a, b) => (a > b ? a : b), "");
  });
}

/** Switches the language and back; the page says which one it speaks. @param {Page} page @param {string} zh @param {string} en */
async function switchesLanguage(page, zh, en) {
  await page.getByRole("heading", { name: zh }).first().waitFor();
  await page.getByTestId("language").click();
  await page.getByRole("heading", { name: en }).first().waitFor();
  const lang = await page.evaluate(() => document.documentElement.lang);
  if (lang !== "en") throw new Error(`the page speaks English and says lang=${lang}`);
}

/** @param {Page} page */
async function enterpriseEnd(page) {
  await logIn(page, targets.edge, "edge");
  await page.locator("[data-testid=readings] tbody tr").first().waitFor();
  const before = await newestReading(page);
  await page.waitForFunction((seen) => {
    const times = [...document.querySelectorAll("[data-testid=readings] time")];
    return times.some((time) => (time.getAttribute("datetime") ?? "") > seen);
  }, before);
  say(`enterprise end: a reading arrived after ${before}`);
  await withoutBarriers(page, "edge");
  await shots(page, folder, "edge-zh");
  await switchesLanguage(page, "实时读数", "Live readings");
  await shots(page, folder, "edge-en");
  await page.getByTestId("language").click();
  say("enterprise end: language switched");
}

/** @param {Page} page */
async function governanceEnd(page) {
  await logIn(page, targets.center, "center");
  await page.locator("[data-testid=boxes] tbody tr").first().waitFor();
  const warnings = page.getByTestId("warning");
  const awaited = values.parameter === undefined ? warnings : warnings.filter({ hasText: values.parameter });
  await awaited.first().waitFor({ timeout: warningWaitMs });
  await withoutBarriers(page, "center");
  await shots(page, folder, "center-zh");

  await page.goto(`${targets.center.url.replace(/\/$/, "")}/series`);
  const rows = page.locator("[data-testid=series] tbody tr");
  await rows.first().waitFor();
  await withoutBarriers(page, "series");
  const of = values.parameter === undefined ? rows : rows.filter({ hasText: values.parameter });
  const row = of.filter({ has: page.locator("td.col-flagged", { hasText: /[1-9]/ }) }).first();
  await row.waitFor({ timeout: warningWaitMs });
  await row.getByRole("link").click();
  await page.locator("[data-testid=chart] canvas").first().waitFor();
  const { flagged, listed } = await page.evaluate(() => ({
    flagged: Number(document.querySelector("[data-testid=chart]")?.getAttribute("data-flagged")),
    listed: document.querySelectorAll("[data-testid=flagged-point]").length,
  }));
  if (flagged < 1 || listed !== flagged) throw new Error(`${flagged} points flagged on the chart, ${listed} listed`);
  say(`governance end: the chart has ${flagged} flagged points`);
  await withoutBarriers(page, "chart");
  await shots(page, folder, "chart-zh");

  await page.getByTestId("flagged-point").first().click();
  await page.getByTestId("finding").first().waitFor();
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  const said = await page.getByTestId("finding").first().innerText();
  if (!/建议稿|正式/.test(said)) throw new Error("the finding does not say the status of its catalogue");
  await withoutBarriers(page, "finding");
  await shots(page, folder, "finding-zh");
  await page.keyboard.press("Escape");
  await page.getByTestId("warning-detail").waitFor({ state: "hidden" });

  await page.goto(targets.center.url);
  await switchesLanguage(page, "预警", "Warnings");
  await shots(page, folder, "center-en");
  say("governance end: language switched");
}

for (const walk of [enterpriseEnd, governanceEnd]) {
  await withPage(async (page, errors) => {
    try {
      await walk(page);
    } catch (error) {
      await page.screenshot({ path: `${folder}/failed.png` }).catch((/** @type {Error} */ second) => say(second.message));
      throw error;
    }
    if (errors.length > 0) throw new Error(`the page reported:\n${errors.join("\n")}`);
  });
}
say(`all seen, pages in ${folder}`);
