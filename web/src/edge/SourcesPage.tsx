// The box's sources: which deliver, what became of their values, what to mend.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answered, edge } from "../shared/api";
import { useNow } from "../shared/clock";
import { ago, count, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { Grid, type Column } from "../shared/ui/Grid";
import { StateDot } from "../shared/ui/Mark";
import { Empty, Failed, Loading } from "../shared/ui/State";
import type { SourceRow } from "./status";

/** Asked again this often: a source that falls silent changes nothing. */
const ASK_AGAIN_MS = 5_000;
const DOTS = { connected: "good", connecting: "waiting", disconnected: "bad" } as const;

export function SourcesPage() {
  const { t } = useSpeech();
  const sources = useQuery({
    queryKey: ["sources"],
    queryFn: () => answered(edge.GET("/api/v1/sources")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const rows = sources.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby="sources-title">
      <header>
        <h1 id="sources-title">
          {t("box.sources")} <span className="quiet">{count(rows.length)}</span>
        </h1>
      </header>
      {sources.isPending && <Loading />}
      {sources.isError && <Failed error={sources.error} retry={() => void sources.refetch()} />}
      {sources.isSuccess && rows.length === 0 && <Empty title={t("sources.empty")}>{t("box.no_sources")}</Empty>}
      {rows.length > 0 && <Sources rows={rows} />}
      <p className="quiet note">{t("sources.note")}</p>
    </section>
  );
}

function Last({ at }: { at: string | null | undefined }) {
  const speech = useSpeech();
  const now = useNow();
  if (at == null) return <span className="quiet">{speech.t("source.never")}</span>;
  return (
    <time dateTime={at}>
      {wallTime(at)} <span className="quiet small">{ago(at, now, speech)}</span>
    </time>
  );
}

function Sources({ rows }: { rows: SourceRow[] }) {
  const { t, word } = useSpeech();
  const columns = useMemo<Column<SourceRow>[]>(
    () => [
      {
        key: "name",
        title: t("sources.name"),
        cell: ({ id, kind }) => (
          <>
            <strong className="mono">{id}</strong> <span className="quiet small">{word("kind", kind)}</span>
          </>
        ),
      },
      {
        key: "state",
        title: t("boxes.state"),
        cell: ({ state }) => <StateDot state={DOTS[state]}>{t(`source.${state}`)}</StateDot>,
      },
      { key: "time", title: t("sources.last"), cell: ({ last_received_at: at }) => <Last at={at} /> },
      { key: "accepted", title: t("counts.accepted"), numeric: true, cell: ({ counts }) => count(counts.accepted) },
      {
        key: "rejected",
        title: t("counts.rejected"),
        numeric: true,
        cell: ({ counts }) => (
          <span className={counts.rejected > 0 ? "level-yellow" : "quiet"}>{count(counts.rejected)}</span>
        ),
      },
      {
        key: "lost",
        title: t("counts.lost"),
        numeric: true,
        cell: ({ counts }) => (
          <span className={counts.lost_in_gaps > 0 ? "level-red" : "quiet"}>{count(counts.lost_in_gaps)}</span>
        ),
      },
      {
        key: "error",
        title: t("sources.error"),
        cell: ({ last_error: error, state }) =>
          error == null ? (
            <span className="quiet">–</span>
          ) : (
            <span lang="en" className={`small mono breakable ${state === "connected" ? "quiet" : "alarm"}`}>
              {error}
            </span>
          ),
      },
    ],
    [t, word],
  );
  return <Grid label={t("box.sources")} columns={columns} rows={rows} id={({ id }) => id} testId="sources" />;
}
