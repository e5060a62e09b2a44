// Requirement WEB-03.
// Holds both ends to their descriptions: schemathesis sends every operation what the description allows and what it
// forbids. No answer may be a failure of the server, a status or a form that is not described.
//
// node e2e/contract.mjs --targets FILE --schemathesis PROGRAM [--examples N] [--seed N]
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    targets: { type: "string" },
    schemathesis: { type: "string" },
    examples: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const { targets: file, schemathesis } = values;
if (file === undefined || schemathesis === undefined) {
  process.stderr.write("contract: give --targets FILE and --schemathesis PROGRAM\n");
  process.exit(2);
}
/** @type {Record<string, { url: string, name: string, password: string }>} */
const targets = JSON.parse(await readFile(file, "utf8"));

const CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance";
/** It never ends. */
const LEFT_OUT = ["listen"];
/** They end sessions, whose ids the lists tell: the one all others need too. */
const METHODS_LEFT_OUT = ["DELETE"];

/** A session, as headers. @param {{ url: string, name: string, password: string }} target */
async function session({ url, name, password }) {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
  if (!answer.ok) throw new Error(`login at ${url}: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const { csrf_token: token } = /** @type {{ csrf_token: string }} */ (await answer.json());
  return [`Cookie: ${cookies.join("; ")}`, `X-CSRF-Token: ${token}`];
}

for (const end of ["edge", "center"]) {
  const target = targets[end];
  if (target === undefined) throw new Error(`${file} names no ${end}`);
  const headers = (await session(target)).flatMap((header) => ["--header", header]);
  const without = [
    ...LEFT_OUT.flatMap((id) => ["--exclude-operation-id", id]),
    ...METHODS_LEFT_OUT.flatMap((method) => ["--exclude-method", method]),
  ];
  const given = ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", values.examples];
  const how = ["--seed", values.seed, "--warnings", "off", "--request-timeout", "10", "--suppress-health-check", "all"];
  const description = new URL(`../openapi/${end}.json`, import.meta.url).pathname;
  const done = spawnSync(schemathesis, ["run", description, "--url", target.url, ...headers, ...without, ...given, ...how], {
    stdio: "inherit",
  });
  if (done.status !== 0) {
    process.stderr.write(`contract: the ${end} end does not keep to its description\n`);
    process.exit(1);
  }
}
