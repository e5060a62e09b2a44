// What an administrator of the governance end does with boxes: lets one enrol with a code that is shown once, finds that
// act in the audit trail, opens its row, exports it, and, on a stage with a box to spare, retires that box with a signature.
import { readFile } from "node:fs/promises";
import { settled, shots, withoutBarriers } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */
/**
 * @typedef {object} Walk
 * @property {(path: string) => string} address of a page of the governance end
 * @property {{ name: string, password: string }} person who is logged in
 * @property {(line: string) => void} say
 * @property {string} folder of the pictures
 * @property {boolean} stage nothing on it is anybody's: a box can be retired
 */

/** Groups of letters and digits. */
const CODE = /^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/;
const HASH = /\b[0-9a-f]{64}\b/;
const ENGLISH_SHOT = ["1920x1080"];

/** @param {Page} page @param {string} where */
async function clean(page, where) {
  await settled(page);
  await withoutBarriers(page, where);
}

/** @param {Page} page @param {Walk} walk */
export async function governance(page, walk) {
  const boxId = `walk-${Date.now().toString(36)}`;
  const enrolled = await enrol(page, walk, boxId);
  await wrongFieldsAreNamed(page, walk);
  await trail(page, walk, enrolled ? { act: "enrol_box", object: `box/${boxId}` } : { act: "login", object: "" });
  if (walk.stage) await retireSpare(page, walk);
}

/** Whether the enterprise could have a box: one without a key cannot. @param {Page} page @param {Walk} walk @param {string} boxId */
async function enrol(page, { address, say, folder, stage }, boxId) {
  await page.goto(address("/boxes"));
  await page.getByTestId("enrol-open").click();
  await page.getByTestId("enrol-box").fill(boxId);
  const choice = page.getByTestId("enrol-enterprise");
  const first = await choice.locator("option").first().getAttribute("value");
  await choice.selectOption(first);
  await shots(page, folder, "center-enrol-zh");
  await page.getByTestId("enrol-now").click();
  const given = page.getByTestId("code").locator("pre");
  const refused = page.getByTestId("enrol-no-key");
  await given.or(refused).waitFor();
  if (await refused.isVisible()) {
    const said = await refused.innerText();
    if (!stage) throw new Error(`no code for a box of ${first}: ${said}`);
    if (!said.includes(`--id ${first}`)) throw new Error(`the refusal does not say how ${first} gets its key: ${said}`);
    if ((await page.getByTestId("enrol-box").inputValue()) !== boxId) throw new Error("the refusal took what was typed");
    await clean(page, "enterprise without a key");
    say("center: an enterprise without a key has no code, and the page says how it gets one");
    return false;
  }
  const code = (await given.innerText()).trim();
  if (!CODE.test(code)) throw new Error(`${JSON.stringify(code)} is no code`);
  await page.keyboard.press("Escape");
  if (!(await given.isVisible())) throw new Error("Escape closed what is shown once");
  await clean(page, "enrolment code");
  await page.getByTestId("enrol-noted").click();
  await given.waitFor({ state: "detached" });
  await shownNoMore(page, code, "closing");
  await page.reload();
  await page.locator("[data-testid=boxes] tbody tr").first().waitFor();
  await shownNoMore(page, code, "reloading");
  say(`center: a code for ${boxId}, shown once`);
  return true;
}

/** @param {Page} page @param {string} code @param {string} after */
async function shownNoMore(page, code, after) {
  const kept = await page.evaluate(
    () => document.documentElement.outerHTML + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }),
  );
  if (kept.includes(code)) throw new Error(`the code is still there after ${after}`);
}

/** @param {Page} page @param {Walk} walk */
async function wrongFieldsAreNamed(page, { address, say }) {
  await page.goto(address("/boxes"));
  await page.getByTestId("enrol-open").click();
  await page.getByTestId("enrol-box").fill("../Box 1");
  await page.getByTestId("enrol-now").click();
  const field = page.getByTestId("enrol-box");
  await page.locator("[data-testid=enrol-box][aria-invalid=true]").waitFor();
  if ((await field.inputValue()) !== "../Box 1") throw new Error("the error took what was typed");
  await clean(page, "enrolment with errors");
  await page.keyboard.press("Escape");
  await page.getByTestId("enrol").waitFor({ state: "hidden" });
  say("center: a wrong box id is named in place");
}

/** Who, what, when of an act, by the filters of the page. @param {Page} page @param {Walk} walk @param {{ act: string, object: string }} wanted */
async function trail(page, { address, person, say }, { act, object }) {
  await page.goto(address("/audit"));
  await page.locator("[data-testid=audit] .long-row").first().waitFor();
  const bar = page.locator(".filter-bar");
  await bar.locator("select").selectOption(act);
  await bar.locator("input[type=search]").nth(0).fill(person.name);
  await bar.locator("input[type=search]").nth(1).fill(object);
  await page.waitForURL((url) => url.searchParams.get("act") === act && url.searchParams.get("who") === person.name
    && (url.searchParams.get("object") ?? "") === object);
  const row = page.locator("[data-testid=audit] .long-row").first();
  await row.waitFor();
  const cells = await row.evaluate((element) =>
    Object.fromEntries([...element.children].map((cell) => [cell.className.trim().replace(/^col-| .*$/g, ""), cell.textContent])),
  );
  if (cells["who"] !== person.name || !(cells["object"] ?? "").includes(object.replace("box/", ""))) {
    throw new Error(`the trail says ${JSON.stringify(cells)}`);
  }
  await row.getByTestId("audit-open").click();
  const detail = page.getByTestId("audit-row");
  await detail.locator("pre").waitFor();
  const said = await detail.innerText();
  if (!HASH.test(said) || !said.includes(act)) throw new Error(`the row says no hash or not what was done: ${said}`);
  await clean(page, "audit row");
  await page.goto(page.url());
  await detail.locator("pre").waitFor();
  if (!(await detail.innerText()).includes(act)) throw new Error("the address of a row opens another one");
  await page.keyboard.press("Escape");
  await detail.waitFor({ state: "hidden" });
  say(`center: the trail has ${person.name}, ${act} ${object}, at ${cells["at"]}`);

  const downloading = page.waitForEvent("download");
  await page.getByTestId("audit-export").click();
  const csv = await readFile(await (await downloading).path(), "utf8");
  const lines = csv.split("\r\n");
  if (!csv.startsWith("\uFEFF") || !lines.slice(1).some((line) => line.includes(act) && HASH.test(line))) {
    throw new Error(`the export is ${csv.slice(0, 400)}`);
  }
  say(`center: ${lines.length - 2} rows exported`);
}

/** A box besides the first one, in service; nothing if there is none. @param {Page} page @param {Walk} walk */
async function spare(page, { address }) {
  /** @type {{ items: { box_id: string }[] }} */
  const { items } = await (await page.request.get(address("/api/v1/boxes"))).json();
  for (const { box_id: id } of items.slice(1)) {
    const answer = await page.request.get(address(`/api/v1/boxes/${id}`));
    if (answer.ok() && (await answer.json()).retired_at === undefined) return id;
  }
  return undefined;
}

/** @param {Page} page @param {Walk} walk */
async function retireSpare(page, walk) {
  const { address, person, say, folder } = walk;
  const id = await spare(page, walk);
  if (id === undefined) {
    say("center: no box to spare, none retired");
    return;
  }
  await page.goto(address(`/boxes/${id}`));
  await page.getByTestId("rotate").click();
  const asking = page.getByTestId("rotate-dialog");
  await asking.getByRole("button", { name: "要求更换" }).click();
  await asking.locator("[aria-invalid=true]").waitFor();
  await clean(page, "renewal without a reason");
  await asking.locator("textarea").fill("例行更换");
  await asking.getByRole("button", { name: "要求更换" }).click();
  await page.getByTestId("rotation-asked").waitFor();
  say(`center: ${id} is to renew its certificate`);
  await page.getByTestId("retire").click();
  await page.getByTestId("sign-reason").fill("试停用");
  await page.getByTestId("sign-password").fill(`${person.password}x`);
  await page.getByTestId("sign-now").click();
  await page.locator("[data-testid=sign-password][aria-invalid=true]").waitFor();
  await clean(page, "retirement with a wrong password");
  await page.getByTestId("sign-password").fill(person.password);
  await page.getByTestId("sign-now").click();
  await page.getByTestId("retired").getByTestId("signature").waitFor();
  const said = await page.getByTestId("retired").innerText();
  if (!said.includes(`box/${id}/retirement`)) throw new Error(`the signature is not of this retirement: ${said}`);
  await shots(page, folder, "center-retired-zh", ENGLISH_SHOT);
  say(`center: ${id} retired, signed by ${person.name}`);
}
