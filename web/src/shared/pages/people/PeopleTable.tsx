// Accounts in rows: who, as what, for whom, how the account stands, whether logging in goes well.
import { useMemo } from "react";
import { Link } from "react-router";
import type { Organisation, PersonRow } from "../../api";
import { useNow } from "../../clock";
import { count, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { personPath } from "../../paths";
import { useSession } from "../../session";
import { Grid, type Column } from "../../ui/Grid";
import { StateDot } from "../../ui/Mark";
import { organisationOf } from "./people";

const DOTS = { open: "good", invited: "waiting", closed: "bad" } as const;

/** How an account stands, and of an invited person how long the code waits. */
export function AccountState({ person }: { person: PersonRow }) {
  const { t } = useSpeech();
  const until = person.invited_until;
  return (
    <>
      <span className={person.state === "closed" ? "faded" : ""}>
        <StateDot state={DOTS[person.state]}>{t(`account.${person.state}`)}</StateDot>
      </span>
      {person.state === "invited" && (
        <span className="quiet small under">
          {until == null ? t("people.invited_over") : t("people.invited_until", { time: wallTime(until).slice(0, 16) })}
        </span>
      )}
    </>
  );
}

/** Failed logins, and until when no other is tried. */
export function Logins({ person }: { person: PersonRow }) {
  const { t } = useSpeech();
  const now = useNow();
  const { failed_logins: failed, locked_until: until, state } = person;
  if (state === "closed" || (state === "invited" && failed === 0)) return <span className="quiet">–</span>;
  if (failed === 0) return <span className="quiet">{t("people.logins_good")}</span>;
  const locked = until != null && new Date(until).getTime() > now;
  return (
    <>
      <span className={locked ? "alarm" : ""}>{t("people.failed", { n: count(failed) })}</span>
      {locked && <span className="alarm small under">{t("people.locked", { time: wallTime(until) })}</span>}
    </>
  );
}

export function PeopleTable({ rows, organisations }: { rows: PersonRow[]; organisations: Organisation[] | undefined }) {
  const { t, pick } = useSpeech();
  const { me } = useSession();
  const columns = useMemo<Column<PersonRow>[]>(
    () => [
      {
        key: "person",
        title: t("people.person"),
        cell: ({ name, display_name: shown }) => (
          <>
            <Link to={personPath(name)} className="name" data-testid="person-link">
              {shown}
            </Link>
            {name === me.name && <span className="tag">{t("people.you")}</span>}
            <span className="quiet small mono under">{name}</span>
          </>
        ),
      },
      { key: "role", title: t("people.role"), cell: ({ role }) => t(`role.${role}`) },
      {
        key: "organisation",
        title: me.end === "governance" ? t("people.office") : t("people.organisation"),
        cell: ({ organisation: id }) => {
          const known = organisationOf(organisations, id);
          if (known === undefined) return <span className="mono">{id}</span>;
          return (
            <>
              {pick(known.name)}
              {known.kind === "office" && (
                <span className="quiet small under">{t("people.region", { region: known.region })}</span>
              )}
            </>
          );
        },
      },
      { key: "state", title: t("people.state"), cell: (person) => <AccountState person={person} /> },
      {
        key: "since",
        title: t("people.since"),
        cell: ({ added_at: at, closed_at: closed }) => (
          <>
            <time dateTime={at}>{wallTime(at).slice(0, 16)}</time>
            {closed != null && (
              <span className="quiet small under">
                {t("people.closed_at")} <time dateTime={closed}>{wallTime(closed).slice(0, 16)}</time>
              </span>
            )}
          </>
        ),
      },
      { key: "logins", title: t("people.logins"), cell: (person) => <Logins person={person} /> },
    ],
    [t, pick, me, organisations],
  );
  return <Grid label={t("people.accounts")} columns={columns} rows={rows} id={({ name }) => name} testId="people" />;
}
