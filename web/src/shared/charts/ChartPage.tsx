// The control chart of one series, as a chart or as a table, with its flagged points listed beside it.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { answered, shared, type ChartPoint, type SeriesChart } from "../api";
import { computed, count, unit, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { allOf } from "../keyset";
import { Button } from "../ui/Button";
import { Grid } from "../ui/Grid";
import { LongGrid, type WideColumn } from "../ui/LongGrid";
import { LevelMark } from "../ui/Mark";
import { Segmented } from "../ui/Segmented";
import { Empty, Failed, Loading } from "../ui/State";
import { qualifierText } from "../ui/subject";
import { useOpenWarning } from "../ui/WarningList";
import { ControlChart } from "./ControlChart";
import { reported } from "./Readout";

/** Most points of a chart: the most the API gives. */
const POINTS_MAX = 10_000;
/** Flagged points listed at first, and each time more are asked for. */
const LISTED = 100;
/** With more rows than this, only those in sight are in the document. */
const ROWS_MAX = 500;
const CARD_PX = 168;

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
  const flagged = useMemo(() => points.filter((point) => point.flags.length > 0), [points]);
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
  const [listed, setListed] = useState(LISTED);
  const newest = useMemo(() => points.toReversed(), [points]);
  const more = Math.min(LISTED, points.length - listed);
  return (
    <section className="panel" aria-labelledby="flagged-title">
      <header>
        <h2 id="flagged-title">
          {t("chart.flagged")} <span className="quiet">{count(points.length)}</span>
        </h2>
      </header>
      {points.length === 0 && <Empty title={t("chart.no_flags")} />}
      <ul className="flagged" data-testid="flagged">
        {newest.slice(0, listed).map((point) => {
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
                  {reported(point, "1")} <span className="unit">{unit(seriesUnit)}</span>
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
      {more > 0 && (
        <Button wide className="no-print" onClick={() => setListed(listed + LISTED)}>
          {t("chart.more_flagged", { n: more })}
        </Button>
      )}
    </section>
  );
}

function PointTable({ points, seriesUnit }: { points: ChartPoint[]; seriesUnit: string }) {
  const { t } = useSpeech();
  const columns = useMemo<WideColumn<ChartPoint>[]>(() => {
    const number = (text: string | null | undefined) =>
      text == null ? <span className="quiet">–</span> : <span title={text}>{computed(text)}</span>;
    const limit = (key: string, title: string, of: (point: ChartPoint) => string | null | undefined) => ({
      key,
      title,
      width: "minmax(90px, 1fr)",
      numeric: true,
      cell: (point: ChartPoint) => number(of(point)),
    });
    return [
      {
        key: "batch",
        width: "minmax(120px, 1.4fr)",
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
        width: "180px",
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
        width: "minmax(90px, 1fr)",
        title: `${t("chart.value")} ${unit(seriesUnit)}`.trim(),
        numeric: true,
        cell: (point) => reported(point, "1"),
      },
      limit("lower", t("chart.limit_lower"), ({ limit_lower }) => limit_lower),
      limit("center", t("chart.center"), ({ center }) => center),
      limit("upper", t("chart.limit_upper"), ({ limit_upper }) => limit_upper),
      {
        key: "flags",
        width: "minmax(90px, 1fr)",
        title: t("chart.flagged"),
        cell: ({ flags }) => flags.map((flag) => <LevelMark key={flag.finding_id} level={flag.level} />),
      },
    ];
  }, [t, seriesUnit]);
  const rows = useMemo(() => points.toReversed(), [points]);
  const list = useMemo(() => allOf(rows), [rows]);
  const all = { label: t("series.title"), columns, id: (point: ChartPoint) => point.record, testId: "points" };
  return rows.length > ROWS_MAX ? <LongGrid {...all} list={list} cardPx={CARD_PX} /> : <Grid {...all} rows={rows} />;
}
