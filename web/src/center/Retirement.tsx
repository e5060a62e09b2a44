// Taking a box out of service: what it means, the signature it needs, and afterwards since when and by whose signature.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, center } from "../shared/api";
import { wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { useSession } from "../shared/session";
import { Button } from "../shared/ui/Button";
import { SignatureBlock } from "../shared/ui/SignatureBlock";
import { SignDialog } from "../shared/ui/SignDialog";
import { Failed, Loading } from "../shared/ui/State";
import "./retirement.css";

const recordOf = (boxId: string) => `box/${boxId}/retirement`;

/** Retires a box that is in service, for whoever may. */
export function RetireBox({ boxId, enterprise }: { boxId: string; enterprise: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const { acts } = useSession().me;
  const [open, setOpen] = useState(false);
  if (!acts.includes("retire_box") || !acts.includes("sign")) return null;
  const retire = async (proof: string, reason: string) => {
    const params = { path: { id: boxId } };
    await answered(center.POST("/api/v1/boxes/{id}/retirement", { params, body: { reason, proof } }));
    setOpen(false);
    for (const queryKey of [["box", boxId], ["boxes"], ["signatures", recordOf(boxId)]]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
  return (
    <section className="panel no-print" aria-labelledby="retire-title">
      <header>
        <div>
          <h2 id="retire-title">{t("retire.open")}</h2>
          <p className="quiet">{t("retire.help")}</p>
        </div>
        <Button kind="danger" onClick={() => setOpen(true)} data-testid="retire">
          {t("retire.open")}
        </Button>
      </header>
      <SignDialog
        open={open}
        title={t("retire.title", { box: boxId })}
        record={recordOf(boxId)}
        meaning="responsibility"
        sign={retire}
        explain={({ code }) => (code === "conflict" ? t("retire.conflict") : undefined)}
        onClose={() => setOpen(false)}
      >
        <p>
          <strong className="mono">{boxId}</strong> · {enterprise}
        </p>
        <ul className="means">
          <li>{t("retire.means_certificates")}</li>
          <li>{t("retire.means_evidence")}</li>
          <li>{t("retire.means_final")}</li>
        </ul>
      </SignDialog>
    </section>
  );
}

/** A box that is out of service: since when, and who signed for it. */
export function RetiredBox({ boxId, retiredAt }: { boxId: string; retiredAt: string }) {
  const { t } = useSpeech();
  const signatures = useQuery({
    queryKey: ["signatures", recordOf(boxId)],
    queryFn: () => answered(center.GET("/api/v1/signatures", { params: { query: { record: recordOf(boxId) } } })),
  });
  const signed = signatures.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby="retired-title" data-testid="retired">
      <header>
        <div>
          <h2 id="retired-title">{t("retire.done")}</h2>
          <p className="quiet">{t("retire.since", { time: wallTime(retiredAt) })}</p>
        </div>
      </header>
      {signatures.isPending && <Loading />}
      {signatures.isError && <Failed error={signatures.error} retry={() => void signatures.refetch()} />}
      {signatures.isSuccess && signed.length === 0 && <p className="note quiet">{t("retire.no_signature")}</p>}
      {signed.map((signature) => (
        <div className="text-block" key={signature.digest}>
          <h3>{t("retire.signature")}</h3>
          <SignatureBlock signature={signature} />
        </div>
      ))}
    </section>
  );
}
