// Boxes: online, lag, and how far the seal of each has come.
import { useMemo } from "react";
import { Link } from "react-router";
import type { BoxRow } from "../shared/api";
import { useNow } from "../shared/clock";
import { ago, count, duration, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { boxPath } from "../shared/paths";
import { Grid, type Column } from "../shared/ui/Grid";
import { StateDot } from "../shared/ui/Mark";
import { SealProgress } from "../shared/ui/SealProgress";

export const VERIFICATION_DOTS = { sound: "good", nothing: "waiting", frozen: "bad" } as const;

function LastSeen({ at }: { at: string | null | undefined }) {
  const speech = useSpeech();
  const now = useNow();
  if (at == null) return <span className="quiet small">{speech.t("boxes.never")}</span>;
  return (
    <time className="quiet small" dateTime={at} title={wallTime(at)}>
      {ago(at, now, speech)}
    </time>
  );
}

export function BoxTable({ boxes }: { boxes: BoxRow[] }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const columns = useMemo<Column<BoxRow>[]>(
    () => [
      {
        key: "enterprise",
        title: t("boxes.enterprise"),
        cell: ({ enterprise, box_id }) => (
          <>
            <span className="name">{pick(enterprise.name)}</span>
            <br />
            <Link to={boxPath(box_id)} className="small mono" data-testid="box-link">
              {box_id}
            </Link>
          </>
        ),
      },
      {
        key: "state",
        title: t("boxes.state"),
        cell: ({ online, last_seen_at }) => (
          <>
            <StateDot state={online ? "good" : "bad"}>{online ? t("boxes.online") : t("boxes.offline")}</StateDot>
            <br />
            <LastSeen at={last_seen_at} />
          </>
        ),
      },
      {
        key: "lag",
        title: t("boxes.lag"),
        numeric: true,
        cell: ({ lag_ms }) => {
          if (lag_ms == null) return <span className="quiet">{t("box.unknown")}</span>;
          return lag_ms === 0 ? <span className="quiet">{t("boxes.no_lag")}</span> : duration(lag_ms, speech);
        },
      },
      {
        key: "progress",
        title: t("progress.title"),
        cell: ({ progress }) => <SealProgress progress={progress} compact />,
      },
      {
        key: "readings",
        title: t("boxes.readings"),
        numeric: true,
        cell: ({ readings, readings_in_lake }) => (
          <>
            {count(readings)}
            <br />
            <span className="quiet small">{t("boxes.in_lake", { n: count(readings_in_lake) })}</span>
          </>
        ),
      },
      {
        key: "verification",
        title: t("boxes.verification"),
        cell: ({ verification, frozen_why }) => (
          <>
            <StateDot state={VERIFICATION_DOTS[verification]}>{t(`verification.${verification}`)}</StateDot>
            {frozen_why != null && (
              <p lang="en" className="alarm small mono breakable">
                {frozen_why}
              </p>
            )}
          </>
        ),
      },
    ],
    [t, pick, speech],
  );
  return <Grid label={t("boxes.title")} columns={columns} rows={boxes} id={(box) => box.box_id} testId="boxes" />;
}
