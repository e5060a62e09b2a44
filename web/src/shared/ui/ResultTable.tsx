// Results of one step: the value, where it lies between its limits, and what was found on it.
import { useMemo } from "react";
import { Link } from "react-router";
import type { BatchResult } from "../api";
import { computed, unit } from "../format";
import { useSpeech } from "../i18n";
import { chartPath } from "../paths";
import { Grid, type Column } from "./Grid";
import { LevelMark } from "./Mark";
import { Strip } from "./Strip";
import { qualifierText } from "./subject";
import { useOpenWarning } from "./WarningList";

/** `88.25 … 99.75`, open where there is no limit. */
function between(lower: string | null | undefined, upper: string | null | undefined): string {
  const shown = (text: string | null | undefined) => (text == null ? "" : computed(text));
  if (lower == null && upper == null) return "–";
  if (lower == null) return `≤ ${shown(upper)}`;
  if (upper == null) return `≥ ${shown(lower)}`;
  return `${shown(lower)} … ${shown(upper)}`;
}

export function ResultTable({ results }: { results: BatchResult[] }) {
  const { t, pick } = useSpeech();
  const [, open] = useOpenWarning();
  const columns = useMemo<Column<BatchResult>[]>(
    () => [
      {
        key: "parameter",
        title: t("readings.parameter"),
        cell: ({ parameter, qualifiers, series_id: series }) => (
          <>
            <Link to={chartPath(series)} className="name">
              {pick(parameter.name)}
            </Link>{" "}
            <span className="quiet small">
              <span className="mono">{parameter.code}</span> {qualifierText(qualifiers)}
            </span>
          </>
        ),
      },
      {
        key: "value",
        title: t("readings.value"),
        numeric: true,
        cell: ({ point, unit: ucum }) => (
          <>
            <strong>
              {point.comparator === "=" ? "" : point.comparator}
              {point.value ?? "–"}
            </strong>{" "}
            <span className="unit">{unit(ucum)}</span>
            {point.version > 1 && <span className="quiet small"> {t("chart.version", { n: point.version })}</span>}
          </>
        ),
      },
      { key: "strip", title: t("batches.place"), cell: ({ point }) => <Strip point={point} /> },
      {
        key: "limits",
        title: t("chart.limits"),
        numeric: true,
        cell: ({ point }) => between(point.limit_lower, point.limit_upper),
      },
      {
        key: "spec",
        title: t("chart.spec"),
        numeric: true,
        cell: ({ point }) => between(point.spec_lower, point.spec_upper),
      },
      {
        key: "flags",
        title: t("warnings.found"),
        cell: ({ point }) =>
          point.flags.length === 0 ? (
            <span className="quiet">{point.limit_upper == null && point.limit_lower == null ? t("batches.unjudged") : t("batches.in_control")}</span>
          ) : (
            <span className="levels-in-row">
              {point.flags.map((flag) => (
                <button key={flag.finding_id} type="button" className="link" onClick={() => open(flag.warning_id)}>
                  <LevelMark level={flag.level} /> {t(`signal.${flag.signal}`)}
                </button>
              ))}
            </span>
          ),
      },
    ],
    [t, pick, open],
  );
  return (
    <Grid
      label={t("batches.results_title")}
      columns={columns}
      rows={results}
      id={({ point, series_id: series }) => `${series}/${point.record}`}
      testId="results"
    />
  );
}
