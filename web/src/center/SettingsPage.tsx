// Settings of the governance end: those of both ends, and its boxes, whose keys are on their own pages.
import { Link } from "react-router";
import { count } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { SettingsPage as Both, SettingsPanel } from "../shared/pages/settings/SettingsPage";
import { Failed } from "../shared/ui/State";
import { silent, useBoxes } from "./boxes";

export function SettingsPage() {
  const { t } = useSpeech();
  const boxes = useBoxes();
  const rows = boxes.data?.items;
  return (
    <Both
      siteWhere={t("settings.site_center_where")}
      file="center.toml"
      installation={[
        {
          key: "version",
          name: t("settings.version"),
          value: <span className="mono">yaoxia-center --version</span>,
          where: t("settings.version_center"),
        },
      ]}
    >
      <SettingsPanel
        title={t("settings.boxes")}
        rows={[
          {
            key: "boxes",
            name: t("settings.boxes"),
            value:
              rows &&
              t("settings.boxes_value", { n: count(rows.length), online: count(rows.length - silent(rows).length) }),
            where: t("settings.boxes_where"),
          },
          {
            key: "logs",
            name: t("settings.log_keys_center"),
            value: <Link to="/boxes">{t("settings.log_keys_center_value")}</Link>,
            where: t("settings.log_key_where"),
          },
        ]}
      >
        {boxes.isError && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
      </SettingsPanel>
    </Both>
  );
}
