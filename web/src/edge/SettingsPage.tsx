// Settings of the enterprise end: those of both ends, the box's log and zones, its machine.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answered, edge } from "../shared/api";
import { bytes, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { SettingsPage as Both, SettingsPanel } from "../shared/pages/settings/SettingsPage";
import { StateDot } from "../shared/ui/Mark";
import { Failed } from "../shared/ui/State";
import { useStatus, type BoxStatus } from "./status";

const UPLINK_DOTS = { online: "good", offline: "bad", not_enrolled: "waiting" } as const;

export function SettingsPage() {
  const { t, pick } = useSpeech();
  const status = useStatus();
  const log = useQuery({ queryKey: ["evidence"], queryFn: () => answered(edge.GET("/api/v1/evidence")) });
  const box = status.data;
  return (
    <Both
      siteWhere={t("settings.site_edge_where")}
      file="box.toml"
      installation={[
        {
          key: "box",
          name: t("settings.box_id"),
          value: box && <span className="mono">{box.box_id ?? t("box.not_enrolled")}</span>,
          where: t("settings.box_id_where"),
        },
        { key: "version", name: t("settings.version"), value: box?.version, where: t("settings.version_where") },
        {
          key: "started",
          name: t("settings.started"),
          value: box && wallTime(box.started_at),
          where: t("settings.started_where"),
        },
      ]}
    >
      <SettingsPanel
        title={t("settings.log")}
        rows={[
          { key: "zones", name: t("settings.zone_policy"), value: box && pick(box.zone_policy), where: t("settings.zone_where") },
          {
            key: "origin",
            name: t("settings.log_origin"),
            value: log.data && <span className="mono">{log.data.origin}</span>,
            where: t("settings.log_origin_where"),
          },
          {
            key: "vkey",
            name: t("settings.log_key"),
            value: log.data && <span className="mono small">{log.data.vkey}</span>,
            where: t("settings.log_key_where"),
          },
          ...(log.data?.folder == null
            ? []
            : [
                {
                  key: "folder",
                  name: t("settings.log_folder"),
                  value: <span className="mono">{log.data.folder}</span>,
                  where: t("settings.log_folder_where"),
                },
              ]),
        ]}
      >
        {log.isError && <Failed error={log.error} retry={() => void log.refetch()} />}
      </SettingsPanel>
      <Machine box={box}>{status.isError && <Failed error={status.error} retry={() => void status.refetch()} />}</Machine>
    </Both>
  );
}

function Machine({ box, children }: { box: BoxStatus | undefined; children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <SettingsPanel
      title={t("settings.machine")}
      rows={[
        {
          key: "clock",
          name: t("settings.clock"),
          value: box && <Clock synchronised={box.clock_synchronised} />,
          where: t("settings.clock_where"),
        },
        {
          key: "disk",
          name: t("settings.disk"),
          value: box && (box.disk_free_bytes == null ? t("box.unknown") : bytes(box.disk_free_bytes)),
          where: t("settings.disk_where"),
        },
        {
          key: "uplink",
          name: t("settings.uplink"),
          value: box && (
            <>
              <StateDot state={UPLINK_DOTS[box.uplink]}>{t(`uplink.${box.uplink}`)}</StateDot>
              {box.uplink_at != null && (
                <p className="quiet small">{t("box.uplink_at", { time: wallTime(box.uplink_at) })}</p>
              )}
            </>
          ),
          where: t("settings.uplink_where"),
        },
        {
          key: "sources",
          name: t("settings.sources"),
          value: box && t("settings.sources_value", { n: box.sources.length }),
          where: t("settings.sources_where"),
        },
      ]}
    >
      {children}
    </SettingsPanel>
  );
}

function Clock({ synchronised }: { synchronised: boolean | null | undefined }) {
  const { t } = useSpeech();
  if (synchronised == null) return <StateDot state="waiting">{t("box.unknown")}</StateDot>;
  return (
    <StateDot state={synchronised ? "good" : "bad"}>{synchronised ? t("box.clock_ok") : t("box.clock_bad")}</StateDot>
  );
}
