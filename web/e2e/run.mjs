// Requirement WEB-02.
// Walks both ends as a person would: log in, see every page in both languages at both screens, see a reading arrive,
// open the chart of what drifts and its finding, lose the network, the server and the session in the middle of a filter,
// invite somebody and follow that account to its end, let a box enrol and find that in the audit trail.
//
// node e2e/run.mjs --targets FILE [--shots DIR] [--parameter CODE] [--stage] [--only edge|center|governance]
//
// With --stage what is done need not be undone: a box to spare is retired.
// FILE is JSON: {"edge": {"url", "name", "password"}, "center": {"url", "name", "password"}}. Exit 0: all seen.
import { mkdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { shots, withoutBarriers, withPage } from "./browser.mjs";
import { gate } from "./gate.mjs";
import { governance } from "./governance.mjs";
import { people } from "./people.mjs";
import { STOPS } from "./walks.mjs";

/** @typedef {{ url: string, name: string, password: string }} Target */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"edge" | "center"} End */

const { values } = parseArgs({
  options: {
    targets: { type: "string" },
    shots: { type: "string", default: new URL("../../docs/img", import.meta.url).pathname },
    parameter: { type: "string" },
    stage: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
if (values.targets === undefined) {
  process.stderr.write("e2e: give --targets FILE with the addresses and accounts of both ends\n");
  process.exit(2);
}
/** @type {{ edge: Target, center: Target }} */
const targets = JSON.parse(await readFile(values.targets, "utf8"));
/** Every page is reached through a gate, so that its server can be gone for a while. */
const gates = { edge: await gate(targets.edge.url), center: await gate(targets.center.url) };
targets.edge.url = gates.edge.url;
targets.center.url = gates.center.url;
const folder = values.shots;
// A demo reaches the batches with the planted fault within two minutes.
const warningWaitMs = 180_000;
await mkdir(folder, { recursive: true });

/** @param {string} line */
const say = (line) => process.stdout.write(`e2e: ${line}\n`);

/** Screens whose picture is kept in English: the small ones differ in nothing but words. */
const KEPT_IN_ENGLISH = ["1920x1080"];

/** @param {End} end @param {string} path */
const address = (end, path) => targets[end].url.replace(/\/$/, "") + path;

/** @param {Page} page @param {Target} target */
async function enterPassword(page, target) {
  await page.locator("#login_password").fill(target.password);
  await page.getByTestId("log-in").click();
}

/** @param {Page} page @param {End} end */
async function logIn(page, end) {
  await page.goto(address(end, "/"));
  await page.getByTestId("log-in").waitFor();
  await withoutBarriers(page, `${end} login`);
  await page.locator("#login_name").fill(targets[end].name);
  await enterPassword(page, targets[end]);
  await connected(page);
}

/** @param {Page} page */
const connected = (page) => page.locator("[data-testid=connection][data-state=open]").waitFor();

/** Every page of an end, in one language. @param {Page} page @param {End} end @param {"zh" | "en"} language */
async function everyPage(page, end, language) {
  for (const stop of STOPS[end]) {
    if (stop.path !== "") await page.goto(address(end, stop.path));
    if (stop.go !== undefined) await page.locator(stop.go).first().click();
    await page.locator(stop.ready).first().waitFor({ timeout: warningWaitMs });
    await shots(page, folder, `${end}-${stop.name}-${language}`, language === "en" ? KEPT_IN_ENGLISH : undefined);
  }
  say(`${end}: ${STOPS[end].length} pages in ${language}, no barrier, none wider than its screen`);
}

/** @param {Page} page @param {End} end */
async function bothLanguages(page, end) {
  await everyPage(page, end, "zh");
  await page.getByTestId("language").click();
  const lang = await page.evaluate(() => document.documentElement.lang);
  if (lang !== "en") throw new Error(`the page speaks English and says lang=${lang}`);
  await everyPage(page, end, "en");
  await page.getByTestId("language").click();
}

/** The dark theme, for wall screens. @param {Page} page @param {End} end */
async function dark(page, end) {
  await page.goto(address(end, "/"));
  await page.getByTestId("recent-batches").waitFor();
  await page.getByTestId("theme").click();
  await page.locator(":root[data-theme=dark]").waitFor({ state: "attached" });
  await shots(page, folder, `${end}-dark-zh`, KEPT_IN_ENGLISH);
  await page.goto(address(end, "/warnings"));
  await page.locator("[data-testid=warnings] .long-row").first().waitFor();
  await withoutBarriers(page, `${end} warnings, dark`);
  await page.getByTestId("theme").click();
  say(`${end}: dark theme, no barrier`);
}

/** The newest time of reception on the page. @param {Page} page */
function newestReading(page) {
  return page.evaluate(() => {
    const times = [...document.querySelectorAll("[data-testid=readings] time")];
    return times.map((time) => time.getAttribute("datetime") ?? "").reduce((a, b) => (a > b ? a : b), "");
  });
}

/** @param {Page} page */
async function readingArrives(page) {
  await page.goto(address("edge", "/live"));
  await page.locator("[data-testid=readings] tbody tr").first().waitFor();
  const before = await newestReading(page);
  await page.waitForFunction((seen) => {
    const times = [...document.querySelectorAll("[data-testid=readings] time")];
    return times.some((time) => (time.getAttribute("datetime") ?? "") > seen);
  }, before);
  say(`edge: a reading arrived after ${before}`);
}

/** @param {Page} page @param {End} end */
async function chartAndFinding(page, end) {
  await page.goto(address(end, "/series"));
  const rows = page.locator("[data-testid=series] tbody tr");
  await rows.first().waitFor();
  // One enterprise need not make the product with the planted fault: there, whatever is flagged.
  const named = end === "center" ? values.parameter : undefined;
  const of = named === undefined ? rows : rows.filter({ hasText: named });
  const row = of.filter({ has: page.locator("td.col-flagged", { hasText: /[1-9]/ }) }).first();
  await row.waitFor({ timeout: warningWaitMs });
  await row.getByRole("link").click();
  await page.locator("[data-testid=chart] canvas").first().waitFor();
  const { flagged, listed } = await page.evaluate(() => ({
    flagged: Number(document.querySelector("[data-testid=chart]")?.getAttribute("data-flagged")),
    listed: document.querySelectorAll("[data-testid=flagged-point]").length,
  }));
  if (flagged < 1 || listed !== flagged) throw new Error(`${flagged} points flagged on the chart, ${listed} listed`);
  say(`${end}: the chart has ${flagged} flagged points`);
  await shots(page, folder, `${end}-chart-zh`);

  await page.getByTestId("flagged-point").first().click();
  await page.getByTestId("finding").first().waitFor();
  const said = await page.getByTestId("finding").first().innerText();
  if (!/建议稿|正式/.test(said)) throw new Error("the finding does not say the status of its catalogue");
  await shots(page, folder, `${end}-finding-zh`);
  const link = page.url();
  await page.keyboard.press("Escape");
  await page.getByTestId("warning-detail").waitFor({ state: "hidden" });
  await page.goto(link);
  await page.getByTestId("finding").first().waitFor();
  say(`${end}: the address of a finding opens it`);
}

/** Something typed, the network gone, the session gone: the page says so, keeps what was typed, recovers. @param {Page} page @param {End} end */
async function nothingTypedIsLost(page, end) {
  await page.goto(address(end, "/batches"));
  await page.locator("[data-testid=batches] .long-row").first().waitFor();
  await connected(page);
  const number = page.locator(".filter-bar input").first();
  await number.fill("no such number");
  await page.locator(".state").first().waitFor();

  await page.context().setOffline(true);
  await page.locator(".banner").waitFor();
  await page.context().setOffline(false);
  await page.locator(".banner").waitFor({ state: "detached" });
  if ((await number.inputValue()) !== "no such number") throw new Error("the cut network took what was typed");

  await gates[end].shut();
  await page.locator(".banner").waitFor();
  await number.fill("typed while it was gone");
  await page.locator(".state").first().waitFor();
  await gates[end].open();
  await page.locator(".banner").waitFor({ state: "detached" });
  await connected(page);
  await page.locator(".state").getByText("没有符合筛选条件的记录").waitFor();
  const kept = await number.inputValue();
  if (kept !== "typed while it was gone") throw new Error("the restarted server took what was typed");

  await page.context().clearCookies();
  await number.fill("no other number");
  await page.getByTestId("login-again").waitFor();
  await withoutBarriers(page, `${end} session ended`);
  await enterPassword(page, targets[end]);
  await page.getByTestId("login-again").waitFor({ state: "detached" });
  await connected(page);
  if ((await number.inputValue()) !== "no other number") throw new Error("the ended session took what was typed");
  await number.fill("");
  await page.locator("[data-testid=batches] .long-row").first().waitFor();
  say(`${end}: network cut, server away and session ended, nothing typed lost, recovered`);
}

/** @type {Record<End | "governance", (page: Page) => Promise<void>>} */
const walks = {
  edge: async (page) => {
    await logIn(page, "edge");
    await readingArrives(page);
    await bothLanguages(page, "edge");
    await chartAndFinding(page, "edge");
    await dark(page, "edge");
    await nothingTypedIsLost(page, "edge");
    await people(page, { end: "edge", target: targets.edge, say });
  },
  center: async (page) => {
    await logIn(page, "center");
    await bothLanguages(page, "center");
    await chartAndFinding(page, "center");
    await dark(page, "center");
    await nothingTypedIsLost(page, "center");
    await people(page, { end: "center", target: targets.center, say });
  },
  governance: async (page) => {
    await logIn(page, "center");
    const walk = { address: (/** @type {string} */ path) => address("center", path), person: targets.center, say, folder };
    await governance(page, { ...walk, stage: values.stage });
  },
};

const chosen = Object.entries(walks).filter(([name]) => values.only === undefined || values.only === name);
if (chosen.length === 0) throw new Error(`there is no walk ${values.only}`);
for (const [, walk] of chosen) {
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
