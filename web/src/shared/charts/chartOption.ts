// What is drawn: values in series order, the limits each was judged by, phases as bands, flagged points by shape.
import type { EChartsCoreOption } from "echarts/core";
import type { ChartPoint, Level, SeriesChart } from "../api";
import { computed, unit, wallTime } from "../format";
import type { Speech } from "../i18n";
import type { Palette } from "../theme";

/** Batches shown at first; the rest is reached with the slider. */
const SHOWN_AT_FIRST = 120;
/** With more points than this, only flagged ones have a mark of their own: the others are a line. */
const SYMBOLS_MAX = 1000;
/** The same shapes as beside the words. */
const SHAPES: Record<Level, string> = { red: "diamond", orange: "triangle", yellow: "circle", notice: "rect" };
const LEVELS: Level[] = ["red", "orange", "yellow", "notice"];

/** A decimal as a place on the axis; the tooltip shows the decimal itself. */
function place(text: string | null | undefined): number | null {
  return text == null ? null : Number(text);
}

function line(name: string, data: (number | null)[], color: string, dash: "solid" | "dashed" | "dotted") {
  return {
    name,
    type: "line",
    step: "middle",
    data,
    sampling: "lttb",
    symbol: "none",
    silent: true,
    lineStyle: { color, width: 1.2, type: dash },
    itemStyle: { color },
    tooltip: { show: false },
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function tooltip(point: ChartPoint, seriesUnit: string, { t }: Speech): string {
  const sign = point.comparator === "=" ? "" : point.comparator;
  const limit = (text: string | null | undefined) => (text == null ? "–" : computed(text));
  const rows = [
    `<strong>${escaped(t("subject.batch", { batch: point.batch }))}</strong>`,
    escaped(wallTime(point.batch_end_at)),
    `${escaped(t("chart.value"))} <strong>${escaped(`${sign}${point.value ?? "–"} ${unit(seriesUnit)}`)}</strong>`,
    `${escaped(t("chart.limits"))} ${escaped(`${limit(point.limit_lower)} … ${limit(point.limit_upper)}`)}`,
    ...point.flags.map((flag) => escaped(`${t(`level.${flag.level}`)} · ${t(`signal.${flag.signal}`)}`)),
  ];
  return rows.join("<br>");
}

/** The phases as bands behind the points, named at their top. */
function bands(chart: SeriesChart, { t }: Speech, palette: Palette) {
  const shades = { collecting: palette.shade, preliminary: palette.shadeWarm, long_term: palette.surface };
  return chart.phases.map((phase) => [
    {
      name: t(`phase.${phase.kind}`),
      xAxis: phase.first,
      itemStyle: { color: shades[phase.kind], borderColor: palette.line, borderWidth: 1 },
      label: { position: "insideTopLeft", color: palette.inkSoft, fontSize: 11 },
    },
    // Up to the next phase, so that no batch stands between two.
    { xAxis: Math.min(phase.last + 1, chart.points.length - 1) },
  ]);
}

export function chartOption(chart: SeriesChart, speech: Speech, palette: Palette): EChartsCoreOption {
  const { t } = speech;
  const { points, series } = chart;
  const column = (of: (point: ChartPoint) => string | null | undefined) => points.map((point) => place(of(point)));
  const many = points.length > SYMBOLS_MAX;
  const has = (of: (point: ChartPoint) => string | null | undefined) => points.some((point) => of(point) != null);
  const limits = [
    line(t("chart.center"), column((p) => p.center), palette.good, "solid"),
    line(t("chart.limits"), column((p) => p.limit_upper), palette.limit, "dashed"),
    line(t("chart.limits"), column((p) => p.limit_lower), palette.limit, "dashed"),
  ];
  const specs = [
    ...(has((p) => p.spec_upper) ? [line(t("chart.spec"), column((p) => p.spec_upper), palette.red, "dotted")] : []),
    ...(has((p) => p.spec_lower) ? [line(t("chart.spec"), column((p) => p.spec_lower), palette.red, "dotted")] : []),
  ];
  const values = {
    name: t("chart.value"),
    type: "line",
    z: 3,
    symbol: "circle",
    symbolSize: 6,
    showAllSymbol: !many,
    showSymbol: !many,
    ...(many ? { sampling: "lttb" } : {}),
    lineStyle: { color: palette.brand, width: 1.4 },
    itemStyle: { color: palette.brand },
    data: points.map((point) => ({
      value: place(point.value),
      symbol: point.comparator === "=" ? "circle" : "emptyCircle",
    })),
    markArea: { silent: true, data: bands(chart, speech, palette) },
  };
  const flags = LEVELS.map((level) => ({
    name: t(`level.${level}`),
    type: "scatter",
    z: 5,
    symbol: SHAPES[level],
    symbolSize: 15,
    itemStyle: { color: palette[level], opacity: 1, borderColor: palette.surface, borderWidth: 1.5 },
    data: points.map((point) => (point.flags[0]?.level === level ? place(point.value) : null)),
  })).filter((flag) => flag.data.some((value) => value !== null));
  const first = Math.max(0, points.length - SHOWN_AT_FIRST);
  return {
    animation: false,
    textStyle: { fontFamily: "inherit", color: palette.ink },
    grid: { left: 8, right: 16, top: 44, bottom: 64, containLabel: true },
    legend: { top: 4, left: 0, itemWidth: 22, itemHeight: 10, textStyle: { color: palette.ink } },
    tooltip: {
      trigger: "axis",
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink },
      confine: true,
      formatter: (shown: { dataIndex: number }[]) => {
        const point = points[shown[0]?.dataIndex ?? -1];
        return point === undefined ? "" : tooltip(point, series.unit, speech);
      },
    },
    xAxis: {
      type: "category",
      data: points.map((point) => point.batch),
      axisLabel: { color: palette.inkSoft, hideOverlap: !many },
      axisLine: { lineStyle: { color: palette.inkSoft } },
    },
    yAxis: {
      type: "value",
      scale: true,
      name: unit(series.unit),
      nameTextStyle: { color: palette.inkSoft, align: "left" },
      axisLabel: { color: palette.inkSoft },
      splitLine: { lineStyle: { color: palette.line } },
    },
    dataZoom: [
      { type: "inside", startValue: first, endValue: points.length - 1 },
      { type: "slider", startValue: first, endValue: points.length - 1, height: 20, bottom: 12, brushSelect: false },
    ],
    series: [values, ...limits, ...specs, ...flags],
  };
}
