// The governance end's first page: figures, boxes, warnings.
import { useQuery } from "@tanstack/react-query";
import { answered, center } from "../shared/api";
import { clockTime, count } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { Figure } from "../shared/ui/Figure";
import { LevelCounts } from "../shared/ui/LevelCounts";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { WarningList } from "../shared/ui/WarningList";
import { BoxTable } from "./BoxTable";

/** Asked again this often even if the stream says nothing: a box that falls silent changes nothing. */
const ASK_AGAIN_MS = 10_000;

export function OverviewPage() {
  const { t } = useSpeech();
  const overview = useQuery({
    queryKey: ["overview"],
    queryFn: () => answered(center.GET("/api/v1/overview")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const boxes = useQuery({
    queryKey: ["boxes"],
    queryFn: () => answered(center.GET("/api/v1/boxes")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const figures = overview.data;
  return (
    <>
      <dl className="figures">
        <Figure
          label={t("overview.boxes")}
          value={figures?.boxes_online}
          note={figures === undefined ? undefined : `/ ${count(figures.boxes)}`}
          testId="boxes-online"
        />
        <Figure label={t("overview.batches")} value={figures?.batches} testId="batches" />
        <Figure
          label={t("overview.readings")}
          value={figures?.readings}
          note={figures === undefined ? undefined : t("overview.in_lake", { n: count(figures.readings_in_lake) })}
          testId="overview-readings"
        />
        <LevelCounts counts={figures?.warnings_open} />
      </dl>
      <div className="columns">
        <div className="column wide">
          <section className="panel" aria-labelledby="boxes-title">
            <header>
              <h2 id="boxes-title">
                {t("boxes.title")}{" "}
                <span className="quiet">{t("boxes.count", { n: count(boxes.data?.items.length ?? 0) })}</span>
              </h2>
              {figures !== undefined && (
                <span className="quiet small">{t("overview.as_of", { time: clockTime(figures.counted_at) })}</span>
              )}
            </header>
            {boxes.isPending && <Loading />}
            {boxes.isError && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
            {boxes.data?.items.length === 0 && <Empty title={t("boxes.empty")}>{t("boxes.empty_help")}</Empty>}
            {boxes.data !== undefined && boxes.data.items.length > 0 && <BoxTable boxes={boxes.data.items} />}
          </section>
        </div>
        <div className="column">
          {overview.isError && <Failed error={overview.error} retry={() => void overview.refetch()} />}
          <WarningList showEnterprise />
        </div>
      </div>
    </>
  );
}
