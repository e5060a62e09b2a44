// Makes a screenshot small: a page has few colours, so 256 of them in a palette look the same in a third of the bytes.
//
// Comes in: a PNG as Chromium writes it (8 bits, RGB or RGBA, not interlaced). Goes out: the same picture, indexed.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The most a palette of PNG can hold. */
const COLOURS_MAX = 256;

/** @param {Buffer} png @returns {{ type: string, data: Buffer }[]} */
function chunks(png) {
  const found = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Undoes the filters of PNG (W3C PNG, clause 9). @param {Buffer} raw @param {number} height @param {number} row @param {number} step */
function unfiltered(raw, height, row, step) {
  const out = Buffer.alloc(height * row);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const left = x < step ? 0 : (out[y * row + x - step] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * row + x] ?? 0);
      const corner = x < step || y === 0 ? 0 : (out[(y - 1) * row + x - step] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * row + x] = (raw[y * (row + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The nearest of `palette` to a colour, both as 0xRRGGBB. @param {number} colour @param {number[]} palette */
function nearest(colour, palette) {
  const parts = (/** @type {number} */ one) => [one >> 16, (one >> 8) & 255, one & 255];
  const [red = 0, green = 0, blue = 0] = parts(colour);
  let [best, least] = [0, Infinity];
  palette.forEach((one, index) => {
    const [r = 0, g = 0, b = 0] = parts(one);
    const far = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (far < least) [best, least] = [index, far];
  });
  return best;
}

/** The picture with at most 256 colours: the most frequent ones. @param {Buffer} png @returns {Buffer} */
export function smaller(png) {
  const all = chunks(png);
  const head = all.find(({ type }) => type === "IHDR")?.data;
  if (head === undefined || head[8] !== 8 || head[12] !== 0) throw new Error("not a PNG as Chromium writes it");
  const [width, height, step] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
  const packed = Buffer.concat(all.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const pixels = unfiltered(inflateSync(packed), height, width * step, step);
  const colour = (/** @type {number} */ n) => pixels.readUIntBE(n * step, 3);
  /** @type {Map<number, number>} */
  const seen = new Map();
  for (let n = 0; n < width * height; n += 1) seen.set(colour(n), (seen.get(colour(n)) ?? 0) + 1);
  const palette = [...seen].sort((a, b) => b[1] - a[1]).slice(0, COLOURS_MAX).map(([one]) => one);
  const place = new Map(palette.map((one, index) => [one, index]));
  for (const one of seen.keys()) if (!place.has(one)) place.set(one, nearest(one, palette));
  const rows = Buffer.alloc(height * (width + 1));
  for (let n = 0; n < width * height; n += 1) rows[n + Math.floor(n / width) + 1] = place.get(colour(n)) ?? 0;
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((one, index) => colours.writeUIntBE(one, index * 3, 3));
  const indexed = Buffer.from(head);
  indexed[9] = 3;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", indexed),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
