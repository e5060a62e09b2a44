// Who has an account at this end: recoveries that wait first, then the accounts, or the offices they belong to.
import { useState } from "react";
import type { Organisation, PersonRow } from "../../api";
import { useFilters } from "../../filters";
import { count } from "../../format";
import { useSpeech } from "../../i18n";
import { useMay, useSession } from "../../session";
import { Button } from "../../ui/Button";
import { ChoiceFilter, TextFilter } from "../../ui/filters";
import { Segmented } from "../../ui/Segmented";
import { Empty, Failed, Loading } from "../../ui/State";
import { CodeOnce, type Given } from "./CodeOnce";
import { InviteDialog } from "./InviteDialog";
import { Offices } from "./Offices";
import { organisationOf, ROLES, useOrganisations, usePeople } from "./people";
import { PeopleTable } from "./PeopleTable";
import { Recoveries } from "./Recoveries";

const FILTERS = ["text", "role", "state", "view"] as const;
type Wanted = Record<(typeof FILTERS)[number], string>;
const STATES: PersonRow["state"][] = ["open", "invited", "closed"];

export function PeoplePage() {
  const { t } = useSpeech();
  const may = useMay();
  const [filters, change] = useFilters(FILTERS);
  const manages = may("manage_organisations");
  const offices = manages && filters.view === "offices";
  return (
    <>
      <Recoveries />
      <section className="panel" aria-labelledby="people-title">
        <header>
          <h1 id="people-title">{t("people.title")}</h1>
          {manages && (
            <Segmented
              label={t("people.view")}
              value={offices ? "offices" : "accounts"}
              onChange={(view) => change({ view: view === "offices" ? view : "" })}
              options={[
                { value: "accounts", label: t("people.accounts") },
                { value: "offices", label: t("people.offices") },
              ]}
            />
          )}
        </header>
        {offices ? <Offices /> : <Accounts filters={filters} change={change} />}
      </section>
    </>
  );
}

function Accounts({ filters, change }: { filters: Wanted; change: (changed: Partial<Wanted>) => void }) {
  const { t } = useSpeech();
  const { me } = useSession();
  const may = useMay();
  const people = usePeople();
  const organisations = useOrganisations();
  const [inviting, setInviting] = useState(false);
  const [given, setGiven] = useState<Given | null>(null);
  const all = people.data ?? [];
  const rows = all.filter((person) => matches(person, filters, organisationOf(organisations.data, person.organisation)));
  return (
    <>
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <TextFilter
          label={t("people.search")}
          value={filters.text}
          placeholder={t("people.search_help")}
          onChange={(text) => change({ text })}
        />
        <ChoiceFilter
          label={t("people.role")}
          value={filters.role}
          all={t("filter.all")}
          options={ROLES[me.end].map((value) => ({ value, label: t(`role.${value}`) }))}
          onChange={(role) => change({ role })}
        />
        <ChoiceFilter
          label={t("people.state")}
          value={filters.state}
          all={t("filter.all")}
          options={STATES.map((value) => ({ value, label: t(`account.${value}`) }))}
          onChange={(state) => change({ state })}
        />
        {may("manage_people") && (
          <Button kind="primary" className="reset" onClick={() => setInviting(true)} data-testid="invite-open">
            {t("invite.open")}
          </Button>
        )}
      </div>
      {people.isPending && <Loading />}
      {people.isError && <Failed error={people.error} retry={() => void people.refetch()} />}
      {people.isSuccess && all.length === 0 && <Empty title={t("people.empty")}>{t("people.empty_help")}</Empty>}
      {all.length > 0 && rows.length === 0 && <Empty title={t("filter.nothing")}>{t("filter.nothing_help")}</Empty>}
      {rows.length > 0 && <PeopleTable rows={rows} organisations={organisations.data} />}
      {rows.length > 0 && <p className="quiet small long-foot">{t("list.all", { n: count(rows.length) })}</p>}
      <InviteDialog
        open={inviting}
        onGiven={(made) => {
          setInviting(false);
          setGiven(made);
        }}
        onClose={() => setInviting(false)}
      />
      <CodeOnce given={given} onClose={() => setGiven(null)} />
    </>
  );
}

function matches(person: PersonRow, { text, role, state }: Wanted, home: Organisation | undefined): boolean {
  const wanted = text.trim().toLowerCase();
  const words = [person.name, person.display_name, person.organisation, home?.name.zh, home?.name.en, home?.region];
  return (
    (role === "" || person.role === role) &&
    (state === "" || person.state === state) &&
    (wanted === "" || words.some((word) => word?.toLowerCase().includes(wanted) === true))
  );
}
