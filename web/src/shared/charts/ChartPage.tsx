// The control chart of one series, as a chart or as a table, with its flagged points listed beside it.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { answered, shared, type ChartPoint, type SeriesChart } from "../api";
import { computed, count, unit, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { Button } from "../ui/Button";
import { Grid, type Column } from "../ui/Grid";
import { LevelMark } from "../ui/Mark";
import { Segmented } from "../ui/Segmented";
import { Empty, Failed, Loading } from "../ui/State";
import { qualifierText } from "../ui/subject";
import { useOpenWarning } from "../ui/WarningList";
import { ControlChart } from "./ControlChart";

/** Most points of a chart: the most the API gives. */
const POINTS_MAX = 10_000;

export function ChartPage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const [all, setAll] = useState(false);
  const query = all ? { points: POINTS_MAX } : {};
  const chart = useQuery({
    queryKey: ["chart", id, { all }],
    placeholderData: (before: SeriesChart | undefined) => (before?.series.id === id ? before : undefined),
    queryFn: () => answered(shared.GET("/api/v1/series/{id}/chart", { params: { path: { id }, query } })),
  });
  return (
    <>
      <p className="back">
        <Link to="/series">← {t("chart.back")}</Link>
      </p>
      {chart.isPending && <Loading />}
      {chart.isError && <Failed error={chart.error} retry={() => void chart.refetch()} />}
      {chart.data !== undefined && <Chart chart={chart.data} showAll={all ? undefined : () => setAll(true)} />}
    </>
  );
}

function Chart({ chart, showAll }: { chart: SeriesChart; showAll: (() => void) | undefined }) {
  const { t, pick } = useSpeech();
  const [view, setView] = useState<"chart" | "table">("chart");
  const [, openWarning] = useOpenWarning();
  const { series, points } = chart;
  const flagged = points.filter((point) => point.flags.length > 0);
  const censored = points.some((point) => point.comparator !== "=");
  const facts = [series.product, series.step, qualifierText(series.qualifiers), unit(series.unit)];
  return (
    <div className="columns">
      <div className="column wide">
        <section className="panel" aria-labelledby="chart-title">
          <header>
            <div>
              <h1 id="chart-title">
                {pick(series.parameter.name)} <span className="quiet mono small">{series.parameter.code}</span>
              </h1>
              <p className="facts quiet">
                <span>{pick(series.enterprise.name)}</span>
                {facts.filter((fact) => fact != null && fact !== "").map((fact) => (
                  <span key={fact}>{fact}</span>
                ))}
              </p>
            </div>
            <Segmented
              label={t("chart.view")}
              value={view}
              onChange={setView}
              options={[
                { value: "chart", label: t("chart.as_chart") },
                { value: "table", label: t("chart.as_table") },
              ]}
            />
          </header>
          {points.length === 0 && <Empty title={t("chart.empty")} />}
          {points.length > 0 && view === "chart" && <ControlChart chart={chart} onPoint={openWarning} />}
          {points.length > 0 && view === "table" && <PointTable points={points} seriesUnit={series.unit} />}
          {censored && <p className="quiet note">{t("chart.censored")}</p>}
          {chart.left_out > 0 && (
            <p className="quiet note">
              {t("chart.left_out", { n: count(chart.left_out) })}{" "}
              {showAll !== undefined && (
                <Button small onClick={showAll} className="no-print" data-testid="show-all">
                  {t("chart.show_all")}
                </Button>
              )}
            </p>
          )}
        </section>
      </div>
      <div className="column">
        <FlaggedPoints points={flagged} seriesUnit={series.unit} />
      </div>
    </div>
  );
}

function FlaggedPoints({ points, seriesUnit }: { points: ChartPoint[]; seriesUnit: string }) {
  const { t } = useSpeech();
  const [, open] = useOpenWarning();
  return (
    <section className="panel" aria-labelledby="flagged-title">
      <header>
        <h2 id="flagged-title">
          {t("chart.flagged")} <span className="quiet">{count(points.length)}</span>
        </h2>
      </header>
      {points.length === 0 && <Empty title={t("chart.no_flags")} />}
      <ul className="flagged" data-testid="flagged">
        {points.toReversed().map((point) => {
          const worst = point.flags[0];
          if (worst === undefined) return null;
          return (
            <li key={point.record} className={`warning edge-${worst.level}`}>
              <button type="button" onClick={() => open(worst.warning_id)} data-testid="flagged-point">
                <span className="warning-head">
                  <LevelMark level={worst.level} />
                  <span className="quiet">{point.flags.map((flag) => t(`signal.${flag.signal}`)).join(", ")}</span>
                </span>
                <strong>
                  {shown(point)} <span className="unit">{unit(seriesUnit)}</span>
                </strong>
                <span className="facts">
                  <span>{t("subject.batch", { batch: point.batch })}</span>
                  <span className="quiet">{wallTime(point.batch_end_at)}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function shown(point: ChartPoint): string {
  return `${point.comparator === "=" ? "" : point.comparator}${point.value ?? "–"}`;
}

function PointTable({ points, seriesUnit }: { points: ChartPoint[]; seriesUnit: string }) {
  const { t } = useSpeech();
  const columns = useMemo<Column<ChartPoint>[]>(() => {
    const number = (text: string | null | undefined) =>
      text == null ? <span className="quiet">–</span> : <span title={text}>{computed(text)}</span>;
    return [
      {
        key: "batch",
        title: t("chart.batch"),
        cell: ({ batch, version }) => (
          <>
            <span className="mono">{batch}</span>{" "}
            {version > 1 && <span className="quiet small">{t("chart.version", { n: version })}</span>}
          </>
        ),
      },
      {
        key: "end",
        title: t("chart.batch_end"),
        cell: ({ batch_end_at, batch_ended }) => (
          <time dateTime={batch_end_at} title={batch_ended ? undefined : t("chart.result_time")}>
            {wallTime(batch_end_at)}
            {batch_ended ? "" : " *"}
          </time>
        ),
      },
      {
        key: "value",
        title: `${t("chart.value")} ${unit(seriesUnit)}`.trim(),
        numeric: true,
        cell: (point) => shown(point),
      },
      { key: "lower", title: t("chart.limit_lower"), numeric: true, cell: ({ limit_lower }) => number(limit_lower) },
      { key: "center", title: t("chart.center"), numeric: true, cell: ({ center }) => number(center) },
      { key: "upper", title: t("chart.limit_upper"), numeric: true, cell: ({ limit_upper }) => number(limit_upper) },
      {
        key: "flags",
        title: t("chart.flagged"),
        cell: ({ flags }) => flags.map((flag) => <LevelMark key={flag.finding_id} level={flag.level} />),
      },
    ];
  }, [t, seriesUnit]);
  return (
    <Grid label={t("series.title")} columns={columns} rows={points.toReversed()} id={(p) => p.record} testId="points" />
  );
}
