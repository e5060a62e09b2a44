// One row of the audit trail with everything that was recorded, beside the list. Its address opens it again.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { answered, shared, type AuditRow } from "../../api";
import { count, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { Button } from "../../ui/Button";
import { CopyText } from "../../ui/CopyText";
import { Dialog } from "../../ui/Dialog";
import { Empty, Failed, Loading } from "../../ui/State";
import { ObjectName } from "./ObjectName";
import { useOrganisationName } from "./organisations";
import { Outcome } from "./Outcome";
import { reasonText, toldText, whoText } from "./told";

/** A row is looked for this long around its time. */
const AROUND_MS = 1000;
/** Rows in that time at most. */
const AROUND_ROWS = 500;

/** The row the address names, and how to open one. */
export function useOpenRow(): [{ seq: number; at: string } | null, (row: AuditRow | null) => void] {
  const [search, setSearch] = useSearchParams();
  const open = useCallback(
    (row: AuditRow | null) => {
      setSearch((before) => {
        const after = new URLSearchParams(before);
        if (row === null) {
          after.delete("row");
          after.delete("at");
        } else {
          after.set("row", String(row.seq));
          after.set("at", row.at);
        }
        return after;
      });
    },
    [setSearch],
  );
  const [seq, at] = [search.get("row"), search.get("at") ?? ""];
  const named = useMemo(() => (seq === null ? null : { seq: Number(seq), at }), [seq, at]);
  return [named, open];
}

/** The API names rows by their place in a list; one row is found by its time. */
async function find({ seq, at }: { seq: number; at: string }): Promise<AuditRow | null> {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return null;
  const [from, until] = [time - AROUND_MS, time + AROUND_MS].map((ms) => new Date(ms).toISOString());
  if (from === undefined || until === undefined) return null;
  const page = await answered(shared.GET("/api/v1/audit", { params: { query: { from, until, limit: AROUND_ROWS } } }));
  return page.items.find((row) => row.seq === seq) ?? null;
}

/** `rows` are those the list holds already; `only` goes to what has these filters. */
export function RowDialog({ rows, only }: { rows: AuditRow[]; only: (filters: Record<string, string>) => void }) {
  const { t } = useSpeech();
  const [named, open] = useOpenRow();
  const held = named === null ? undefined : rows.find((row) => row.seq === named.seq);
  const found = useQuery({
    queryKey: ["audit-row", named?.seq, named?.at],
    enabled: named !== null && held === undefined,
    queryFn: () => (named === null ? null : find(named)),
  });
  const row = held ?? found.data;
  return (
    <Dialog
      open={named !== null}
      onClose={() => open(null)}
      title={t("audit.detail", { n: count(named?.seq ?? 0) })}
      side
      testId="audit-row"
    >
      {row == null && found.isPending && <Loading />}
      {row == null && found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {row == null && found.isSuccess && <Empty title={t("audit.gone")}>{t("audit.gone_help")}</Empty>}
      {row != null && <Detail row={row} only={only} />}
    </Dialog>
  );
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A text for people, and below it the one that was recorded where that is another. */
function Recorded({ text, recorded }: { text: string; recorded: string }) {
  return (
    <>
      <span>{text}</span>
      {text !== recorded && <span className="quiet small mono breakable">{recorded}</span>}
    </>
  );
}

function Detail({ row, only }: { row: AuditRow; only: (filters: Record<string, string>) => void }) {
  const speech = useSpeech();
  const { t, word } = speech;
  const organisationName = useOrganisationName();
  const { who, organisation, act, object, old, new: after, reason, from, session, hash } = row;
  const refused = row.outcome === "refused";
  return (
    <div className="detail">
      <dl className="terms">
        <Term name={t("audit.at")}>
          <time dateTime={row.at}>{wallTime(row.at)}</time>
          <span className="quiet small mono">{row.at}</span>
        </Term>
        <Term name={t("audit.outcome")}>
          <Outcome outcome={row.outcome} />
        </Term>
        <Term name={t("audit.act")}>
          <Recorded text={word("act", act ?? "–")} recorded={act ?? "–"} />
        </Term>
        <Term name={t("audit.who")}>
          <Recorded text={whoText(row, speech)} recorded={who ?? whoText(row, speech)} />
        </Term>
        {organisation != null && (
          <Term name={t("audit.organisation")}>
            <Recorded text={organisationName(organisation)} recorded={organisation} />
          </Term>
        )}
        {object != null && (
          <Term name={t("audit.object")}>
            <span>
              <ObjectName row={row} />
            </span>
            <span className="quiet small mono breakable">{object}</span>
          </Term>
        )}
        {old != null && (
          <Term name={t("audit.old")}>
            <Recorded text={toldText(old, speech)} recorded={old} />
          </Term>
        )}
        {after != null && (
          <Term name={t("audit.new")}>
            <Recorded text={toldText(after, speech)} recorded={after} />
          </Term>
        )}
        {reason != null && (
          <Term name={refused ? t("audit.refused_because") : t("audit.reason")}>
            <Recorded text={reasonText(row, speech)} recorded={reason} />
          </Term>
        )}
        {from != null && <Term name={t("audit.from")}>{from}</Term>}
        {session != null && (
          <Term name={t("audit.session")}>
            <span className="mono small breakable">{session}</span>
          </Term>
        )}
      </dl>
      {hash != null && (
        <section>
          <h3>{t("audit.hash")}</h3>
          <p className="quiet small">{t("audit.hash_help")}</p>
          <CopyText text={hash} label={t("audit.hash")} />
        </section>
      )}
      <p className="form-buttons">
        {who != null && <Button onClick={() => only({ who })}>{t("audit.only_who")}</Button>}
        {object != null && <Button onClick={() => only({ object })}>{t("audit.only_object")}</Button>}
      </p>
    </div>
  );
}
