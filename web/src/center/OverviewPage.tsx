// The governance end's first page: what needs me now, the province in figures, the newest batches and warnings.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { answered, center, shared } from "../shared/api";
import { clockTime, count } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { listPath } from "../shared/paths";
import { useMay } from "../shared/session";
import { Attention, type Concern } from "../shared/ui/Attention";
import { Figure } from "../shared/ui/Figure";
import { RecentBatches } from "../shared/ui/RecentBatches";
import { Failed, Loading } from "../shared/ui/State";
import { WarningList } from "../shared/ui/WarningList";
import { BoxTable } from "./BoxTable";
import { frozen, silent, useBoxes } from "./boxes";

/** Asked again this often even if the stream says nothing. */
const ASK_AGAIN_MS = 10_000;
/** Batches shown here; the page of batches has them all. */
const BATCHES = 10;
/** Boxes shown here, those that need somebody first. */
const BOXES = 6;

export function OverviewPage() {
  const { t } = useSpeech();
  const may = useMay();
  const overview = useQuery({
    queryKey: ["overview"],
    queryFn: () => answered(center.GET("/api/v1/overview")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const boxes = useBoxes(may("view_boxes"));
  const batches = useQuery({
    queryKey: ["batches", "newest"],
    enabled: may("view_batches"),
    queryFn: () => answered(shared.GET("/api/v1/batches", { params: { query: { limit: BATCHES } } })),
  });
  const figures = overview.data;
  const rows = boxes.data?.items;
  const concerns = useConcerns(rows);
  const first = [...(rows ?? [])].sort((a, b) => urgency(b) - urgency(a)).slice(0, BOXES);
  return (
    <>
      {(may("view_boxes") || may("view_warnings")) && <Attention concerns={may("view_boxes") ? concerns : []} />}
      {overview.isError && <Failed error={overview.error} retry={() => void overview.refetch()} />}
      <dl className="figures even">
        <Figure
          label={t("overview.boxes")}
          value={figures?.boxes_online}
          note={figures === undefined ? undefined : `/ ${count(figures.boxes)}`}
          testId="boxes-online"
        />
        <Figure
          label={t("overview.batches_today")}
          value={figures?.batches_today}
          note={figures === undefined ? undefined : t("overview.in_all", { n: count(figures.batches) })}
          testId="batches-known"
        />
        <Figure
          label={t("overview.readings_today")}
          value={figures?.readings_today}
          note={
            figures === undefined
              ? undefined
              : t("overview.readings_all", { n: count(figures.readings), lake: count(figures.readings_in_lake) })
          }
          testId="overview-readings"
        />
      </dl>
      <div className="columns">
        <div className="column wide">
          {may("view_boxes") && (
            <section className="panel" aria-labelledby="boxes-title">
              <header>
                <h2 id="boxes-title">
                  <Link to="/boxes">{t("boxes.title")}</Link>{" "}
                  <span className="quiet">{t("boxes.count", { n: count(rows?.length ?? 0) })}</span>
                </h2>
                {figures !== undefined && (
                  <span className="quiet small">{t("overview.as_of", { time: clockTime(figures.counted_at) })}</span>
                )}
              </header>
              {boxes.isPending && <Loading />}
              {boxes.isError && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
              {rows !== undefined && <BoxTable boxes={first} />}
            </section>
          )}
          {may("view_batches") && <RecentBatches batches={batches} showEnterprise />}
        </div>
        <div className="column">
          {may("view_warnings") && <WarningList showEnterprise />}
        </div>
      </div>
    </>
  );
}

/** What needs a decision before what needs a call, before what lags, before what is well. */
function urgency(box: { verification: string; online: boolean; lag_ms?: number | null }): number {
  if (box.verification === "frozen") return 3;
  if (!box.online) return 2;
  return (box.lag_ms ?? 0) > 0 ? 1 : 0;
}

function useConcerns(boxes: Parameters<typeof silent>[0] | undefined): Concern[] | undefined {
  const { t, pick } = useSpeech();
  if (boxes === undefined) return undefined;
  const names = (rows: typeof boxes) => [...new Set(rows.map((row) => pick(row.enterprise.name)))].join(", ");
  const [quiet, stopped] = [silent(boxes), frozen(boxes)];
  return [
    {
      key: "silent",
      label: t("attention.boxes"),
      number: quiet.length,
      why: quiet.length === 0 ? t("attention.boxes_good") : names(quiet),
      to: listPath("/boxes", { state: "silent" }),
    },
    {
      key: "frozen",
      label: t("attention.frozen"),
      number: stopped.length,
      why: stopped.length === 0 ? t("attention.frozen_good") : names(stopped),
      to: listPath("/boxes", { state: "frozen" }),
    },
  ];
}
