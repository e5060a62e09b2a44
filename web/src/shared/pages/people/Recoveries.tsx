// Recoveries that wait: who asked for whom and why. Another administrator than the one who asked approves, by signature.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { answered, shared, type RecoveryRow } from "../../api";
import { count, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { personPath } from "../../paths";
import { useMay, useSession } from "../../session";
import { Button } from "../../ui/Button";
import { Grid, type Column } from "../../ui/Grid";
import { SignDialog } from "../../ui/SignDialog";
import { Failed } from "../../ui/State";
import { CodeOnce, type Given } from "./CodeOnce";
import { PEOPLE_KEY, RECOVERIES_KEY, usePeople, useRecoveries } from "./people";

/** Those of one person, or of everybody. Nothing is shown where none waits. */
export function Recoveries({ person }: { person?: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const list = useRecoveries();
  const people = usePeople();
  const [chosen, setChosen] = useState<RecoveryRow | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const rows = (list.data ?? []).filter((row) => person === undefined || row.person === person);
  const nameOf = (name: string) => people.data?.find((row) => row.name === name)?.display_name ?? name;

  async function approve(proof: string) {
    if (chosen === null) return;
    const params = { path: { id: chosen.id } };
    const invitation = await answered(
      shared.POST("/api/v1/recoveries/{id}/approval", { params, body: { proof } }),
    );
    setGiven({ invitation, displayName: nameOf(invitation.name) });
    setChosen(null);
    void queries.invalidateQueries({ queryKey: RECOVERIES_KEY });
    void queries.invalidateQueries({ queryKey: PEOPLE_KEY });
  }

  const columns = useColumns(nameOf, setChosen);
  const refusals: Record<string, string> = { conflict: t("recovery.refused"), not_found: t("recovery.gone") };
  return (
    <>
      {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {rows.length > 0 && (
        <section className="panel page-gap" aria-labelledby="recoveries-title" data-testid="recoveries">
          <header>
            <div>
              <h2 id="recoveries-title">
                {t("recovery.title")} <span className="quiet">{count(rows.length)}</span>
              </h2>
              <p className="quiet">{t("recovery.rule")}</p>
            </div>
          </header>
          <Grid label={t("recovery.title")} columns={columns} rows={rows} id={({ id }) => id} />
        </section>
      )}
      <SignDialog
        open={chosen !== null}
        title={t("recovery.sign_title")}
        record={`recovery/${chosen?.id ?? ""}`}
        meaning="approval"
        reason={chosen?.reason ?? ""}
        sign={approve}
        explain={({ code }) => refusals[code]}
        onClose={() => setChosen(null)}
      >
        {chosen !== null && (
          <>
            <strong>{t("recovery.sign_what", { name: `${nameOf(chosen.person)} (${chosen.person})` })}</strong>
            <span className="quiet">
              {t("recovery.asked_by")} {nameOf(chosen.asked_by)} · {wallTime(chosen.asked_at)}
            </span>
          </>
        )}
      </SignDialog>
      <CodeOnce given={given} onClose={() => setGiven(null)} />
    </>
  );
}

function useColumns(nameOf: (name: string) => string, onApprove: (row: RecoveryRow) => void): Column<RecoveryRow>[] {
  const { t } = useSpeech();
  const { me } = useSession();
  const may = useMay();
  return [
    {
      key: "person",
      title: t("recovery.person"),
      cell: ({ person }) => (
        <>
          <Link to={personPath(person)} className="name">
            {nameOf(person)}
          </Link>
          <span className="quiet small mono under">{person}</span>
        </>
      ),
    },
    { key: "reason", title: t("recovery.reason"), cell: ({ reason }) => reason },
    {
      key: "asked",
      title: t("recovery.asked_by"),
      cell: ({ asked_by: by, asked_at: at }) => (
        <>
          {nameOf(by)}
          <time dateTime={at} className="quiet small under">
            {wallTime(at).slice(0, 16)}
          </time>
        </>
      ),
    },
    {
      key: "until",
      title: t("recovery.until"),
      cell: ({ expires_at: at }) => <time dateTime={at}>{wallTime(at).slice(0, 16)}</time>,
    },
    {
      key: "approve",
      title: t("meaning.approval"),
      cell: (row) =>
        row.asked_by !== me.name && row.person !== me.name && may("sign") ? (
          <Button kind="primary" onClick={() => onApprove(row)} data-testid="approve-recovery">
            {t("recovery.approve")}
          </Button>
        ) : (
          <span className="quiet" data-testid="recovery-not-mine">
            {row.person === me.name ? t("recovery.self") : t("recovery.own")}
          </span>
        ),
    },
  ];
}
