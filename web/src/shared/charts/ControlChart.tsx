// The chart itself. ECharts is imported here only, and only the parts used.
import { LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use as install, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef } from "react";
import type { ChartPoint, SeriesChart } from "../api";
import { count } from "../format";
import { useAppearance } from "../appearance";
import { useSpeech } from "../i18n";
import { chartOption } from "./chartOption";

install([
  AriaComponent,
  CanvasRenderer,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  ScatterChart,
  TooltipComponent,
]);

export function ControlChart({ chart, onPoint }: { chart: SeriesChart; onPoint: (warningId: string) => void }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const { palette } = useAppearance();
  const holder = useRef<HTMLDivElement>(null);
  const drawn = useRef<ECharts>(null);
  const open = useRef(onPoint);
  const points = useRef<ChartPoint[]>(chart.points);
  useEffect(() => {
    open.current = onPoint;
    points.current = chart.points;
  });

  useEffect(() => {
    if (holder.current === null) return undefined;
    const instance = init(holder.current);
    drawn.current = instance;
    instance.on("click", (event) => {
      const warningId = points.current[event.dataIndex]?.flags[0]?.warning_id;
      if (warningId !== undefined) open.current(warningId);
    });
    const sizes = new ResizeObserver(() => instance.resize());
    sizes.observe(holder.current);
    return () => {
      sizes.disconnect();
      instance.dispose();
    };
  }, []);

  const option = useMemo(() => chartOption(chart, speech, palette), [chart, speech, palette]);
  useEffect(() => {
    drawn.current?.setOption(option, { notMerge: true });
  }, [option]);

  const flagged = chart.points.filter((point) => point.flags.length > 0).length;
  const label = t("chart.aria", {
    parameter: pick(chart.series.parameter.name),
    n: count(chart.points.length),
    flagged: count(flagged),
  });
  return <div ref={holder} className="chart" role="img" aria-label={label} data-testid="chart" data-flagged={flagged} />;
}
