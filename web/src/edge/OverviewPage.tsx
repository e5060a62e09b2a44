// The enterprise end's first page: what needs me now, today's batches, the box.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { answered, shared } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { useMay } from "../shared/session";
import { Attention, type Concern } from "../shared/ui/Attention";
import { Figure } from "../shared/ui/Figure";
import { RecentBatches } from "../shared/ui/RecentBatches";
import { SealProgress } from "../shared/ui/SealProgress";
import { Failed, Loading } from "../shared/ui/State";
import { WarningList } from "../shared/ui/WarningList";
import { BoxPanel } from "./BoxPanel";
import { silent, useStatus, type BoxStatus } from "./status";

/** Batches shown here; the page of batches has them all. */
const BATCHES = 12;

export function OverviewPage() {
  const { t } = useSpeech();
  const may = useMay();
  const status = useStatus();
  const batches = useQuery({
    queryKey: ["batches", "newest"],
    enabled: may("view_batches"),
    queryFn: () => answered(shared.GET("/api/v1/batches", { params: { query: { limit: BATCHES } } })),
  });
  const counts = status.data?.counts;
  const concerns = useConcerns(status.data);
  return (
    <>
      <Attention concerns={concerns} />
      {status.isError && <Failed error={status.error} retry={() => void status.refetch()} />}
      <dl className="figures even" aria-label={t("counts.of_values")}>
        <Figure label={t("counts.accepted")} value={counts?.accepted} testId="accepted" />
        <Figure label={t("counts.rejected")} value={counts?.rejected} testId="rejected" />
        <Figure label={t("counts.lost")} value={counts?.lost_in_gaps} testId="lost" />
      </dl>
      <div className="columns">
        <div className="column wide">
          {may("view_batches") && <RecentBatches batches={batches} showEnterprise={false} />}
          <section className="panel" aria-labelledby="progress-title">
            <header>
              <h2 id="progress-title">
                <Link to="/evidence">{t("progress.title")}</Link>
              </h2>
            </header>
            {status.isPending && <Loading />}
            {status.data !== undefined && <SealProgress progress={status.data.progress} />}
          </section>
        </div>
        <div className="column">
          {may("view_warnings") && <WarningList showEnterprise={false} />}
          {status.data !== undefined && <BoxPanel status={status.data} />}
        </div>
      </div>
    </>
  );
}

function useConcerns(status: BoxStatus | undefined): Concern[] | undefined {
  const { t } = useSpeech();
  if (status === undefined) return undefined;
  const quiet = silent(status.sources);
  const troubles = [
    ...(status.uplink === "online" ? [] : [t(`attention.uplink_${status.uplink}`)]),
    ...(status.clock_synchronised === false ? [t("attention.clock")] : []),
  ];
  return [
    {
      key: "sources",
      label: t("attention.sources"),
      number: quiet.length,
      why: quiet.length === 0 ? t("attention.sources_good") : quiet.map(({ id }) => id).join(", "),
      to: "/sources",
    },
    {
      key: "box",
      label: t("attention.box"),
      number: troubles.length,
      why: troubles.length === 0 ? t("attention.box_good") : troubles.join("; "),
      to: "/evidence",
    },
  ];
}
