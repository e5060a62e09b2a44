// Requirement WEB-01.
// The dictionary speaks both languages completely, and knows every word the API can say.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dictionaries, isKey } from "../src/shared/dictionary";
import { speech } from "../src/shared/i18n";
import { ACTS } from "../src/shared/words/acts";

const zh = dictionaries["zh-CN"];
const en = dictionaries.en;
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("both languages have the same keys, none empty", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  const empty = Object.entries({ ...zh, ...en }).filter(([, text]) => text.trim() === "");
  expect(empty).toEqual([]);
});

test("a text takes the same values in both languages", () => {
  const differing = Object.entries(zh).filter(([key, text]) => {
    return names(text).join() !== names(en[key as keyof typeof en]).join();
  });
  expect(differing).toEqual([]);
});

test("Chinese is Chinese and English is not", () => {
  const han = /\p{Script=Han}/u;
  const notChinese = Object.entries(zh).filter(([key, text]) => !han.test(text.replace(/\{\w+\}/g, "")));
  expect(notChinese.map(([key]) => key)).toEqual(["language.switch", "progress.at"]);
  const notEnglish = Object.entries(en).filter(([, text]) => han.test(text));
  expect(notEnglish.map(([key]) => key)).toEqual(["language.switch"]);
});

// Schemas of the API that are words, and the group of the dictionary that translates them.
const WORDS: Record<string, string> = {
  AccountState: "account",
  Agreement: "agreement",
  End: "end",
  LevelName: "level",
  MeaningName: "meaning",
  ModuleName: "module",
  OrganisationKind: "organisation",
  PhaseKind: "phase",
  ProblemCode: "problem",
  QualityClass: "quality",
  Role: "role",
  SignalName: "signal",
  SourceState: "source",
  Uplink: "uplink",
  Verification: "verification",
  ZoneName: "zone",
};
/** Words that the page never shows: a symbol, a topic of the stream. */
const NOT_SHOWN = ["ComparatorSign", "Topic"];

describe.each(["edge", "center"])("the %s API", (end) => {
  const text = readFileSync(new URL(`../openapi/${end}.json`, import.meta.url), "utf8");
  const { schemas } = JSON.parse(text).components as { schemas: Record<string, { enum?: string[]; oneOf?: { enum?: string[] }[] }> };
  const said = Object.entries(schemas)
    .map(([name, schema]) => [name, schema.enum ?? schema.oneOf?.flatMap((one) => one.enum ?? []) ?? []] as const)
    .filter(([name, words]) => words.length > 0 && !NOT_SHOWN.includes(name));

  test("says no kind of word that the dictionary has no group for", () => {
    expect(said.map(([name]) => name).filter((name) => WORDS[name] === undefined)).toEqual([]);
  });

  test("says no word that the dictionary does not know", () => {
    const unknown = said.flatMap(([name, words]) => words.map((word) => `${WORDS[name]}.${word}`)).filter((key) => !isKey(key));
    expect(unknown).toEqual([]);
  });
});

/** Acts the audit trail records that are no row of the access table. */
const ACTS_BESIDE = ["login", "logout", "use_code", "renew_certificate"];

test("the dictionary knows every act that is recorded, in the order of the access table", () => {
  const table = readFileSync(new URL("../../crates/portal/data/access.tsv", import.meta.url), "utf8");
  const rows = table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const acts = rows.map((line) => line.split("\t")[0] ?? "").slice(1);
  expect(ACTS).toEqual([...ACTS_BESIDE, ...acts]);
});

test("an unknown word of the API is shown as it is, never as nothing", () => {
  const { word, t } = speech("zh-CN", () => undefined);
  expect(word("rule", "stability.continuous")).toBe("生产环节稳定性模型（连续值）");
  expect(word("rule", "stability.of_tomorrow")).toBe("stability.of_tomorrow");
  expect(t("finding.title", { n: 3 })).toBe("发现 3");
});
