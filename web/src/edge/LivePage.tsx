// The one page of the enterprise end.
import { useQuery } from "@tanstack/react-query";
import { answered, edge } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { Figure } from "../shared/ui/Figure";
import { LevelCounts } from "../shared/ui/LevelCounts";
import { Failed, Loading } from "../shared/ui/State";
import { WarningList } from "../shared/ui/WarningList";
import { BoxPanel } from "./BoxPanel";
import { LATEST_KEY } from "./latest";
import { ReadingTable } from "./ReadingTable";

/** Asked again this often even if the stream says nothing. */
const ASK_AGAIN_MS = 10_000;

export function LivePage() {
  const { t } = useSpeech();
  const status = useQuery({
    queryKey: ["status"],
    queryFn: () => answered(edge.GET("/api/v1/status")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const latest = useQuery({
    queryKey: LATEST_KEY,
    queryFn: () => answered(edge.GET("/api/v1/readings/latest")),
    staleTime: Infinity,
  });
  const counts = status.data?.counts;
  return (
    <>
      <dl className="figures" aria-label={t("counts.of_values")}>
        <Figure label={t("counts.accepted")} value={counts?.accepted} testId="accepted" />
        <Figure label={t("counts.rejected")} value={counts?.rejected} testId="rejected" />
        <Figure label={t("counts.lost")} value={counts?.lost_in_gaps} testId="lost" />
        <LevelCounts counts={status.data?.warnings_open} />
      </dl>
      <div className="columns">
        <div className="column wide">
          {latest.isPending && <Loading />}
          {latest.isError && <Failed error={latest.error} retry={() => void latest.refetch()} />}
          {latest.data !== undefined && <ReadingTable latest={latest.data} />}
        </div>
        <div className="column">
          <WarningList showEnterprise={false} />
          {status.isError && <Failed error={status.error} retry={() => void status.refetch()} />}
          {status.data !== undefined && <BoxPanel status={status.data} />}
        </div>
      </div>
    </>
  );
}
