// The points of a series as columns of numbers, made once and drawn from many times. The decimals themselves stay text
// and are what is read out; a number here is only a place on the axis.
import type { ChartPoint, Level } from "../api";

/** From least to most severe. */
export const SEVERITY: Level[] = ["notice", "yellow", "orange", "red"];

/** A line that belongs to each point, and is absent where it was not set. */
export type LineName = "center" | "limit_upper" | "limit_lower" | "spec_upper" | "spec_lower";
const LINES: LineName[] = ["center", "limit_upper", "limit_lower", "spec_upper", "spec_lower"];

/** Neighbouring points with one value of a line. */
export interface Run {
  first: number;
  last: number;
  value: number;
}

/** Flagged points in series order: their places, and how severe the worst judgement on each is, as a place in SEVERITY. */
export interface Flagged {
  places: number[];
  severity: number[];
}

export interface Columns {
  length: number;
  /** NaN where a batch has no value. */
  values: Float64Array;
  /** 1 where the number is only a bound of the true one. */
  censored: Uint8Array;
  /** Lines that are set anywhere. */
  lines: { name: LineName; runs: Run[] }[];
  flagged: Flagged;
}

/** Room above and below the outermost value, as a share of what lies between. */
const ROOM = 0.07;

export function columnsOf(points: ChartPoint[]): Columns {
  const values = Float64Array.from(points, ({ value }) => (value == null ? NaN : Number(value)));
  const flagged: Flagged = { places: [], severity: [] };
  points.forEach((point, place) => {
    if (point.flags.length === 0) return;
    flagged.places.push(place);
    flagged.severity.push(Math.max(...point.flags.map(({ level }) => SEVERITY.indexOf(level))));
  });
  return {
    length: points.length,
    values,
    censored: Uint8Array.from(points, ({ comparator }) => (comparator === "=" ? 0 : 1)),
    lines: LINES.map((name) => ({ name, runs: runsOf(points.map((point) => point[name])) })).filter(
      ({ runs }) => runs.length > 0,
    ),
    flagged,
  };
}

/** A line as runs: limits change a few times in a series, not with each batch. */
export function runsOf(decimals: (string | null | undefined)[]): Run[] {
  const runs: Run[] = [];
  decimals.forEach((text, place) => {
    const value = text == null ? NaN : Number(text);
    if (Number.isNaN(value)) return;
    const last = runs.at(-1);
    if (last !== undefined && last.last === place - 1 && last.value === value) last.last = place;
    else runs.push({ first: place, last: place, value });
  });
  return runs;
}

/** The first index at which `known` is true; what is known must stay true from there on. */
export function firstWhere(length: number, known: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (known(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The values an axis must reach to show everything of the points `first` to `last`. */
export function reach(columns: Columns, first: number, last: number): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity];
  const take = (value: number) => {
    if (value < least) least = value;
    if (value > most) most = value;
  };
  for (let place = first; place <= last; place += 1) take(columns.values[place] ?? NaN);
  for (const { runs } of columns.lines) {
    for (let at = firstWhere(runs.length, (run) => (runs[run]?.last ?? 0) >= first); at < runs.length; at += 1) {
      const run = runs[at];
      if (run === undefined || run.first > last) break;
      take(run.value);
    }
  }
  if (least > most) return { least: 0, most: 1 };
  const room = (most - least) * ROOM || Math.abs(most) * ROOM || 1;
  return { least: least - room, most: most + room };
}
