// Where the parts of a strip stand, as shares of its length. Every limit and the value itself are always inside.
import type { ChartPoint } from "../api";

export interface StripPlaces {
  value: number;
  lower: number | null;
  upper: number | null;
  specLower: number | null;
  specUpper: number | null;
}

/** Room beyond the outermost sign, as a share of what lies between them. */
const ROOM = 0.12;

/** Null where there is nothing to place the value against. */
export function stripPlaces(point: ChartPoint): StripPlaces | null {
  const number = (text: string | null | undefined) => (text == null ? null : Number(text));
  const value = number(point.value);
  const limits = [point.limit_lower, point.limit_upper, point.spec_lower, point.spec_upper].map(number);
  const known = limits.filter((limit) => limit !== null);
  if (value === null || known.length === 0) return null;
  const center = number(point.center);
  const all = [value, ...known, ...(center === null ? [] : [center])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least) * ROOM || 1;
  const share = (at: number | null | undefined) =>
    at == null ? null : (at - least + room) / (most - least + 2 * room);
  return {
    value: share(value) ?? 0.5,
    lower: share(limits[0]),
    upper: share(limits[1]),
    specLower: share(limits[2]),
    specUpper: share(limits[3]),
  };
}
