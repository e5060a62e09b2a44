// Evidence at the enterprise end: how far the log has come, its newest checkpoint and receipt, how to verify it offline.
import { useQuery } from "@tanstack/react-query";
import { answered, edge } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { Claims, HowToVerify } from "../shared/ui/Claims";
import { CopyText } from "../shared/ui/CopyText";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { useStatus } from "./status";

/** Asked again this often: a checkpoint comes every few seconds. */
const ASK_AGAIN_MS = 15_000;

export function EvidencePage() {
  const { t } = useSpeech();
  const status = useStatus();
  const log = useQuery({
    queryKey: ["evidence"],
    queryFn: () => answered(edge.GET("/api/v1/evidence")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const { checkpoint, receipt } = log.data ?? {};
  return (
    <>
      <section className="panel page-gap" aria-labelledby="evidence-title">
        <header>
          <h1 id="evidence-title">{t("evidence.title")}</h1>
          {log.data !== undefined && <span className="quiet mono">{log.data.origin}</span>}
        </header>
        {status.isPending && <Loading />}
        {status.isError && <Failed error={status.error} retry={() => void status.refetch()} />}
        {status.data !== undefined && <Claims progress={status.data.progress} />}
      </section>
      <div className="columns halves">
        <div className="column">
          <section className="panel" aria-labelledby="checkpoint-title">
            <header>
              <h2 id="checkpoint-title">{t("evidence.checkpoint")}</h2>
            </header>
            {log.isPending && <Loading />}
            {log.isError && <Failed error={log.error} retry={() => void log.refetch()} />}
            {log.isSuccess && checkpoint == null && <Empty title={t("evidence.no_checkpoint")}>{t("evidence.no_checkpoint_help")}</Empty>}
            {checkpoint != null && (
              <div className="text-block">
                <p className="quiet">{t("evidence.checkpoint_help")}</p>
                <CopyText text={checkpoint} label={t("evidence.checkpoint")} />
              </div>
            )}
          </section>
          <section className="panel" aria-labelledby="receipt-title">
            <header>
              <h2 id="receipt-title">{t("evidence.receipt")}</h2>
            </header>
            {log.isSuccess && receipt == null && <Empty title={t("evidence.no_receipt")}>{t("evidence.no_receipt_help")}</Empty>}
            {receipt != null && (
              <div className="text-block">
                <p className="quiet">{t("evidence.receipt_help")}</p>
                <CopyText text={receipt} label={t("evidence.receipt")} />
              </div>
            )}
          </section>
        </div>
        <div className="column">
          {log.data !== undefined && (
            <HowToVerify origin={log.data.origin} vkey={log.data.vkey} folder={log.data.folder ?? undefined} />
          )}
        </div>
      </div>
    </>
  );
}
