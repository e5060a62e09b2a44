// Requirement WEB-02.
// Walks the life of an account as its people would: invited, the code used in a browser of its own, only what the role
// allows seen, a session ended, the account recovered by two administrators, and closed.
import { withoutBarriers, withPage } from "./browser.mjs";

/** @typedef {{ url: string, name: string, password: string }} Target */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"edge" | "center"} End */
/** @typedef {{ end: End, target: Target, say: (line: string) => void }} Where */

/** Nobody but this walk uses it, and only until its account is closed. */
const PASSWORD = "a sentence of more than fifteen characters";
const THIRD_PASSWORD = "a third one, changed by oneself";
const SECOND_PASSWORD = "another sentence, chosen after the recovery";

/** Roles that see no accounts, and a place of the navigation each may go to. */
const ROLE = { edge: "qa", center: "officer" };

/** @param {Target} target @param {string} path */
const address = (target, path) => target.url.replace(/\/$/, "") + path;

/** @param {Page} page @param {string} name @param {string} password */
async function logIn(page, name, password) {
  await page.locator("#login_name").fill(name);
  await page.locator("#login_password").fill(password);
  await page.getByTestId("log-in").click();
}

/** @param {Page} page */
const connected = (page) => page.locator("[data-testid=connection][data-state=open]").waitFor();

/** The code that is shown this one time; Escape does not take it away. @param {Page} page @param {string} where */
async function codeOnce(page, where) {
  const slip = page.locator("[data-testid=code-once][open]");
  await slip.waitFor();
  await withoutBarriers(page, where);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  const code = (await page.getByTestId("code").locator("pre").innerText()).trim();
  if (!/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){3}$/.test(code)) throw new Error(`this is no code: ${code}`);
  await page.getByTestId("code-done").click();
  await slip.waitFor({ state: "detached" });
  if ((await page.content()).includes(code)) throw new Error("a code that was closed is still on the page");
  return code;
}

/** @param {Page} page @param {Where} where @param {{ name: string, shown: string, role: string }} person */
async function invite(page, { end, target }, person) {
  await page.goto(address(target, "/people"));
  await page.locator("[data-testid=people] tbody tr").first().waitFor();
  await page.getByTestId("invite-open").click();
  await page.getByTestId("invite-submit").click();
  await page.locator("[data-testid=invite] .field-error").first().waitFor();
  await withoutBarriers(page, `${end} invitation`);
  await page.getByTestId("invite-display-name").fill(person.shown);
  await page.getByTestId("invite-name").fill(person.name);
  await page.getByTestId("invite-role").selectOption(person.role);
  await page.getByTestId("invite-submit").click();
  return codeOnce(page, `${end} code of an invitation`);
}

/** Chooses a password with a code and logs in. @param {Page} page @param {Where} where @param {string} name @param {string} code @param {string} password */
async function useCode(page, { end, target }, name, code, password) {
  await page.goto(address(target, "/"));
  await page.getByTestId("have-code").click();
  await page.getByTestId("code-field").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByTestId("new-password").fill("too short");
  await page.getByTestId("use-code").click();
  await page.locator(".field-error").first().waitFor();
  await withoutBarriers(page, `${end} code`);
  await page.getByTestId("new-password").fill(password);
  await page.getByTestId("new-password-again").fill(password);
  await page.getByTestId("use-code").click();
  await page.getByTestId("code-used").waitFor();
  await logIn(page, name, password);
  await connected(page);
}

/** What the role may not do is nowhere, and refused to whoever goes there by address. @param {Page} page @param {Where} where */
async function seesOnlyItsRole(page, { end, target, say }) {
  if ((await page.locator("nav a[href='/people']").count()) > 0) throw new Error("the navigation shows accounts");
  await page.goto(address(target, "/people"));
  await page.locator(".state[role=alert]").first().waitFor();
  if ((await page.getByTestId("invite-open").count()) > 0) throw new Error("the page offers to invite");
  await page.getByTestId("person").click();
  await page.getByTestId("my-account").click();
  const acts = await page.getByTestId("acts").innerText();
  if (acts.includes("邀请、停用和恢复账号") || !acts.includes("处置预警")) throw new Error(`the role's acts: ${acts}`);
  say(`${end}: an invited ${ROLE[end]} sees no accounts`);
}

/** @param {Page} page @param {string} of the person @param {Where} where @param {"ask-recovery" | "close-account"} act @param {string} why */
async function forAReason(page, of, { end, target }, act, why) {
  await page.goto(address(target, `/people/${of}`));
  await page.getByTestId(act).click();
  await withoutBarriers(page, `${end} ${act}`);
  await page.getByTestId("reason").locator("visible=true").fill(why);
  await page.getByTestId("reason-submit").locator("visible=true").click();
}

/** Signs with a wrong password first: nothing is signed, the dialog stays. @param {Page} page @param {Where} where @param {string} person @param {string} password */
async function approve(page, { end, target }, person, password) {
  await page.goto(address(target, "/people"));
  const waiting = page.locator("[data-testid=recoveries] tbody tr").filter({ hasText: person });
  await waiting.getByTestId("approve-recovery").click();
  await page.getByTestId("sign-password").fill("not the password at all");
  await page.getByTestId("sign-now").click();
  await page.locator("[data-testid=sign] .field-error").waitFor();
  await withoutBarriers(page, `${end} signature`);
  await page.getByTestId("sign-password").fill(password);
  await page.getByTestId("sign-now").click();
  await page.locator("[data-testid=code-once] [data-testid=signature]").waitFor();
  return codeOnce(page, `${end} code of a recovery`);
}

/** Changes the own password; the old one wrong first. @param {Page} page @param {Where} where @param {string} old @param {string} chosen */
async function changePassword(page, { end, target, say }, old, chosen) {
  await page.goto(address(target, "/account"));
  await page.getByTestId("old-password").fill("not the password at all");
  await page.getByTestId("new-password").fill(chosen);
  await page.getByTestId("new-password-again").fill(chosen);
  await page.getByTestId("change-password").click();
  await page.locator(".field-error").waitFor();
  await page.getByTestId("old-password").fill(old);
  await page.getByTestId("change-password").click();
  await page.locator(".form-buttons .state-good:not(:empty)").waitFor();
  say(`${end}: the own password is changed, not without the old one`);
}

/** An office is added where there are several. @param {Page} page @param {Where} where @param {string} id */
async function addOffice(page, { target, say }, id) {
  await page.goto(address(target, "/people?view=offices"));
  await page.getByTestId("office-add").click();
  await page.getByTestId("office-zh").fill("杭州市西湖区市场监督管理局药品监督管理科");
  await page.getByTestId("office-en").fill("Xihu District Office");
  await page.getByTestId("office-id").fill(id);
  /** @type {{ organisation: { region: string } }} */
  const me = await (await page.request.get(address(target, "/api/v1/session"))).json();
  // Of the whole country every division is the own.
  if (me.organisation.region !== "000000") {
    await page.getByTestId("office-region").fill("110101");
    await page.getByTestId("office-submit").click();
    await page.locator("[data-testid=office] .field-error").waitFor();
  }
  await page.getByTestId("office-region").fill("330106");
  await page.getByTestId("office-submit").click();
  await page.locator(`[data-testid=offices] [data-row="${id}"]`).waitFor();
  say("center: an office is added, inside the own division only");
}

/**
 * `page` is logged in as an administrator.
 * @param {Page} page
 * @param {Where} where
 */
export async function people(page, where) {
  const { end, target, say } = where;
  const mark = Date.now().toString(36);
  const person = { name: `zhao.liu.${mark}`, shown: "赵六", role: ROLE[end] };
  const second = { name: `qian.qi.${mark}`, shown: "欧阳钱七", role: "administrator" };
  if (end === "center") await addOffice(page, where, `xihu-${mark}`);
  const code = await invite(page, where, person);
  const codeOfSecond = await invite(page, where, second);
  say(`${end}: two people invited, each code shown once`);

  await withPage(async (theirs, errors) => {
    await useCode(theirs, where, person.name, code, PASSWORD);
    await seesOnlyItsRole(theirs, where);

    await page.goto(address(target, `/people/${person.name}`));
    await page.getByTestId("session-end").first().click();
    await page.getByTestId("session-end").waitFor({ state: "detached" });
    await theirs.goto(address(target, "/account"));
    await theirs.getByTestId("log-in").waitFor();
    say(`${end}: a session ended by an administrator is ended`);

    await forAReason(page, person.name, where, "ask-recovery", "忘记密码");
    await page.getByTestId("recovery-not-mine").waitFor();
    const recovered = await withPage(async (others) => {
      await useCode(others, where, second.name, codeOfSecond, PASSWORD);
      return approve(others, where, person.name, PASSWORD);
    });
    await useCode(theirs, where, person.name, recovered, SECOND_PASSWORD);
    say(`${end}: asked by one administrator, approved by another with a signature, recovered`);

    await changePassword(theirs, where, SECOND_PASSWORD, THIRD_PASSWORD);

    await forAReason(page, person.name, where, "close-account", "离职");
    await page.getByTestId("close-account").waitFor({ state: "detached" });
    await theirs.goto(address(target, "/account"));
    await logIn(theirs, person.name, THIRD_PASSWORD);
    await theirs.locator(".failure").waitFor();
    say(`${end}: a closed account opens nothing`);
    // The browser reports the refusal that was asked for.
    const unasked = errors.filter((line) => !line.includes("403"));
    if (unasked.length > 0) throw new Error(`the page of the invited reported:\n${unasked.join("\n")}`);
  });

  await forAReason(page, second.name, where, "close-account", "演练结束");
  await page.getByTestId("close-account").waitFor({ state: "detached" });
}
