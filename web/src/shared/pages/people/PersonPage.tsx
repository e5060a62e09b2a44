// One account: what is known of it, and for administrators what can be done with it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useParams } from "react-router";
import { answered, done, shared, type PersonRow } from "../../api";
import { wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { useMay, useSession } from "../../session";
import { Button } from "../../ui/Button";
import { Empty, Failed, Loading } from "../../ui/State";
import { CodeOnce, type Given } from "./CodeOnce";
import {
  organisationOf,
  PEOPLE_KEY,
  RECOVERIES_KEY,
  useExplained,
  useOrganisations,
  usePeople,
} from "./people";
import { AccountState, Logins } from "./PeopleTable";
import { ReasonDialog } from "./ReasonDialog";
import { Recoveries } from "./Recoveries";
import { Sessions } from "./Sessions";

export function PersonPage() {
  const { t } = useSpeech();
  const { name = "" } = useParams();
  const people = usePeople();
  const may = useMay();
  const person = people.data?.find((row) => row.name === name);
  return (
    <>
      <p className="back">
        <Link to="/people">← {t("people.back")}</Link>
      </p>
      {people.isPending && <Loading />}
      {people.isError && <Failed error={people.error} retry={() => void people.refetch()} />}
      {people.isSuccess && person === undefined && (
        <Empty title={t("people.unknown")}>{t("people.unknown_help")}</Empty>
      )}
      {person !== undefined && (
        <>
          <Recoveries person={person.name} />
          <div className={may("manage_people") ? "columns halves" : ""}>
            <div className="column">
              <Facts person={person} />
              {may("manage_people") && <Actions key={person.name} person={person} />}
            </div>
            {may("manage_people") && (
              <div className="column">
                <Sessions key={person.name} of={person.name} />
              </div>
            )}
          </div>
        </>
      )}
    </>
  );
}

export function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ person }: { person: PersonRow }) {
  const { t, pick } = useSpeech();
  const home = organisationOf(useOrganisations().data, person.organisation);
  return (
    <section className="panel" aria-labelledby="person-title" data-testid="person-facts">
      <header>
        <div>
          <h1 id="person-title">{person.display_name}</h1>
          <p className="quiet mono">{person.name}</p>
        </div>
      </header>
      <dl className="terms">
        <Term name={t("people.state")}>
          <AccountState person={person} />
        </Term>
        <Term name={t("people.role")}>{t(`role.${person.role}`)}</Term>
        <Term name={t("people.organisation")}>
          <span>
            {home === undefined ? "" : pick(home.name)} <span className="quiet small mono">{person.organisation}</span>
          </span>
        </Term>
        {home?.kind === "office" && <Term name={t("account.region")}>{home.region}</Term>}
        <Term name={t("people.since")}>
          <time dateTime={person.added_at}>{wallTime(person.added_at)}</time>
        </Term>
        {person.closed_at != null && (
          <Term name={t("people.closed_at")}>
            <time dateTime={person.closed_at}>{wallTime(person.closed_at)}</time>
          </Term>
        )}
        <Term name={t("people.logins")}>
          <Logins person={person} />
        </Term>
      </dl>
    </section>
  );
}

function Actions({ person }: { person: PersonRow }) {
  const { t } = useSpeech();
  const { me } = useSession();
  const queries = useQueryClient();
  const [shown, setShown] = useState<"closure" | "recovery" | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const [said, setSaid] = useState("");
  const explained = useExplained({ conflict: t("invite.again_refused"), not_found: t("people.unknown_help") });
  const path = { name: person.name };
  const again = useMutation({
    mutationFn: () => answered(shared.POST("/api/v1/people/{name}/invitation", { params: { path } })),
    onSuccess: (invitation) => {
      setGiven({ invitation, displayName: person.display_name });
      void queries.invalidateQueries({ queryKey: PEOPLE_KEY });
    },
  });
  const close = async (reason: string) => {
    await done(shared.POST("/api/v1/people/{name}/closure", { params: { path }, body: { reason } }));
    setShown(null);
    void queries.invalidateQueries({ queryKey: PEOPLE_KEY });
    void queries.invalidateQueries({ queryKey: ["sessions", person.name] });
  };
  const ask = async (reason: string) => {
    await answered(shared.POST("/api/v1/recoveries", { body: { person: person.name, reason } }));
    setShown(null);
    setSaid(t("recovery.asked"));
    void queries.invalidateQueries({ queryKey: RECOVERIES_KEY });
  };
  const self = person.name === me.name;
  const open = person.state !== "closed" && !self;
  return (
    <section className="panel" aria-labelledby="actions-title">
      <header>
        <h2 id="actions-title">{t("people.actions")}</h2>
      </header>
      <div className="text-block">
        {self && (
          <p>
            {t("people.actions_self")} <Link to="/account">{t("nav.account")}</Link>
          </p>
        )}
        {person.state === "closed" && <p className="quiet">{t("people.actions_closed")}</p>}
        {again.error !== null && (
          <p className="failure" role="alert">
            {explained(again.error)}
          </p>
        )}
        <p role="status" className="state-good outcome-inside">
          {said}
        </p>
        {open && person.state === "invited" && (
          <Action help={t("invite.again_help")}>
            <Button onClick={() => again.mutate()} busy={again.isPending} data-testid="invite-again">
              {t("invite.again")}
            </Button>
          </Action>
        )}
        {open && person.state === "open" && (
          <Action help={t("recovery.ask_help")}>
            <Button onClick={() => setShown("recovery")} data-testid="ask-recovery">
              {t("recovery.ask")}
            </Button>
          </Action>
        )}
        {open && (
          <Action help={t("closure.forever")}>
            <Button kind="danger" onClick={() => setShown("closure")} data-testid="close-account">
              {t("closure.open")}
            </Button>
          </Action>
        )}
      </div>
      <ReasonDialog
        open={shown === "closure"}
        title={t("closure.title", { name: person.display_name })}
        submit={t("closure.submit")}
        danger
        act={close}
        refusals={{ conflict: t("closure.refused"), not_found: t("people.unknown_help") }}
        onClose={() => setShown(null)}
        testId="closure"
      >
        <p className="once">{t("closure.forever")}</p>
        <p>{t("closure.sessions")}</p>
      </ReasonDialog>
      <ReasonDialog
        open={shown === "recovery"}
        title={t("recovery.ask_title", { name: person.display_name })}
        submit={t("recovery.ask_submit")}
        act={ask}
        refusals={{ not_found: t("people.unknown_help") }}
        onClose={() => setShown(null)}
        testId="recovery"
      >
        <p>{t("recovery.ask_help")}</p>
        <p className="once">{t("recovery.ask_another")}</p>
      </ReasonDialog>
      <CodeOnce given={given} onClose={() => setGiven(null)} />
    </section>
  );
}

/** A button and what it brings about, before it is pressed. */
function Action({ help, children }: { help: string; children: ReactNode }) {
  return (
    <div className="action">
      {children}
      <span className="quiet small">{help}</span>
    </div>
  );
}
