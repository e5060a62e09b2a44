// How far a batch has come: opened, closed, decided.
import type { BatchRow } from "../api";
import { useSpeech } from "../i18n";
import { StateDot } from "./Mark";

/** Words by which sources say that a batch was let go. */
const RELEASED = ["released", "release", "放行", "合格"];

export function BatchState({ batch }: { batch: BatchRow }) {
  const { t, word } = useSpeech();
  if (batch.decision != null) {
    const good = RELEASED.includes(batch.decision);
    return <StateDot state={good ? "good" : "bad"}>{word("decision", batch.decision)}</StateDot>;
  }
  return <StateDot state="waiting">{batch.ended_at == null ? t("batches.running") : t("batches.undecided")}</StateDot>;
}
