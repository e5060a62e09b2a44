// A control chart on a canvas. uPlot is imported here only: it keeps axes, scales and sizes; what a series means is
// drawn by us from drawn.ts.
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Level } from "../api";
import { computed } from "../format";
import type { Palette } from "../theme";
import { reach, SEVERITY, type Columns, type LineName } from "./columns";
import { columns as barsOf, dense, DOT_ROOM_PX, line, marks, pitch, steps, xOf, yOf, type Frame } from "./drawn";
import { placesAround, placesIn, type View } from "./view";

/** A named stretch behind the points. */
export interface Band {
  first: number;
  last: number;
  name: string;
  colour: string;
}

export interface Drawing {
  columns: Columns;
  /** Batch of each point, below the axis. */
  batches: string[];
  bands: Band[];
  palette: Palette;
}

export interface Plot {
  show: (view: View) => void;
  resize: (width: number, height: number) => void;
  /** Where things are now, in pixels of the page, from the corner of the holder. */
  frame: () => Frame;
  destroy: () => void;
}

const FONT_PX = 12;
/** Longest batch number written out below the axis. */
const BATCH_LETTERS_MAX = 14;
const LETTER_PX = 7;
/** Size of a flagged point's mark where there is room, and where there is not. */
const MARK_PX = { most: 15, least: 9 };
const DOT_RADIUS_PX = { most: 3, least: 1 };
const EVERY_NTH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

const LOOKS: Record<LineName, { colour: keyof Palette; dash: number[] }> = {
  center: { colour: "good", dash: [] },
  limit_upper: { colour: "limit", dash: [6, 4] },
  limit_lower: { colour: "limit", dash: [6, 4] },
  spec_upper: { colour: "red", dash: [2, 3] },
  spec_lower: { colour: "red", dash: [2, 3] },
};

export function plot(holder: HTMLElement, drawing: Drawing, start: View): Plot {
  const { columns, batches, palette } = drawing;
  let view = start;
  const font = `${FONT_PX}px ${getComputedStyle(holder).fontFamily}`;
  const thicket = between(palette.brand, palette.surface);
  const letters = Math.min(BATCH_LETTERS_MAX, Math.max(...batches.map((batch) => batch.length)));
  const frame = (ratio: number): Frame => {
    const { left, top, width, height } = made.bbox;
    const scale = ratio / UPlot.pxRatio;
    const { min = 0, max = 1 } = made.scales["y"] ?? {};
    return {
      view,
      left: left * scale,
      top: top * scale,
      width: width * scale,
      height: height * scale,
      least: min ?? 0,
      most: max ?? 1,
    };
  };
  const stroked = (draw: (pen: Path2D, frame: Frame) => void) => () => {
    const path = new Path2D();
    draw(path, frame(UPlot.pxRatio));
    return { stroke: path, fill: null, clip: null, band: null, flags: 0 };
  };
  const axis = { font, stroke: palette.inkSoft, labelFont: font };
  const made = new UPlot(
    {
      width: holder.clientWidth,
      height: holder.clientHeight,
      // Above for the names of the bands, at the right for the half of the last batch's name.
      padding: [22, 34, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [view.from, view.to] },
        y: {
          range: () => {
            const { first, last } = placesAround(view, columns.length);
            const { least, most } = reach(columns, first, last);
            return [least, most];
          },
        },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: letters * LETTER_PX + 20,
          incrs: EVERY_NTH,
          grid: { show: false },
          ticks: { stroke: palette.line, width: 1, size: 5 },
          border: { show: true, stroke: palette.inkSoft, width: 1 },
          values: (_, places) => places.map((place) => cut(batches[place] ?? "")),
        },
        {
          ...axis,
          size: (_, texts) => 14 + LETTER_PX * Math.max(3, ...(texts ?? []).map((text) => text.length)),
          space: 44,
          grid: { stroke: palette.line, width: 1 },
          ticks: { show: false },
          values: (_, values) => values.map((value) => computed(String(value))),
        },
      ],
      series: [
        {},
        ...columns.lines.map(({ name, runs }) => ({
          auto: false,
          stroke: palette[LOOKS[name].colour],
          width: 1.2,
          dash: LOOKS[name].dash,
          points: { show: false },
          paths: stroked((pen, at) => steps(pen, at, runs)),
        })),
        {
          auto: false,
          stroke: palette.brand,
          width: 1.4,
          points: { show: false },
          paths: stroked((pen, at) => {
            if (!dense(at)) line(pen, at, columns.values);
          }),
        },
      ],
      hooks: {
        drawClear: [
          (drawn) => {
            shadeBands(drawn.ctx, frame(UPlot.pxRatio), drawing);
            drawBars(drawn.ctx, frame(UPlot.pxRatio), drawing, thicket);
          },
        ],
        draw: [(drawn) => drawOver(drawn.ctx, frame(UPlot.pxRatio), drawing, font)],
      },
    },
    [
      Float64Array.from({ length: columns.length }, (_, place) => place),
      ...columns.lines.map(() => columns.values),
      columns.values,
    ],
    holder,
  );
  return {
    show: (next) => {
      view = next;
      made.setScale("x", { min: view.from, max: view.to });
    },
    resize: (width, height) => made.setSize({ width, height }),
    frame: () => frame(1),
    destroy: () => made.destroy(),
  };
}

function cut(text: string): string {
  return text.length > BATCH_LETTERS_MAX ? `${text.slice(0, BATCH_LETTERS_MAX - 1)}…` : text;
}

/** Left and right edge of a band's part in sight; null where none is. */
function extent(at: Frame, { first, last }: Band): [number, number] | null {
  const { from, to } = at.view;
  if (last + 0.5 <= from || first - 0.5 >= to) return null;
  return [xOf(at, Math.max(first - 0.5, from)), xOf(at, Math.min(last + 0.5, to))];
}

function shadeBands(ctx: CanvasRenderingContext2D, at: Frame, { bands, palette }: Drawing): void {
  for (const band of bands) {
    const edges = extent(at, band);
    if (edges === null) continue;
    ctx.fillStyle = band.colour;
    ctx.fillRect(edges[0], at.top, edges[1] - edges[0], at.height);
    if (band.first - 0.5 <= at.view.from) continue;
    ctx.fillStyle = palette.line;
    ctx.fillRect(Math.round(edges[0]), at.top, UPlot.pxRatio, at.height);
  }
}

/** Above the lines: names of the bands, dots, and the marks of flagged points on top. */
function drawOver(ctx: CanvasRenderingContext2D, at: Frame, drawing: Drawing, font: string): void {
  const { columns, bands, palette } = drawing;
  const ratio = UPlot.pxRatio;
  ctx.save();
  ctx.font = font.replace(`${FONT_PX}px`, `${FONT_PX * ratio}px`);
  ctx.fillStyle = palette.inkSoft;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  for (const band of bands) {
    const edges = extent(at, band);
    if (edges !== null && edges[1] - edges[0] > ctx.measureText(band.name).width + 8 * ratio) {
      ctx.fillText(band.name, edges[0] + 6 * ratio, at.top - 8 * ratio);
    }
  }
  if (pitch(at) >= DOT_ROOM_PX * ratio) drawDots(ctx, at, columns, palette);
  drawMarks(ctx, at, columns, palette);
  ctx.restore();
}

/** Under the lines, which stay readable through a thicket of values. */
function drawBars(ctx: CanvasRenderingContext2D, at: Frame, { columns }: Drawing, colour: string): void {
  if (!dense(at)) return;
  const thick = 1.4 * UPlot.pxRatio;
  const wide = Math.ceil(pitch(at));
  ctx.fillStyle = colour;
  for (const { x, top, bottom } of barsOf(at, columns.values)) {
    if (x < at.left || x >= at.left + at.width) continue;
    const [from, to] = [Math.round(top - thick / 2), Math.round(bottom + thick / 2)];
    ctx.fillRect(x, from, wide, to - from);
  }
}

/** The colour of a thicket: opaque and on whole pixels, which costs a tenth of what is mixed while drawing. */
function between(one: string, other: string): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [one, other].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(((a ?? 0) + (b ?? 0)) / 2);
  });
  return `rgb(${channels.join(" ")})`;
}

function drawDots(ctx: CanvasRenderingContext2D, at: Frame, { values, censored }: Columns, palette: Palette): void {
  const ratio = UPlot.pxRatio;
  const radius = Math.min(DOT_RADIUS_PX.most * ratio, Math.max(DOT_RADIUS_PX.least * ratio, pitch(at) / 4));
  const full = sprite(radius * 2, (pen, size) => {
    pen.fillStyle = palette.brand;
    disc(pen, size / 2, radius);
    pen.fill();
  });
  // A bound of the true value is hollow, and a little larger, so that it is seen to be hollow.
  const hollow = sprite(radius * 2 + 2 * ratio, (pen, size) => {
    pen.fillStyle = palette.surface;
    pen.strokeStyle = palette.brand;
    pen.lineWidth = 1.5 * ratio;
    disc(pen, size / 2, radius + 0.25 * ratio);
    pen.fill();
    pen.stroke();
  });
  const { first, last } = placesIn(at.view, values.length);
  for (let place = first; place <= last; place += 1) {
    const value = values[place] ?? NaN;
    if (Number.isNaN(value)) continue;
    put(ctx, censored[place] === 1 ? hollow : full, xOf(at, place), yOf(at, value));
  }
}

function drawMarks(ctx: CanvasRenderingContext2D, at: Frame, { flagged, values }: Columns, palette: Palette): void {
  const ratio = UPlot.pxRatio;
  const found = marks(at, flagged, values);
  const room = at.width / Math.max(1, found.length);
  const px = Math.min(MARK_PX.most * ratio, Math.max(MARK_PX.least * ratio, room));
  const signs = SEVERITY.map((level) => sprite(px, (pen, size) => sign(pen, level, size, palette)));
  for (const { severity, x, y } of found) {
    const image = signs[severity];
    if (image !== undefined) put(ctx, image, x, y);
  }
}

/** Drawn once, put many times; a pixel of room around it. */
function sprite(px: number, draw: (pen: CanvasRenderingContext2D, size: number) => void): HTMLCanvasElement {
  const image = document.createElement("canvas");
  const size = Math.ceil(px) + 2;
  image.width = size;
  image.height = size;
  const pen = image.getContext("2d");
  if (pen !== null) draw(pen, size);
  return image;
}

/** On whole pixels, where copying is cheapest. */
function put(ctx: CanvasRenderingContext2D, image: HTMLCanvasElement, x: number, y: number): void {
  ctx.drawImage(image, Math.round(x - image.width / 2), Math.round(y - image.height / 2));
}

function disc(pen: CanvasRenderingContext2D, middle: number, radius: number): void {
  pen.beginPath();
  pen.arc(middle, middle, radius, 0, Math.PI * 2);
}

/** The same shapes as beside the words: red ◆, orange ▲, yellow ●, notice □. */
function sign(pen: CanvasRenderingContext2D, level: Level, size: number, palette: Palette): void {
  const room = 1.5;
  const [low, middle, high] = [room, size / 2, size - room];
  pen.fillStyle = palette[level];
  pen.strokeStyle = palette.surface;
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (level === "red") {
    pen.moveTo(middle, low);
    pen.lineTo(high, middle);
    pen.lineTo(middle, high);
    pen.lineTo(low, middle);
    pen.closePath();
  } else if (level === "orange") {
    pen.moveTo(middle, low);
    pen.lineTo(high, high);
    pen.lineTo(low, high);
    pen.closePath();
  } else if (level === "yellow") {
    pen.arc(middle, middle, middle - room, 0, Math.PI * 2);
  } else {
    pen.rect(low + 1, low + 1, size - 2 * room - 2, size - 2 * room - 2);
    pen.fillStyle = palette.surface;
    pen.fill();
    pen.strokeStyle = palette[level];
    pen.lineWidth = size > 12 ? 2 : 1.5;
    pen.stroke();
    return;
  }
  pen.fill();
  // Where marks crowd, their outlines would eat each other's colour.
  if (size > 12) pen.stroke();
}
