// The whole series in a strip below the chart, with the stretch in sight as a window that can be dragged and drawn out.
// For the pointer only: keys and buttons do the same.
import { useEffect, useRef, type PointerEvent } from "react";
import type { Palette } from "../theme";
import { reach, SEVERITY, type Columns } from "./columns";
import { columns as bars, dense, line, marks, pitch, type Frame } from "./drawn";
import { inside, moved, whole, type Viewing } from "./view";

const MARK_PX = 4;

interface Props {
  columns: Columns;
  palette: Palette;
  viewing: Viewing;
}

export function Overview({ columns, palette, viewing }: Props) {
  const strip = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const length = columns.length;

  useEffect(() => {
    const element = strip.current;
    if (element === null) return undefined;
    const redraw = () => {
      if (canvas.current !== null) draw(canvas.current, element.clientWidth, element.clientHeight, columns, palette);
    };
    const sizes = new ResizeObserver(redraw);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [columns, palette]);

  useEffect(() => {
    const place = () => {
      if (pane.current === null) return;
      const { from, to } = viewing.view;
      pane.current.style.insetInlineStart = `${((from + 0.5) / length) * 100}%`;
      pane.current.style.inlineSize = `${((to - from) / length) * 100}%`;
    };
    place();
    return viewing.listen(place);
  }, [viewing, length]);

  /** Until the pointer is lifted, the window, or one of its edges, follows it. */
  const drag = (part: "from" | "to" | "both") => (event: PointerEvent<HTMLElement>) => {
    const element = strip.current;
    if (element === null || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const { left, width } = element.getBoundingClientRect();
    const placeOf = (x: number) => ((x - left) / width) * length - 0.5;
    const { from, to } = viewing.view;
    const start = placeOf(event.clientX);
    // A press beside the window brings it there.
    const away = start < from || start > to ? start - (from + to) / 2 : 0;
    const follow = (x: number) => {
      const by = placeOf(x) - start + away;
      if (part === "both") viewing.show(moved({ from, to }, by, length));
      else if (part === "from") viewing.show(inside({ from: Math.max(-0.5, Math.min(from + by, to - 1)), to }, length));
      else viewing.show(inside({ from, to: Math.min(length - 0.5, Math.max(to + by, from + 1)) }, length));
    };
    follow(event.clientX);
    const move = (next: globalThis.PointerEvent) => follow(next.clientX);
    const end = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("lostpointercapture", end);
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("lostpointercapture", end);
  };

  return (
    <div ref={strip} className="chart-strip no-print" aria-hidden="true" onPointerDown={drag("both")} data-testid="chart-strip">
      <canvas ref={canvas} />
      <div ref={pane} className="chart-pane">
        <span className="edge-from" onPointerDown={drag("from")} />
        <span className="edge-to" onPointerDown={drag("to")} />
      </div>
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, width: number, height: number, columns: Columns, palette: Palette): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  if (pen === null || canvas.width === 0) return;
  const room = MARK_PX * ratio;
  const values = reach({ ...columns, lines: [] }, 0, columns.length - 1);
  const frame: Frame = {
    view: whole(columns.length),
    left: 0,
    top: room,
    width: canvas.width,
    height: canvas.height - 2 * room,
    ...values,
  };
  pen.fillStyle = palette.brand;
  pen.strokeStyle = palette.brand;
  pen.lineWidth = ratio;
  if (dense(frame)) {
    for (const { x, top, bottom } of bars(frame, columns.values)) pen.fillRect(x, top, Math.ceil(pitch(frame)), Math.max(ratio, bottom - top));
  } else {
    pen.beginPath();
    line(pen, frame, columns.values);
    pen.stroke();
  }
  for (const { severity, x, y } of marks(frame, columns.flagged, columns.values)) {
    pen.fillStyle = palette[SEVERITY[severity] ?? "notice"];
    pen.fillRect(x - room / 2, y - room / 2, room, room);
  }
}
