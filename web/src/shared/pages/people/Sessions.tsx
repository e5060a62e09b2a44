// Living sessions of a person, the last begun first, and how one is ended.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { answered, done, shared, type SessionRow } from "../../api";
import { useNow } from "../../clock";
import { ago, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { Button } from "../../ui/Button";
import { Grid, type Column } from "../../ui/Grid";
import { Empty, Failed, Loading } from "../../ui/State";
import { useExplained } from "./people";

/** A session ends by itself: the list is asked again this often. */
const ASK_AGAIN_MS = 30_000;

/** The own ones, or those of a person whom one manages. */
export function Sessions({ of }: { of?: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const key = useMemo(() => ["sessions", of ?? ""], [of]);
  const list = useQuery({ queryKey: key, queryFn: () => ask(of), refetchInterval: ASK_AGAIN_MS });
  const explained = useExplained({ not_found: t("sessions.gone") });
  const ending = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await end(of, id);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const rows = list.data ?? [];
  const others = rows.filter(({ current }) => !current).map(({ id }) => id);
  const columns = useColumns((id) => ending.mutate([id]), ending.isPending);
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <header>
        <div>
          <h2 id="sessions-title">{of === undefined ? t("sessions.own_title") : t("sessions.title")}</h2>
          <p className="quiet small">{t("sessions.rule")}</p>
        </div>
        {of === undefined && others.length > 1 && (
          <Button small onClick={() => ending.mutate(others)} busy={ending.isPending}>
            {t("sessions.end_others")}
          </Button>
        )}
      </header>
      <p role="status" className="outcome">
        {ending.isSuccess && <span className="state-good">{t("sessions.ended")}</span>}
        {ending.error !== null && <span className="alarm">{explained(ending.error)}</span>}
      </p>
      {list.isPending && <Loading />}
      {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <Empty title={t("sessions.empty")}>{t("sessions.empty_help")}</Empty>}
      {rows.length > 0 && (
        <Grid label={t("sessions.title")} columns={columns} rows={rows} id={({ id }) => id} testId="sessions" />
      )}
    </section>
  );
}

async function ask(of: string | undefined): Promise<SessionRow[]> {
  if (of === undefined) return (await answered(shared.GET("/api/v1/sessions"))).items;
  const path = { name: of };
  return (await answered(shared.GET("/api/v1/people/{name}/sessions", { params: { path } }))).items;
}

async function end(of: string | undefined, id: string): Promise<void> {
  if (of === undefined) return done(shared.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } }));
  return done(shared.DELETE("/api/v1/people/{name}/sessions/{id}", { params: { path: { name: of, id } } }));
}

function useColumns(onEnd: (id: string) => void, busy: boolean): Column<SessionRow>[] {
  const { t } = useSpeech();
  return [
    { key: "began", title: t("sessions.began"), cell: ({ began_at: at }) => <time dateTime={at}>{wallTime(at)}</time> },
    { key: "seen", title: t("sessions.seen"), cell: ({ seen_at: at }) => <Age at={at} /> },
    {
      key: "address",
      title: t("sessions.address"),
      cell: ({ address }) =>
        address === "" ? <span className="quiet">{t("sessions.no_address")}</span> : <span className="mono">{address}</span>,
    },
    {
      key: "end",
      title: t("sessions.end"),
      cell: ({ id, current, began_at: at }) =>
        current ? (
          <span className="tag">{t("sessions.current")}</span>
        ) : (
          <Button
            small
            disabled={busy}
            onClick={() => onEnd(id)}
            aria-label={t("sessions.end_of", { time: wallTime(at) })}
            data-testid="session-end"
          >
            {t("sessions.end")}
          </Button>
        ),
    },
  ];
}

/** To the minute: so exactly it is known. */
function Age({ at }: { at: string }) {
  const speech = useSpeech();
  const now = useNow();
  return (
    <time dateTime={at} title={wallTime(at)}>
      {ago(at, now, speech)}
    </time>
  );
}
