// The chart of a series: a plot that is zoomed and moved by hand or keys, a readout of one point, a strip of the whole.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { ChartPoint, SeriesChart } from "../api";
import { useAppearance } from "../appearance";
import { count } from "../format";
import { useSpeech } from "../i18n";
import { Button } from "../ui/Button";
import "./chart.css";
import { columnsOf } from "./columns";
import { hit, nearest, xOf, yOf } from "./drawn";
import { gestures } from "./gestures";
import { Legend } from "./Legend";
import { Overview } from "./Overview";
import { plot as draw, type Plot } from "./plot";
import { Readout, spoken } from "./Readout";
import { holding, kept, latest, SHOWN_AT_FIRST, Viewing, whole, zoomed } from "./view";

/** Half of the 24 pixels that a target must have (WCAG 2.2, 2.5.8). */
const REACH_PX = 12;
const ZOOM_STEP = 1.6;

export function ControlChart({ chart, onPoint }: { chart: SeriesChart; onPoint: (warningId: string) => void }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const { palette } = useAppearance();
  const { points, series } = chart;
  const length = points.length;
  const columns = useMemo(() => columnsOf(points), [points]);
  const [viewing] = useState(() => new Viewing(latest(length)));
  const [at, setAt] = useState<number | null>(null);
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const readout = useRef<HTMLDivElement>(null);
  const cross = useRef<HTMLDivElement>(null);

  // Points came or went: whoever reads keeps the batches in sight.
  const before = useRef(points);
  useLayoutEffect(() => {
    if (before.current === points) return;
    const ids = (of: ChartPoint[]) => of.map(({ record }) => record);
    viewing.show(kept(viewing.view, ids(before.current), ids(points)));
    before.current = points;
    setAt(null);
  }, [points, viewing]);

  const drawing = useMemo(
    () => ({
      columns,
      palette,
      batches: points.map(({ batch }) => batch),
      bands: chart.phases.map(({ first, last, kind }) => ({
        first,
        last,
        name: t(`phase.${kind}`),
        colour: { collecting: palette.shade, preliminary: palette.shadeWarm, long_term: palette.surface }[kind],
      })),
    }),
    [columns, palette, points, chart.phases, t],
  );

  /** Hairline, ring and readout go where the point is now. */
  const placeCross = useCallback(() => {
    const [made, line, text] = [plot.current, cross.current, readout.current];
    if (made === null || line === null || text === null) return;
    const frame = made.frame();
    const [x, value] = at === null ? [NaN, NaN] : [xOf(frame, at), columns.values[at] ?? NaN];
    const seen = x >= frame.left - 1 && x <= frame.left + frame.width + 1;
    line.hidden = !seen;
    text.dataset["seen"] = String(seen);
    if (!seen) return;
    line.style.transform = `translateX(${x}px)`;
    line.style.setProperty("--top", `${frame.top}px`);
    line.style.setProperty("--height", `${frame.height}px`);
    line.style.setProperty("--y", Number.isNaN(value) ? "-100px" : `${yOf(frame, value)}px`);
    // The readout stands in the corner away from the point, where it hides least.
    const [left, low] = [x < frame.left + frame.width / 2, yOf(frame, value) > frame.top + frame.height / 2];
    const across = left ? `${x + 16}px` : `calc(${x - 16}px - 100%)`;
    const down = low ? `${frame.top + 8}px` : `calc(${frame.top + frame.height - 8}px - 100%)`;
    text.style.transform = `translate(${across}, ${down})`;
  }, [at, columns]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const made = draw(element, drawing, viewing.view);
    plot.current = made;
    const stop = viewing.listen((view) => made.show(view));
    let size = `${element.clientWidth} ${element.clientHeight}`;
    const sizes = new ResizeObserver(() => {
      const now = `${element.clientWidth} ${element.clientHeight}`;
      if (now !== size) made.resize(element.clientWidth, element.clientHeight);
      size = now;
    });
    sizes.observe(element);
    return () => {
      stop();
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawing, viewing]);

  useEffect(() => {
    placeCross();
    // The plot draws in a microtask after it was told; the cross follows it.
    return viewing.listen(() => queueMicrotask(placeCross));
  }, [placeCross, viewing, drawing]);

  const open = (place: number | null) => {
    const warningId = place === null ? undefined : points[place]?.flags[0]?.warning_id;
    if (warningId !== undefined) onPoint(warningId);
  };
  const pressed = useRef(open);
  useEffect(() => {
    pressed.current = open;
  });
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const frame = () => plot.current?.frame() ?? null;
    const flaggedAt = ({ x, y }: { x: number; y: number }) => {
      const now = frame();
      return now === null ? null : hit(now, columns, x, y, REACH_PX);
    };
    return gestures(element, {
      viewing,
      frame,
      length: () => columns.length,
      over: (pointer) => {
        const now = frame();
        const flagged = pointer === null ? null : flaggedAt(pointer);
        element.classList.toggle("on-flagged", flagged !== null);
        setAt(pointer === null || now === null ? null : (flagged ?? nearest(now, pointer.x, columns.length)));
      },
      press: (pointer) => pressed.current(flaggedAt(pointer)),
    });
  }, [columns, viewing]);

  const readAt = (place: number) => {
    const next = Math.min(length - 1, Math.max(0, place));
    setAt(next);
    viewing.show(holding(viewing.view, next, length));
  };
  const inSight = () => Math.min(length - 1, Math.max(0, Math.floor(viewing.view.to)));
  const zoom = (times: number) => {
    const { from, to } = viewing.view;
    const middle = at !== null && at >= from && at <= to ? at : (from + to) / 2;
    viewing.show(zoomed(viewing.view, middle, times, length));
  };
  const page = () => Math.max(1, Math.round((viewing.view.to - viewing.view.from) / 2));
  const keys: Record<string, () => void> = {
    ArrowLeft: () => readAt((at ?? inSight() + 1) - 1),
    ArrowRight: () => readAt((at ?? inSight() - 1) + 1),
    ArrowDown: () => readAt((at ?? inSight() + 1) - 1),
    ArrowUp: () => readAt((at ?? inSight() - 1) + 1),
    PageDown: () => readAt((at ?? inSight()) - page()),
    PageUp: () => readAt((at ?? inSight()) + page()),
    Home: () => readAt(0),
    End: () => readAt(length - 1),
    "+": () => zoom(1 / ZOOM_STEP),
    "=": () => zoom(1 / ZOOM_STEP),
    "-": () => zoom(ZOOM_STEP),
    Enter: () => open(at),
    Escape: () => setAt(null),
  };
  const press = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  const flagged = columns.flagged.places.length;
  const said = points[at ?? inSight()];
  const values = { parameter: pick(series.parameter.name), n: count(length), flagged: count(flagged) };
  return (
    <div className="chart-box">
      <div className="chart-head">
        <Legend columns={columns} />
        <div className="chart-tools no-print" role="group" aria-label={t("chart.range")}>
          <Button small onClick={() => zoom(ZOOM_STEP)} aria-label={t("chart.zoom_out")} title={t("chart.zoom_out")}>
            −
          </Button>
          <Button small onClick={() => zoom(1 / ZOOM_STEP)} aria-label={t("chart.zoom_in")} title={t("chart.zoom_in")}>
            +
          </Button>
          {length > SHOWN_AT_FIRST && (
            <Button small onClick={() => viewing.show(latest(length))} data-testid="chart-latest">
              {t("chart.latest", { n: SHOWN_AT_FIRST })}
            </Button>
          )}
          <Button small onClick={() => viewing.show(whole(length))} data-testid="chart-whole">
            {t("chart.whole")}
          </Button>
        </div>
      </div>
      <div className="chart-place">
        <div
          ref={holder}
          className="chart"
          role="slider"
          tabIndex={0}
          aria-label={t("chart.aria", values)}
          aria-describedby="chart-hint"
          aria-valuemin={1}
          aria-valuemax={length}
          aria-valuenow={(at ?? inSight()) + 1}
          aria-valuetext={said === undefined ? undefined : spoken(said, series.unit, speech)}
          onKeyDown={press}
          data-testid="chart"
          data-flagged={flagged}
        />
        <div ref={cross} className="chart-cross no-print" aria-hidden="true" hidden />
        <Readout ref={readout} point={at === null ? null : (points[at] ?? null)} seriesUnit={series.unit} />
      </div>
      <Overview columns={columns} palette={palette} viewing={viewing} />
      <p id="chart-hint" className="quiet small chart-hint no-print">
        {t("chart.hint")}
      </p>
    </div>
  );
}
