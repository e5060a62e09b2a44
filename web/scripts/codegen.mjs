// Makes src/api/{edge,center}.ts from openapi/{edge,center}.json. A test fails when they are not current.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

export const ENDS = ["edge", "center"];

/** @param {string} path */
const here = (path) => new URL(`../${path}`, import.meta.url);

/** The types of one end as text. @param {string} end @returns {Promise<string>} */
export async function types(end) {
  const document = JSON.parse(await readFile(here(`openapi/${end}.json`), "utf8"));
  const nodes = await openapiTS(document, { alphabetize: true });
  return `// Made by \`npm run codegen\` from openapi/${end}.json. Do not edit.\n${astToString(nodes)}`;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const end of ENDS) await writeFile(here(`src/api/${end}.ts`), await types(end));
}
