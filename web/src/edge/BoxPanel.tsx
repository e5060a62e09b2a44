// The box as it sees itself: how far the seal has come, the uplink, the sources.
import type { ReactNode } from "react";
import type { components } from "../api/edge";
import { useNow } from "../shared/clock";
import { ago, bytes, count, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { StateDot } from "../shared/ui/Mark";
import { SealProgress } from "../shared/ui/SealProgress";

type BoxStatus = components["schemas"]["BoxStatus"];
type SourceRow = components["schemas"]["SourceRow"];

const UPLINK_DOTS = { online: "good", offline: "bad", not_enrolled: "waiting" } as const;
const SOURCE_DOTS = { connected: "good", connecting: "waiting", disconnected: "bad" } as const;

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function BoxPanel({ status }: { status: BoxStatus }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const now = useNow();
  const clock = { true: t("box.clock_ok"), false: t("box.clock_bad") };
  return (
    <>
      <section className="panel" aria-labelledby="progress-title">
        <header>
          <h2 id="progress-title">{t("progress.title")}</h2>
        </header>
        <SealProgress progress={status.progress} />
      </section>
      <section className="panel" aria-labelledby="box-title">
        <header>
          <h2 id="box-title">{t("box.title")}</h2>
          <StateDot state={UPLINK_DOTS[status.uplink]}>{t(`uplink.${status.uplink}`)}</StateDot>
        </header>
        {status.uplink === "offline" && <p className="note">{t("box.uplink_offline_help")}</p>}
        <dl className="terms">
          <Term name={t("box.id")}>
            <span className="mono">{status.box_id ?? t("box.not_enrolled")}</span>
          </Term>
          <Term name={t("box.enterprise")}>{pick(status.enterprise.name)}</Term>
          {status.uplink_at != null && (
            <Term name={t("box.uplink")}>
              <span title={wallTime(status.uplink_at)}>
                {t("box.uplink_at", { time: ago(status.uplink_at, now, speech) })}
              </span>
            </Term>
          )}
          <Term name={t("box.zone_policy")}>{pick(status.zone_policy)}</Term>
          {status.disk_free_bytes != null && <Term name={t("box.disk_free")}>{bytes(status.disk_free_bytes)}</Term>}
          {status.clock_synchronised != null && (
            <Term name={t("box.clock")}>{clock[`${status.clock_synchronised}`]}</Term>
          )}
          <Term name={t("box.version")}>
            <span className="mono">{status.version}</span>
          </Term>
          <Term name={t("box.started")}>{wallTime(status.started_at)}</Term>
        </dl>
      </section>
      <section className="panel" aria-labelledby="sources-title">
        <header>
          <h2 id="sources-title">{t("box.sources")}</h2>
        </header>
        {status.sources.length === 0 && <p className="note">{t("box.no_sources")}</p>}
        <ul className="sources">
          {status.sources.map((source) => (
            <Source key={source.id} source={source} />
          ))}
        </ul>
      </section>
    </>
  );
}

function Source({ source }: { source: SourceRow }) {
  const speech = useSpeech();
  const { t } = speech;
  const now = useNow();
  const { accepted, rejected, lost_in_gaps: lost } = source.counts;
  return (
    <li>
      <span className="source-head">
        <strong className="mono">{source.id}</strong>
        <span className="quiet small">{source.kind}</span>
        <StateDot state={SOURCE_DOTS[source.state]}>{t(`source.${source.state}`)}</StateDot>
      </span>
      <span className="facts quiet small">
        <span>
          {t("counts.accepted")} {count(accepted)}
        </span>
        {rejected > 0 && (
          <span>
            {t("counts.rejected")} {count(rejected)}
          </span>
        )}
        {lost > 0 && (
          <span>
            {t("counts.lost")} {count(lost)}
          </span>
        )}
        <span>
          {source.last_received_at == null
            ? t("source.never")
            : t("source.last", { time: ago(source.last_received_at, now, speech) })}
        </span>
      </span>
      {source.last_error != null && (
        <p lang="en" className="alarm small mono breakable">
          {source.last_error}
        </p>
      )}
    </li>
  );
}
