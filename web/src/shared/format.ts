// Times, counts and durations for people. A decimal of the API is text and stays text: its digits are evidence.
import type { Speech } from "./i18n";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1000;
/** Younger than this is "just now". */
const NOW_MS = 1500;
/** Digits shown of a computed number; the whole number stands in its title. */
const SIGNIFICANT_DIGITS = 6;

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** Local wall time, `2026-11-21 20:15:30`; what does not read as a time is shown as it came. */
export function wallTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${clockTime(iso)}`;
}

/** Local time of day, `20:15:30`. */
export function clockTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** A length of time in at most two units: `12 s`, `3 min`, `2 h 5 min`, `4 d 1 h`. */
export function duration(ms: number, { t }: Pick<Speech, "t">): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND) return t("duration.ms", { n: whole });
  if (whole < MINUTE) return t("duration.s", { n: trimmed(whole / SECOND) });
  const part = (n: number, unit: "duration.min" | "duration.h" | "duration.d") => t(unit, { n });
  const rest = (n: number, unit: "duration.min" | "duration.h") => (n === 0 ? "" : ` ${part(n, unit)}`);
  if (whole < HOUR) return part(Math.floor(whole / MINUTE), "duration.min");
  if (whole < DAY) {
    return part(Math.floor(whole / HOUR), "duration.h") + rest(Math.floor((whole % HOUR) / MINUTE), "duration.min");
  }
  return part(Math.floor(whole / DAY), "duration.d") + rest(Math.floor((whole % DAY) / HOUR), "duration.h");
}

function trimmed(seconds: number): string {
  return seconds < 10 ? String(Math.round(seconds * 10) / 10) : String(Math.floor(seconds));
}

/** How long ago, as of `now`. */
export function ago(iso: string, now: number, speech: Pick<Speech, "t">): string {
  const age = now - new Date(iso).getTime();
  if (Number.isNaN(age)) return iso;
  if (age < NOW_MS) return speech.t("time.now");
  const text = duration(age < MINUTE ? Math.floor(age / SECOND) * SECOND : age, speech);
  return speech.t("time.ago", { duration: text });
}

/** A count with its thousands apart: `76,550,000`. */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** A computed number to six significant digits. Text that is no number is shown as it came. */
export function computed(text: string): string {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return text;
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** Bytes in binary units: `12.3 GiB`. */
export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = n;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** A UCUM unit for people: `1` is no unit, `Cel` is °C, `[CFU]/mL` is CFU/mL. */
export function unit(ucum: string): string {
  if (ucum === "1") return "";
  const words = [
    [/\bCel\b/g, "°C"],
    [/\[iU\]/g, "IU"],
    [/\bu(?=[mgSL]\b)/g, "µ"],
    [/\bm3\b/g, "m³"],
    [/\bm2\b/g, "m²"],
    [/[[\]{}]/g, ""],
  ] as const;
  return words.reduce((text, [from, to]) => text.replace(from, to), ucum);
}
