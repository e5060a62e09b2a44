// Durable, sealed, witnessed: three claims, counted apart, never more than is true.
import type { Progress } from "../api";
import { clockTime, count } from "../format";
import { useSpeech } from "../i18n";

/** What each step of the way claims, with how far it lies behind the first. */
export function SealProgress({ progress, compact = false }: { progress: Progress; compact?: boolean }) {
  const { t } = useSpeech();
  const steps = [
    { key: "durable", entries: progress.durable_entries, at: undefined, segments: undefined },
    { key: "sealed", entries: progress.sealed_entries, at: progress.sealed_at, segments: progress.sealed_segments },
    {
      key: "witnessed",
      entries: progress.witnessed_entries,
      at: progress.witnessed_at,
      segments: progress.witnessed_segments,
    },
  ] as const;
  return (
    <ol className={compact ? "seal compact" : "seal"}>
      {steps.map(({ key, entries, at, segments }) => {
        const behind = progress.durable_entries - entries;
        const share = progress.durable_entries === 0 ? 0 : entries / progress.durable_entries;
        return (
          <li key={key} title={t(`progress.${key}_meaning`)} data-step={key}>
            <span className="seal-name">{t(`progress.${key}`)}</span>
            <span className="seal-bar" aria-hidden="true">
              <span style={{ inlineSize: `${share * 100}%` }} />
            </span>
            <span className="seal-count">
              {compact ? count(entries) : t("progress.entries", { n: count(entries) })}
              {key !== "durable" && behind > 0 && (
                <span className="quiet"> {t("progress.behind", { n: count(behind) })}</span>
              )}
            </span>
            {!compact && (
              <span className="quiet small seal-note">
                {t(`progress.${key}_meaning`)}
                {segments !== undefined && ` · ${t("progress.segments", { n: count(segments) })}`}
                {at != null && ` · ${clockTime(at)}`}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
