// The newest reading of each stream, as the page keeps it.
import type { components } from "../api/edge";
import type { LiveReading } from "../shared/api";

export type Latest = components["schemas"]["Latest"];

export const LATEST_KEY = ["latest"];

/** Rows the page keeps; the API gives no more either. */
const ROWS_MAX = 500;

/** `before` with newer readings in place of those of their streams; streams beyond the most are counted, not shown. */
export function merged(before: Latest, readings: LiveReading[]): Latest {
  const rows = new Map(before.readings.map((row) => [row.stream, row]));
  let leftOut = before.left_out;
  for (const reading of readings) {
    const known = rows.get(reading.stream);
    if (known === undefined && rows.size >= ROWS_MAX) leftOut += 1;
    else if (known === undefined || known.received_at <= reading.received_at) rows.set(reading.stream, reading);
  }
  return { readings: [...rows.values()], left_out: leftOut };
}

/** The value as a person reads it: the source's own text, unless the unit was converted. */
export function shownValue(reading: LiveReading): string {
  const converted = reading.quality.flags.includes("unit_converted");
  if (reading.number == null || !converted) return reading.verbatim;
  return `${reading.comparator === "=" ? "" : (reading.comparator ?? "")}${reading.number}`;
}
