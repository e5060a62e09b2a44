// The box as it sees itself: uplink, policy, disk, clock.
import type { ReactNode } from "react";
import { useNow } from "../shared/clock";
import { ago, bytes, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { StateDot } from "../shared/ui/Mark";
import type { BoxStatus } from "./status";

const UPLINK_DOTS = { online: "good", offline: "bad", not_enrolled: "waiting" } as const;

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
  );
}
