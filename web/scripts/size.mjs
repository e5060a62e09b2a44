// What a browser loads before the first page of an end stands: fails above the limit. `npm run build` first.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const ENDS = ["edge", "center"];
/** Compressed, for each end; 1 kB is 1000 bytes. */
const FIRST_LOAD_MAX_KB = 400;

/** @param {string} path */
const built = (path) => new URL(`../dist/${path}`, import.meta.url);

/** What index.html asks for at once: scripts, what they preload, and sheets. @param {string} html */
function asked(html) {
  return [...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? "");
}

/** What a script imports before it runs, not what it may load later. @param {string} script */
function imported(script) {
  return [...script.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map((match) => `assets/${match[1]}`);
}

let failed = false;
for (const end of ENDS) {
  const html = await readFile(built(`${end}/index.html`));
  const queue = asked(html.toString("utf8"));
  const sizes = new Map([["index.html", gzipSync(html).length]]);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (sizes.has(path)) continue;
    const bytes = await readFile(built(`${end}/${path}`));
    sizes.set(path, gzipSync(bytes).length);
    if (path.endsWith(".js")) queue.push(...imported(bytes.toString("utf8")));
  }
  const kb = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
  failed ||= kb > FIRST_LOAD_MAX_KB;
  process.stdout.write(`size: ${end} first load ${kb.toFixed(1)} kB compressed in ${sizes.size} files, limit ${FIRST_LOAD_MAX_KB}\n`);
}
if (failed) process.exit(1);
