// The states every list and page can be in besides full: loading, failed, empty. Each says what to do.
import type { ReactNode } from "react";
import { ProblemError } from "../api";
import { useSpeech } from "../i18n";
import { Button } from "./Button";

/** Widths of the lines that stand for text to come, per cent. */
const BONES = [42, 88, 76, 92, 64, 83, 71];

/** Waiting for the first answer: the page keeps its shape. */
export function Loading() {
  const { t } = useSpeech();
  return (
    <div className="bones" role="status">
      <p className="unseen">{t("state.loading")}</p>
      {BONES.map((width) => (
        <span key={width} aria-hidden="true" style={{ inlineSize: `${width}%` }} />
      ))}
    </div>
  );
}

/** What a failure means to a person. */
export function useFailureText(): (error: Error) => string {
  const { t, word } = useSpeech();
  return (error) => {
    if (!(error instanceof ProblemError)) return t("state.network");
    return word("problem", error.problem.code, { seconds: error.problem.retry_after_s ?? "" });
  };
}

/** The answer did not come. */
export function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useSpeech();
  const text = useFailureText();
  const trace = error instanceof ProblemError ? error.problem.trace_id : undefined;
  return (
    <div className="state" role="alert">
      <strong>{t("state.failed")}</strong>
      <span>{text(error)}</span>
      {trace != null && <span className="quiet mono">{t("state.trace", { id: trace })}</span>}
      <Button onClick={retry}>{t("state.retry")}</Button>
    </div>
  );
}

/** The answer is that there is nothing. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      {children !== undefined && <span>{children}</span>}
    </div>
  );
}
