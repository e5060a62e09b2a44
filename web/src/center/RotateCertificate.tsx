// Asks that a box takes a new key and certificate: why, and then that it is under way until the box has shown the new one.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, center } from "../shared/api";
import { wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { useSession } from "../shared/session";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { TextArea } from "../shared/ui/Field";
import { isReason, REASON_CHARS_MAX } from "../shared/ui/SignDialog";
import { useFailureText } from "../shared/ui/State";

export function RotateCertificate({ boxId, askedAt }: { boxId: string; askedAt: string | null | undefined }) {
  const { t } = useSpeech();
  const { acts } = useSession().me;
  const [open, setOpen] = useState(false);
  if (askedAt != null) {
    return (
      <span className="quiet" data-testid="rotation-asked">
        {t("rotate.under_way", { time: wallTime(askedAt) })}
      </span>
    );
  }
  if (!acts.includes("enrol_box")) return null;
  return (
    <>
      <Button small className="no-print" onClick={() => setOpen(true)} data-testid="rotate">
        {t("rotate.open")}
      </Button>
      <Dialog open={open} title={t("rotate.title", { box: boxId })} onClose={() => setOpen(false)} testId="rotate-dialog">
        <Form boxId={boxId} done={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Form({ boxId, done }: { boxId: string; done: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const asking = useMutation({
    mutationFn: () =>
      answered(
        center.POST("/api/v1/boxes/{id}/certificates", { params: { path: { id: boxId } }, body: { reason: reason.trim() } }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["box", boxId] });
      done();
    },
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isReason(reason)) asking.mutate();
      }}
    >
      <p>{t("rotate.means")}</p>
      <TextArea
        label={t("rotate.reason")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={tried && !isReason(reason) ? t("rotate.reason_needed", { n: REASON_CHARS_MAX }) : undefined}
      />
      <div aria-live="assertive">{asking.isError && <p className="failure">{failureText(asking.error)}</p>}</div>
      <div className="form-buttons">
        <Button onClick={done}>{t("rotate.cancel")}</Button>
        <Button kind="primary" submit busy={asking.isPending}>
          {t("rotate.ask")}
        </Button>
      </div>
    </form>
  );
}
