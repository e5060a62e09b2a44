// What a control chart draws: every flagged point at any zoom, steps that change with the limits, the point that is pressed.
import { expect, test } from "vitest";
import type { ChartPoint, Level } from "../src/shared/api";
import { columnsOf, reach, runsOf } from "../src/shared/charts/columns";
import { columns as bars, dense, hit, line, marks, nearest, steps, xOf, yOf, type Frame } from "../src/shared/charts/drawn";
import { holding, inside, kept, latest, moved, Viewing, whole, zoomed, type View } from "../src/shared/charts/view";

const point = (n: number, numbers: Partial<ChartPoint> = {}): ChartPoint => ({
  batch: `B${n}`,
  batch_end_at: "2026-11-21T12:00:00Z",
  batch_ended: true,
  comparator: "=",
  flags: [],
  record: `r${n}`,
  value: String(n % 7),
  version: 1,
  ...numbers,
});
const flag = (level: Level) => ({ finding_id: "f", warning_id: "w", level, signal: "point" as const });
const frameOf = (view: View, width = 1000): Frame => ({ view, left: 50, top: 10, width, height: 400, least: 0, most: 8 });
/** Writes down what is drawn, as `M x y` and `L x y`. */
function pen() {
  const drawn: string[] = [];
  const put = (sign: string) => (x: number, y: number) => void drawn.push(`${sign} ${x} ${y}`);
  return { drawn, moveTo: put("M"), lineTo: put("L") };
}

const LEVELS: Level[] = ["notice", "yellow", "orange", "red"];
const many = Array.from({ length: 10_000 }, (_, n) =>
  point(n, n % 13 === 0 ? { flags: [flag(LEVELS[(n / 13) % 4] ?? "red")], value: n === 26 ? null : String(n % 7) } : {}),
);

test.each([
  ["all of them", whole(10_000)],
  ["a hundred", { from: 4_000.5, to: 4_100.5 }],
  ["seven", { from: 34.2, to: 41.2 }],
  ["the ends", { from: -0.5, to: 60 }],
])("with %s in sight no flagged point is hidden, nor made less severe", (_, view) => {
  const columns = columnsOf(many);
  const frame = frameOf(view);
  const drawn = marks(frame, columns.flagged, columns.values);
  const { places, severity } = columns.flagged;
  const inSight = places.map((place, at) => ({ place, severity: severity[at] ?? 0 })).filter(({ place }) => place >= view.from && place <= view.to);
  const hidden = inSight.filter(({ place, severity }) => {
    const value = columns.values[place] ?? NaN;
    const [x, y] = [xOf(frame, place), Number.isNaN(value) ? 410 : yOf(frame, value)];
    return !drawn.some((mark) => Math.abs(mark.x - x) <= 2 && Math.abs(mark.y - y) <= 2 && mark.severity >= severity);
  });
  expect(hidden).toEqual([]);
  expect(drawn.map((mark) => mark.severity)).toEqual(drawn.map((mark) => mark.severity).sort());
  expect(inSight.length).toBeGreaterThan(0);
});

test("the worst of a point's judgements is its mark", () => {
  const { flagged } = columnsOf([point(0), point(1, { flags: [flag("yellow"), flag("red")] })]);
  expect(flagged).toEqual({ places: [1], severity: [LEVELS.indexOf("red")] });
});

test("many points are one bar a pixel, from the lowest to the highest, joined to the bar before", () => {
  const values = Float64Array.from({ length: 4_000 }, (_, n) => (n < 2_000 ? 1 + (n % 2) : 7));
  const frame = frameOf(whole(4_000));
  expect(dense(frame)).toBe(true);
  const drawn = bars(frame, values);
  expect(drawn.length).toBe(1000);
  expect(drawn[10]).toEqual({ x: 60, top: yOf(frame, 2), bottom: yOf(frame, 1) });
  expect(drawn[500]).toEqual({ x: 550, top: yOf(frame, 7), bottom: yOf(frame, 2) });
  expect(drawn[900]?.top).toBe(drawn[900]?.bottom);
});

test("a batch without a value is a gap", () => {
  const columns = columnsOf([point(0), point(1), point(2, { value: null }), point(3), point(4)]);
  const drawing = pen();
  line(drawing, frameOf(whole(5)), columns.values);
  expect(drawing.drawn.map((sign) => sign[0]).join("")).toBe("MLML");
  expect(bars(frameOf(whole(5), 2), columns.values).length).toBe(2);
});

test.each([
  ["one value is one level line across the room of its points", ["3", "3", "3"], "M 50 260,L 350 260"],
  ["a change is an upright halfway between two points", ["3", "5", "5"], "M 50 260,L 150 260,L 150 160,L 350 160"],
  ["where it is not set there is no line", [null, "3", null], "M 150 260,L 250 260"],
  ["after a gap it begins anew", ["3", null, "3"], "M 50 260,L 150 260,M 250 260,L 350 260"],
  ["never set, nothing is drawn", [null, undefined, null], ""],
])("a line in steps: %s", (_, decimals, drawn) => {
  const drawing = pen();
  steps(drawing, frameOf(whole(3), 300), runsOf(decimals));
  expect(drawing.drawn.join()).toBe(drawn);
});

test("a line in steps is cut at the edges of what is in sight", () => {
  const drawing = pen();
  steps(drawing, frameOf({ from: 100, to: 200 }), runsOf(Array.from({ length: 1000 }, (_, n) => (n < 150 ? "3" : "5"))));
  expect(drawing.drawn.join()).toBe("M 50 260,L 545 260,L 545 160,L 1050 160");
});

test("many steps cost no more than the pixels they fall on, and keep their lowest and highest", () => {
  const drawing = pen();
  const limits = Array.from({ length: 10_000 }, (_, n) => (n === 5_000 ? "8" : n === 5_001 ? "0" : String(3 + (n % 3))));
  steps(drawing, frameOf(whole(10_000)), runsOf(limits));
  expect(drawing.drawn.length).toBeLessThan(6 * 1000);
  const heights = drawing.drawn.map((sign) => Number(sign.split(" ")[2]));
  expect([Math.min(...heights), Math.max(...heights)]).toEqual([10, 410]);
});

test("limits that are nowhere set are no line, and the axis reaches every line in sight", () => {
  const points = [point(0, { limit_upper: "12" }), point(1), point(2, { spec_lower: "-4" })];
  const columns = columnsOf(points);
  expect(columns.lines.map(({ name }) => name)).toEqual(["limit_upper", "spec_lower"]);
  const { least, most } = reach(columns, 0, 2);
  expect([least < -4, most > 12]).toEqual([true, true]);
  expect(reach(columns, 1, 1).most).toBeCloseTo(1.07);
  expect(reach(columnsOf([point(0, { value: null })]), 0, 0)).toEqual({ least: 0, most: 1 });
});

test("a press finds the flagged point within reach, the more severe of two as near, and else none", () => {
  const columns = columnsOf([
    point(0, { flags: [flag("yellow")] }),
    point(1),
    point(2, { flags: [flag("orange")], value: "2" }),
    point(3, { flags: [flag("red")], value: "2" }),
  ]);
  const wide = frameOf(whole(4));
  expect(hit(wide, columns, xOf(wide, 2) + 8, yOf(wide, 2) - 8, 12)).toBe(2);
  expect(hit(wide, columns, xOf(wide, 2) + 10, yOf(wide, 2) - 10, 12)).toBe(null);
  expect(hit(wide, columns, xOf(wide, 1), yOf(wide, 1), 12)).toBe(null);
  const close = frameOf(whole(4), 4);
  expect(hit(close, columns, xOf(close, 2), yOf(close, 2), 12)).toBe(3);
  expect([-500, xOf(wide, 1) + 3, 5000].map((x) => nearest(wide, x, 4))).toEqual([0, 1, 3]);
});

test("zooming keeps what is under the pointer, and never leaves the series", () => {
  const view = zoomed({ from: 0, to: 100 }, 25, 0.5, 1000);
  expect(view).toEqual({ from: 12.5, to: 62.5 });
  expect(zoomed(view, 40, 1000, 1000)).toEqual(whole(1000));
  expect(zoomed(view, 40, 0, 1000)).toMatchObject({ from: 40 - (27.5 / 50) * 5 });
  expect(moved(view, 5000, 1000)).toEqual({ from: 949.5, to: 999.5 });
  expect(inside({ from: -90, to: -80 }, 3)).toEqual(whole(3));
  expect(holding({ from: 10, to: 20 }, 40, 100)).toEqual({ from: 30.5, to: 40.5 });
  expect(holding({ from: 10, to: 20 }, 15, 100)).toEqual({ from: 10, to: 20 });
});

test("new batches never move those that are being read", () => {
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `r${from + n}`);
  expect(kept({ from: 99.5, to: 199.5 }, ids(0, 500), ids(3, 503))).toEqual({ from: 96.5, to: 196.5 });
  expect(kept(latest(500), ids(0, 500), ids(0, 503))).toEqual(latest(503));
  expect(kept(latest(500), ids(9_500, 10_000), ids(0, 10_000))).toEqual(latest(10_000));
  expect(kept(whole(500), ids(0, 500), ids(0, 503))).toEqual(whole(503));
  expect(kept({ from: 0, to: 50 }, ids(0, 500), ids(900, 1_000))).toEqual({ from: -0.5, to: 99.5 });
});

test("however often the view changes, it is told once a frame, as it then is", () => {
  const frames: (() => void)[] = [];
  const viewing = new Viewing(whole(10), (work) => frames.push(work));
  const told: View[] = [];
  viewing.listen((view) => void told.push(view));
  viewing.show({ from: 1, to: 9 });
  viewing.show({ from: 2, to: 8 });
  expect(frames.length).toBe(1);
  frames[0]?.();
  expect(told).toEqual([{ from: 2, to: 8 }]);
});
