// Whether it was done or refused, by shape and by word.
import type { AuditRow } from "../../api";
import { useSpeech } from "../../i18n";

export function Outcome({ outcome }: { outcome: AuditRow["outcome"] }) {
  const { word } = useSpeech();
  const refused = outcome === "refused";
  return (
    <span className={`mark ${refused ? "state-bad" : "state-good"}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2">
        {refused ? <path d="M4 4l8 8M12 4l-8 8" /> : <path d="M3 8.5 6.5 12 13 4.5" />}
      </svg>
      {word("outcome", outcome)}
    </span>
  );
}
