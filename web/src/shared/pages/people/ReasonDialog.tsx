// Something that is done to an account for a reason, which the audit trail keeps.
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Problem } from "../../api";
import { useSpeech } from "../../i18n";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextArea } from "../../ui/Field";
import { isReason } from "../../ui/SignDialog";
import { useExplained } from "./people";

interface Asked {
  /** What it brings about, to be read before. */
  children: ReactNode;
  submit: string;
  /** It cannot be undone. */
  danger?: boolean;
  /** Does it. Whoever shows the dialog closes it when this is done. */
  act: (reason: string) => Promise<unknown>;
  /** What refusals mean here. */
  refusals: Partial<Record<Problem["code"], string>>;
  onClose: () => void;
}

export function ReasonDialog({ open, title, testId, ...asked }: Asked & { open: boolean; title: string; testId: string }) {
  return (
    <Dialog open={open} title={title} onClose={asked.onClose} testId={testId}>
      <ReasonForm {...asked} />
    </Dialog>
  );
}

function ReasonForm({ children, submit, danger, act, refusals, onClose }: Asked) {
  const { t } = useSpeech();
  const explained = useExplained(refusals);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const acting = useMutation({ mutationFn: () => act(reason.trim()) });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isReason(reason)) acting.mutate();
      }}
    >
      <div className="form">{children}</div>
      <div aria-live="assertive">
        {acting.error !== null && <p className="failure">{explained(acting.error)}</p>}
      </div>
      <TextArea
        label={t("reason.label")}
        help={t("reason.help")}
        error={tried && !isReason(reason) ? t("reason.wrong") : undefined}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        data-testid="reason"
      />
      <div className="form-buttons">
        <Button onClick={onClose}>{t("people.cancel")}</Button>
        <Button kind={danger === true ? "danger" : "primary"} submit busy={acting.isPending} data-testid="reason-submit">
          {submit}
        </Button>
      </div>
    </form>
  );
}
