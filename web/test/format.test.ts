// Numbers and times as people read them.
import { expect, test } from "vitest";
import type { LiveReading } from "../src/shared/api";
import { merged, shownValue } from "../src/edge/latest";
import { ago, bytes, clockTime, computed, count, duration, unit, wallTime } from "../src/shared/format";
import { speech } from "../src/shared/i18n";

const zh = speech("zh-CN", () => undefined);
const en = speech("en", () => undefined);

test("a duration has at most two units", () => {
  const rows: [number, string, string][] = [
    [0, "0 毫秒", "0 ms"],
    [999, "999 毫秒", "999 ms"],
    [1840, "1.8 秒", "1.8 s"],
    [59_999, "59 秒", "59 s"],
    [60_000, "1 分", "1 min"],
    [7_500_000, "2 小时 5 分", "2 h 5 min"],
    [90_000_000, "1 天 1 小时", "1 d 1 h"],
    [-5, "0 毫秒", "0 ms"],
  ];
  for (const [ms, chinese, english] of rows) {
    expect([duration(ms, zh), duration(ms, en)]).toEqual([chinese, english]);
  }
});

test("an age is told as of now and never lies in the future", () => {
  const now = Date.parse("2026-11-21T12:00:10Z");
  expect(ago("2026-11-21T12:00:09.500Z", now, zh)).toBe("刚刚");
  expect(ago("2026-11-21T12:00:11Z", now, en)).toBe("just now");
  expect(ago("2026-11-21T11:59:58.400Z", now, zh)).toBe("11 秒前");
  expect(ago("2026-11-21T09:55:10Z", now, en)).toBe("2 h 5 min ago");
  expect(ago("nonsense", now, en)).toBe("nonsense");
});

test("times are local wall time and nonsense stays visible", () => {
  expect(wallTime("2026-11-21T12:15:30.000001Z")).toBe("2026-11-21 20:15:30");
  expect(clockTime("2026-11-21T12:15:30Z")).toBe("20:15:30");
  expect(wallTime("not a time")).toBe("not a time");
});

test("computed numbers are cut to six digits, text that is no number is not touched", () => {
  expect(["0.30000000000000004", "1000000", "12.3456789", "-0.0000123456789", "", "ND"].map(computed)).toEqual([
    "0.3",
    "1000000",
    "12.3457",
    "-0.0000123457",
    "",
    "ND",
  ]);
  expect(count(76_550_000)).toBe("76,550,000");
  expect(bytes(13_207_000_000)).toBe("12.3 GiB");
  const ucum = ["1", "Cel", "[CFU]/mL", "{particle}/m3", "[iU]/mg", "10*6/L", "um", "[pH]"];
  expect(ucum.map(unit)).toEqual(["", "°C", "CFU/mL", "particle/m³", "IU/mg", "10*6/L", "µm", "pH"]);
});

const reading: LiveReading = {
  stream: "lims/PP32",
  id: "00",
  source: "lims",
  parameter: { code: "PP32", name: { zh: "微生物限度", en: "Microbial limit" } },
  qualifiers: {},
  subject: { kind: "batch", product: "INJ-1", batch: "B031" },
  verbatim: "<0.050",
  number: "0.050",
  comparator: "<",
  unit: "mg",
  quality: { class: "good", status: "00000000", flags: [] },
  zone: "white",
  received_at: "2026-11-21T12:00:00.000000Z",
};

test("a value is shown as the source wrote it, with its comparator when the unit was converted", () => {
  expect(shownValue(reading)).toBe("<0.050");
  const converted = { ...reading, verbatim: "<50.0", quality: { ...reading.quality, flags: ["unit_converted"] } };
  expect(shownValue(converted)).toBe("<0.050");
  expect(shownValue({ ...reading, verbatim: "ND", number: null, comparator: null })).toBe("ND");
});

test("of two readings of a stream the newer one stays, whatever comes first", () => {
  const older = { ...reading, id: "01", received_at: "2026-11-21T11:59:59.000000Z" };
  const newer = { ...reading, id: "02", received_at: "2026-11-21T12:00:01.000000Z" };
  const rows = merged({ readings: [reading], left_out: 0 }, [newer, older]).readings;
  expect(rows.map((row) => row.id)).toEqual(["02"]);
});

test("streams beyond the most are counted, not shown", () => {
  const many = Array.from({ length: 502 }, (_, n) => ({ ...reading, stream: `s${n}` }));
  const latest = merged({ readings: [], left_out: 3 }, many);
  expect([latest.readings.length, latest.left_out]).toEqual([500, 5]);
});
