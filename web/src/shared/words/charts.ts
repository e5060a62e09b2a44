// Texts of the control chart. Part of dictionary.ts.

export const chartsZh = {
  "chart.value_censored": "带比较符的结果（< ≤ > ≥）",
  "chart.zoom_in": "放大",
  "chart.zoom_out": "缩小",
  "chart.latest": "最近 {n} 批",
  "chart.whole": "全部",
  "chart.range": "显示范围",
  "chart.hint": "滚轮缩放，拖动平移；方向键逐批读数，+ − 缩放，回车打开标记点的预警。",
  "chart.read": "将指针移到图上，或轻触图上的一批，即可读数。",
  "chart.more_flagged": "再显示 {n} 个",
};

export const chartsEn: Record<keyof typeof chartsZh, string> = {
  "chart.value_censored": "Result with a comparator (< ≤ > ≥)",
  "chart.zoom_in": "Zoom in",
  "chart.zoom_out": "Zoom out",
  "chart.latest": "Latest {n} batches",
  "chart.whole": "All",
  "chart.range": "Range shown",
  "chart.hint": "Wheel zooms, drag moves; arrow keys read batch by batch, + − zoom, Enter opens the warning of a flagged point.",
  "chart.read": "Point at the chart, or tap a batch, to read it.",
  "chart.more_flagged": "Show {n} more",
};
