// Accepting a box again whose log contradicted itself: what that means, the signature it needs, and who signed before.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, center } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { useSession } from "../shared/session";
import { Button } from "../shared/ui/Button";
import { SignatureBlock } from "../shared/ui/SignatureBlock";
import { SignDialog } from "../shared/ui/SignDialog";

const recordOf = (boxId: string) => `box/${boxId}/acceptance`;

/** Accepts a frozen box again, for whoever may. */
export function AcceptBox({ boxId, why }: { boxId: string; why: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const { acts } = useSession().me;
  const [open, setOpen] = useState(false);
  if (!acts.includes("unfreeze_box") || !acts.includes("sign")) return null;
  const accept = async (proof: string, reason: string) => {
    const params = { path: { id: boxId } };
    await answered(center.POST("/api/v1/boxes/{id}/acceptance", { params, body: { reason, proof } }));
    setOpen(false);
    for (const queryKey of [["box", boxId], ["boxes"], ["signatures", recordOf(boxId)]]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
  return (
    <p className="note no-print">
      <Button onClick={() => setOpen(true)} data-testid="accept">
        {t("accept.open")}
      </Button>
      <SignDialog
        open={open}
        title={t("accept.title", { box: boxId })}
        record={recordOf(boxId)}
        meaning="responsibility"
        sign={accept}
        explain={({ code }) => (code === "conflict" ? t("accept.conflict") : undefined)}
        onClose={() => setOpen(false)}
      >
        <p className="mono breakable" lang="en">
          {why}
        </p>
        <ul className="means">
          <li>{t("accept.means_compared")}</li>
          <li>{t("accept.means_evidence")}</li>
          <li>{t("accept.means_again")}</li>
        </ul>
      </SignDialog>
    </p>
  );
}

/** Who accepted the box again, if it was ever frozen. */
export function Acceptances({ boxId }: { boxId: string }) {
  const { t } = useSpeech();
  const signatures = useQuery({
    queryKey: ["signatures", recordOf(boxId)],
    queryFn: () => answered(center.GET("/api/v1/signatures", { params: { query: { record: recordOf(boxId) } } })),
  });
  const signed = signatures.data?.items ?? [];
  if (signed.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="accepted-title" data-testid="accepted">
      <header>
        <h2 id="accepted-title">{t("accept.done")}</h2>
      </header>
      {signed.map((signature) => (
        <div className="text-block" key={signature.digest}>
          <SignatureBlock signature={signature} />
        </div>
      ))}
    </section>
  );
}
