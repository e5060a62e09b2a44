// Offices of the regulator in the division, and how one is added.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answered, shared, type Organisation } from "../../api";
import { count } from "../../format";
import { useSpeech } from "../../i18n";
import { listPath } from "../../paths";
import { useSession } from "../../session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Grid, type Column } from "../../ui/Grid";
import { Empty, Failed, Loading } from "../../ui/State";
import { Link } from "react-router";
import {
  contains,
  isDivision,
  isOrganisationId,
  isShownName,
  ORGANISATIONS_KEY,
  useExplained,
  useOrganisations,
  usePeople,
} from "./people";

export function Offices() {
  const { t, pick } = useSpeech();
  const organisations = useOrganisations();
  const people = usePeople();
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<Organisation | null>(null);
  const rows = (organisations.data ?? []).filter(({ kind }) => kind === "office");
  const columns = useMemo<Column<Organisation>[]>(
    () => [
      { key: "office", title: t("office.name"), cell: ({ name }) => <span className="name">{pick(name)}</span> },
      { key: "region", title: t("office.region"), cell: ({ region }) => <span className="mono">{region}</span> },
      { key: "id", title: t("office.id"), cell: ({ id }) => <span className="mono">{id}</span> },
      {
        key: "people",
        title: t("office.people"),
        numeric: true,
        cell: ({ id }) => (
          <Link to={listPath("/people", { text: id })}>
            {count((people.data ?? []).filter((person) => person.organisation === id).length)}
          </Link>
        ),
      },
    ],
    [t, pick, people.data],
  );
  return (
    <>
      <div className="filter-bar">
        <span role="status" className="state-good">
          {added !== null && t("office.added", { name: pick(added.name) })}
        </span>
        <Button kind="primary" className="reset" onClick={() => setAdding(true)} data-testid="office-add">
          {t("office.add")}
        </Button>
      </div>
      {organisations.isPending && <Loading />}
      {organisations.isError && <Failed error={organisations.error} retry={() => void organisations.refetch()} />}
      {organisations.isSuccess && rows.length === 0 && <Empty title={t("office.empty")} />}
      {rows.length > 0 && (
        <Grid label={t("office.title")} columns={columns} rows={rows} id={({ id }) => id} testId="offices" />
      )}
      <Dialog open={adding} title={t("office.add")} onClose={() => setAdding(false)} testId="office">
        <OfficeForm
          onAdded={(office) => {
            setAdded(office);
            setAdding(false);
          }}
          onClose={() => setAdding(false)}
        />
      </Dialog>
    </>
  );
}

function OfficeForm({ onAdded, onClose }: { onAdded: (office: Organisation) => void; onClose: () => void }) {
  const { t } = useSpeech();
  const own = useSession().me.organisation.region;
  const queries = useQueryClient();
  const [id, setId] = useState("");
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const [region, setRegion] = useState("");
  const [tried, setTried] = useState(false);
  const explained = useExplained({ conflict: t("office.id_taken"), not_found: t("office.region_outside", { own }) });
  const regionError = () => {
    if (!isDivision(region.trim())) return t("office.region_wrong");
    return contains(own, region.trim()) ? undefined : t("office.region_outside", { own });
  };
  const usable = isOrganisationId(id.trim()) && isShownName(zh) && isShownName(en) && regionError() === undefined;
  const adding = useMutation({
    mutationFn: () => {
      const name = { zh: zh.trim(), en: en.trim() };
      return answered(shared.POST("/api/v1/organisations", { body: { id: id.trim(), name, region: region.trim() } }));
    },
    onSuccess: (office) => {
      void queries.invalidateQueries({ queryKey: ORGANISATIONS_KEY });
      onAdded(office);
    },
  });
  return (
    <form
      className="form"
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (usable) adding.mutate();
      }}
    >
      <div aria-live="assertive">
        {adding.error !== null && <p className="failure">{explained(adding.error)}</p>}
      </div>
      <TextField
        label={t("office.name_zh")}
        error={tried && !isShownName(zh) ? t("office.name_wrong") : undefined}
        value={zh}
        onChange={(event) => setZh(event.target.value)}
        data-testid="office-zh"
      />
      <TextField
        label={t("office.name_en")}
        error={tried && !isShownName(en) ? t("office.name_wrong") : undefined}
        value={en}
        onChange={(event) => setEn(event.target.value)}
        lang="en"
        data-testid="office-en"
      />
      <TextField
        label={t("office.region")}
        help={t("office.region_help", { own })}
        error={tried ? regionError() : undefined}
        value={region}
        onChange={(event) => setRegion(event.target.value)}
        inputMode="numeric"
        data-testid="office-region"
      />
      <TextField
        label={t("office.id")}
        help={t("office.id_help")}
        error={tried && !isOrganisationId(id.trim()) ? t("office.id_wrong") : undefined}
        value={id}
        onChange={(event) => setId(event.target.value)}
        autoCapitalize="none"
        spellCheck={false}
        data-testid="office-id"
      />
      <div className="form-buttons">
        <Button onClick={onClose}>{t("people.cancel")}</Button>
        <Button kind="primary" submit busy={adding.isPending} data-testid="office-submit">
          {t("office.submit")}
        </Button>
      </div>
    </form>
  );
}
