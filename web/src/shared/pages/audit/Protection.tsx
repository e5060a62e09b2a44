// How the trail of this end is protected, and how somebody who trusts neither page nor program verifies that.
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { CopyText } from "../../ui/CopyText";

/** Where the center keeps its trail if nothing else is configured; what is copied of a box is its log. */
const VERIFIED = { governance: "/var/lib/yaoxia/center/audit", enterprise: "log/" } as const;

export function Protection() {
  const { t } = useSpeech();
  const { end } = useSession().me;
  const governance = end === "governance";
  return (
    <section className="panel protection no-print" aria-labelledby="trail-title">
      <header>
        <h2 id="trail-title">{t("trail.title")}</h2>
      </header>
      <div className="text-block">
        <p>{t("trail.chain")}</p>
        <p>{governance ? t("trail.center") : t("trail.box")}</p>
        <p>{t("trail.csv")}</p>
      </div>
      <div className="text-block">
        <p>{t("trail.how")}</p>
        <CopyText
          text={`yaoxia-verify --trust trust.toml ${VERIFIED[end]}`}
          label={governance ? t("trail.command_center") : t("trail.command_box")}
        />
        <p className="quiet small">{t("trail.trust")}</p>
      </div>
    </section>
  );
}
