// Requirement WEB-01.
// Every act of the access table has its word, and there is no word for an act there is not.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dictionaries } from "../src/shared/dictionary";

test("the acts of the access table are those the dictionary knows", () => {
  const table = readFileSync(new URL("../../crates/portal/data/access.tsv", import.meta.url), "utf8");
  const rows = table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const acts = rows.slice(1).map((row) => `act.${row.split("\t")[0]}`);
  const known = Object.keys(dictionaries["zh-CN"]).filter((key) => key.startsWith("act."));
  expect(known.sort()).toEqual(acts.sort());
});
