// Durable, sealed, witnessed: what each word claims, how far it has come, and how to prove it without us.
import type { Progress } from "../api";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { CopyText } from "./CopyText";

const CLAIMS = ["durable", "sealed", "witnessed"] as const;

export function Claims({ progress }: { progress: Progress }) {
  const { t } = useSpeech();
  const of = {
    durable: { entries: progress.durable_entries, segments: undefined, at: undefined },
    sealed: { entries: progress.sealed_entries, segments: progress.sealed_segments, at: progress.sealed_at },
    witnessed: {
      entries: progress.witnessed_entries,
      segments: progress.witnessed_segments,
      at: progress.witnessed_at,
    },
  };
  return (
    <ol className="claims" data-testid="claims">
      {CLAIMS.map((claim) => {
        const { entries, segments, at } = of[claim];
        return (
          <li key={claim}>
            <h3>{t(`progress.${claim}`)}</h3>
            <span className="number">{t("progress.entries", { n: count(entries) })}</span>
            <span className="quiet small meta">
              {[
                segments === undefined ? undefined : t("progress.segments", { n: count(segments) }),
                at == null ? undefined : wallTime(at),
              ]
                .filter((part) => part !== undefined)
                .join(" · ")}
            </span>
            <p>{t(`claim.${claim}`)}</p>
            <p className="quiet small">{t(`claim.${claim}_not`)}</p>
          </li>
        );
      })}
    </ol>
  );
}

/** How somebody who trusts neither end verifies a log. */
export function HowToVerify(props: { origin: string; vkey: string; folder: string | undefined; witness?: string }) {
  const { origin, vkey, folder, witness } = props;
  const { t } = useSpeech();
  const trust = [
    "[[log]]",
    `origin = "${origin}"`,
    `vkey = "${vkey}"`,
    "",
    "[[witness]]",
    `name = "${witness ?? t("verify.witness_name")}"`,
    `vkey = "${t("verify.witness_key")}"`,
  ].join("\n");
  return (
    <section className="panel" aria-labelledby="verify-title">
      <header>
        <h2 id="verify-title">{t("verify.title")}</h2>
      </header>
      <p className="note quiet">{t("verify.why")}</p>
      <ol className="how">
        <li>{t("verify.copy")}</li>
        <li>
          {t("verify.trust")}
          <CopyText text={trust} label={t("verify.trust_file")} />
        </li>
        <li>
          {t("verify.run")}
          <CopyText text={`yaoxia-verify --trust trust.toml ${folder ?? "log/"}`} label={t("verify.command")} />
        </li>
        <li>{t("verify.result")}</li>
      </ol>
    </section>
  );
}
