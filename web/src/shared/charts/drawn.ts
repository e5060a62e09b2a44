// What is drawn of a series at a zoom. Many points cost no more than the pixels they fall on, and no flagged point is
// ever left out: each has a mark of its own level or a more severe one within two pixels.
import { firstWhere, type Columns, type Flagged, type Run } from "./columns";
import { placesAround, placesIn, type View } from "./view";

/** The plot on the canvas, in its pixels, and the values at its lower and upper edge. */
export interface Frame {
  view: View;
  left: number;
  top: number;
  width: number;
  height: number;
  least: number;
  most: number;
}

/** What a path is drawn with: a canvas, a Path2D, or a test. */
export interface Pen {
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
}

/** One pixel's width of a line with many points: from its lowest to its highest, joined to the pixel before. */
export interface Column {
  x: number;
  top: number;
  bottom: number;
}

export interface Mark {
  place: number;
  severity: number;
  x: number;
  y: number;
}

/** Closer than this, values are a line without dots. */
export const DOT_ROOM_PX = 2;
/** Closer than this, a line is upright bars, at most one a pixel: slanted strokes this close cost most and show least. */
const LINE_ROOM_PX = 2;
/** Marks this close to each other are one mark, the most severe. */
const MARK_CELL_PX = 2;

/** Pixels between two neighbouring points. */
export function pitch({ view, width }: Frame): number {
  return width / (view.to - view.from);
}

export function xOf(frame: Frame, place: number): number {
  return frame.left + (place - frame.view.from) * pitch(frame);
}

export function yOf(frame: Frame, value: number): number {
  return frame.top + ((frame.most - value) / (frame.most - frame.least)) * frame.height;
}

/** Where in the series a pixel is. */
export function placeAt(frame: Frame, x: number): number {
  return frame.view.from + (x - frame.left) / pitch(frame);
}

/** Points too close for a line each. */
export function dense(frame: Frame): boolean {
  return pitch(frame) < LINE_ROOM_PX;
}

/** Joins the values in sight; a batch without a value is a gap. */
export function line(pen: Pen, frame: Frame, values: Float64Array): void {
  const { first, last } = placesAround(frame.view, values.length);
  let drawing = false;
  for (let place = first; place <= last; place += 1) {
    const value = values[place] ?? NaN;
    if (Number.isNaN(value)) {
      drawing = false;
    } else if (drawing) {
      pen.lineTo(xOf(frame, place), yOf(frame, value));
    } else {
      pen.moveTo(xOf(frame, place), yOf(frame, value));
      drawing = true;
    }
  }
}

/** The values in sight as one bar a pixel. */
export function columns(frame: Frame, values: Float64Array): Column[] {
  const { first, last } = placesAround(frame.view, values.length);
  const found: Column[] = [];
  let before = NaN;
  for (let place = first; place <= last; place += 1) {
    const value = values[place] ?? NaN;
    if (Number.isNaN(value)) {
      before = NaN;
      continue;
    }
    const x = Math.floor(xOf(frame, place));
    const y = yOf(frame, value);
    const open = found.at(-1);
    if (open?.x === x) {
      open.top = Math.min(open.top, y);
      open.bottom = Math.max(open.bottom, y);
    } else {
      const from = Number.isNaN(before) ? y : before;
      found.push({ x, top: Math.min(from, y), bottom: Math.max(from, y) });
    }
    before = y;
  }
  return found;
}

/**
 * A line that changes in steps: level across each point's room, upright between neighbours, absent where it is not set.
 * Steps that fall on one pixel are one upright from the lowest to the highest.
 */
export function steps(pen: Pen, frame: Frame, runs: Run[]): void {
  const { from, to } = frame.view;
  const start = firstWhere(runs.length, (at) => (runs[at]?.last ?? 0) + 0.5 >= from);
  let end = NaN;
  let open: { pixel: number; x: number; least: number; most: number; last: number } | null = null;
  const close = () => {
    if (open !== null && open.most > open.least) {
      for (const y of [open.least, open.most, open.last]) pen.lineTo(open.x, y);
    }
    open = null;
  };
  for (let at = start; at < runs.length; at += 1) {
    const run = runs[at];
    if (run === undefined || run.first - 0.5 > to) break;
    const [x0, x1] = [xOf(frame, Math.max(run.first - 0.5, from)), xOf(frame, Math.min(run.last + 0.5, to))];
    const y = yOf(frame, run.value);
    const joined = run.first - 1 === end;
    end = run.last;
    if (joined && open !== null && Math.floor(x1) === open.pixel) {
      open.least = Math.min(open.least, y);
      open.most = Math.max(open.most, y);
      open.last = y;
      continue;
    }
    close();
    if (joined) pen.lineTo(x0, y);
    else pen.moveTo(x0, y);
    pen.lineTo(x1, y);
    if (x1 - x0 < 1) open = { pixel: Math.floor(x1), x: x1, least: y, most: y, last: y };
  }
  close();
}

/** Marks of the flagged points in sight, the most severe last, so that it lies on top. */
export function marks(frame: Frame, flagged: Flagged, values: Float64Array): Mark[] {
  const { first, last } = placesIn(frame.view, values.length);
  const cells = new Map<number, Mark>();
  const across = Math.ceil((frame.left + frame.width) / MARK_CELL_PX) + 2;
  for (let at = firstWhere(flagged.places.length, (n) => (flagged.places[n] ?? 0) >= first); at < flagged.places.length; at += 1) {
    const place = flagged.places[at] ?? 0;
    if (place > last) break;
    const severity = flagged.severity[at] ?? 0;
    const value = values[place] ?? NaN;
    const x = xOf(frame, place);
    // A judgement on a batch without a value stands at the foot of its place.
    const y = Number.isNaN(value) ? frame.top + frame.height : yOf(frame, value);
    const cell = Math.floor(y / MARK_CELL_PX) * across + Math.floor(x / MARK_CELL_PX);
    const other = cells.get(cell);
    if (other === undefined || other.severity < severity) cells.set(cell, { place, severity, x, y });
  }
  return [...cells.values()].sort((a, b) => a.severity - b.severity);
}

/** The point whose room a pixel is in. */
export function nearest(frame: Frame, x: number, length: number): number {
  return Math.min(length - 1, Math.max(0, Math.round(placeAt(frame, x))));
}

/** The flagged point pressed at a pixel, if one is within reach; of two as near, the more severe. */
export function hit(frame: Frame, { flagged, values }: Columns, x: number, y: number, reachPx: number): number | null {
  const [from, to] = [placeAt(frame, x - reachPx), placeAt(frame, x + reachPx)];
  let found: { place: number; away: number; severity: number } | null = null;
  for (let at = firstWhere(flagged.places.length, (n) => (flagged.places[n] ?? 0) >= from); at < flagged.places.length; at += 1) {
    const place = flagged.places[at] ?? 0;
    if (place > to) break;
    const severity = flagged.severity[at] ?? 0;
    const value = values[place] ?? NaN;
    const py = Number.isNaN(value) ? frame.top + frame.height : yOf(frame, value);
    const away = Math.hypot(xOf(frame, place) - x, py - y);
    if (away > reachPx) continue;
    const nearer = found === null || away < found.away - 1 || (away <= found.away + 1 && severity > found.severity);
    if (nearer) found = { place, away, severity };
  }
  return found?.place ?? null;
}
