// Evidence at the governance end: what the three words claim, how far every box has come, how anybody verifies it.
import { useMemo } from "react";
import { Link } from "react-router";
import type { BoxRow } from "../shared/api";
import { count, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { boxPath } from "../shared/paths";
import { Claims, HowToVerify } from "../shared/ui/Claims";
import { Grid, type Column } from "../shared/ui/Grid";
import { StateDot } from "../shared/ui/Mark";
import { SealProgress } from "../shared/ui/SealProgress";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { VERIFICATION_DOTS } from "./BoxTable";
import { useBoxes } from "./boxes";

/** All boxes together; a time of many logs would say nothing. */
function together(boxes: BoxRow[]) {
  const sum = (of: (progress: BoxRow["progress"]) => number) => boxes.reduce((all, { progress }) => all + of(progress), 0);
  return {
    durable_entries: sum((progress) => progress.durable_entries),
    sealed_entries: sum((progress) => progress.sealed_entries),
    witnessed_entries: sum((progress) => progress.witnessed_entries),
    sealed_segments: sum((progress) => progress.sealed_segments),
    witnessed_segments: sum((progress) => progress.witnessed_segments),
  };
}

export function EvidencePage() {
  const { t } = useSpeech();
  const boxes = useBoxes();
  const rows = boxes.data?.items ?? [];
  return (
    <>
      <section className="panel page-gap" aria-labelledby="evidence-title">
        <header>
          <h1 id="evidence-title">{t("evidence.title")}</h1>
          <span className="quiet">{t("evidence.all_boxes", { n: count(rows.length) })}</span>
        </header>
        {boxes.isPending && <Loading />}
        {boxes.isError && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
        {boxes.isSuccess && <Claims progress={together(rows)} />}
      </section>
      <div className="columns halves">
        <div className="column">
          <section className="panel" aria-labelledby="logs-title">
            <header>
              <h2 id="logs-title">{t("evidence.logs")}</h2>
            </header>
            {boxes.isSuccess && rows.length === 0 && <Empty title={t("boxes.empty")}>{t("boxes.empty_help")}</Empty>}
            {rows.length > 0 && <Logs rows={rows} />}
          </section>
        </div>
        <div className="column">
          <HowToVerify origin={t("verify.origin")} vkey={t("verify.log_key")} folder={undefined} />
        </div>
      </div>
    </>
  );
}

function Logs({ rows }: { rows: BoxRow[] }) {
  const { t, pick } = useSpeech();
  const columns = useMemo<Column<BoxRow>[]>(
    () => [
      {
        key: "enterprise",
        title: t("boxes.box"),
        cell: ({ box_id: id, enterprise }) => (
          <>
            <Link to={boxPath(id)} className="mono">
              {id}
            </Link>
            <br />
            <span className="quiet small">{pick(enterprise.name)}</span>
          </>
        ),
      },
      { key: "progress", title: t("progress.title"), cell: ({ progress }) => <SealProgress progress={progress} compact /> },
      {
        key: "witnessed",
        title: t("evidence.last_receipt"),
        cell: ({ progress: { witnessed_at: at } }) =>
          at == null ? <span className="quiet">{t("boxes.never")}</span> : <time dateTime={at}>{wallTime(at)}</time>,
      },
      {
        key: "verification",
        title: t("boxes.verification"),
        cell: ({ verification }) => (
          <StateDot state={VERIFICATION_DOTS[verification]}>{t(`verification.${verification}`)}</StateDot>
        ),
      },
    ],
    [t, pick],
  );
  return <Grid label={t("evidence.logs")} columns={columns} rows={rows} id={({ box_id: id }) => id} testId="logs" />;
}
