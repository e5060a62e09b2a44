// A strip puts every sign inside its line and in the order of the numbers.
import { expect, test } from "vitest";
import type { ChartPoint } from "../src/shared/api";
import { batchPath, listPath } from "../src/shared/paths";
import { stripPlaces } from "../src/shared/ui/strip-places";

const point = (numbers: Partial<ChartPoint>): ChartPoint => ({
  batch: "B1",
  batch_end_at: "2026-11-21T12:00:00Z",
  batch_ended: true,
  comparator: "=",
  flags: [],
  record: "00",
  version: 1,
  ...numbers,
});

test("value and limits stand in their order, inside the line", () => {
  const places = stripPlaces(
    point({ value: "99.9", limit_lower: "88.25", limit_upper: "99.75", spec_upper: "110", center: "94" }),
  );
  const { lower, value, upper, specUpper, specLower } = places ?? {};
  const order = [lower, upper, value, specUpper];
  expect(order).toEqual([...order].sort());
  expect(order.every((place) => typeof place === "number" && place > 0 && place < 1)).toBe(true);
  expect(specLower).toBe(null);
});

test("without a limit or a value there is no strip, and one limit equal to the value is in the middle", () => {
  expect(stripPlaces(point({ value: "1" }))).toBe(null);
  expect(stripPlaces(point({ limit_upper: "1" }))).toBe(null);
  expect(stripPlaces(point({ value: "1", limit_upper: "1" }))?.value).toBe(0.5);
});

test("an address keeps slashes and signs of a batch number", () => {
  expect(batchPath("9133", "片/1", "24#01 a")).toBe("/batches/9133/%E7%89%87%2F1/24%2301%20a");
  expect(listPath("/warnings", { level: "red", batch: "24#01" })).toBe("/warnings?level=red&batch=24%2301");
  expect(listPath("/boxes", {})).toBe("/boxes");
});
