// Every box: online or silent, how far it lags, how far its seal has come, what verification found.
import { lazy, Suspense, useState } from "react";
import { count } from "../shared/format";
import { useFilters } from "../shared/filters";
import { useSpeech } from "../shared/i18n";
import { useSession } from "../shared/session";
import { Button } from "../shared/ui/Button";
import { ChoiceFilter, TextFilter } from "../shared/ui/filters";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { BoxTable } from "./BoxTable";
import { frozen, silent, useBoxes } from "./boxes";

const FILTERS = ["state", "text"] as const;
// Few people enrol boxes.
const EnrolDialog = lazy(async () => ({ default: (await import("./EnrolDialog")).EnrolDialog }));

export function BoxesPage() {
  const { t } = useSpeech();
  const [{ state, text }, change] = useFilters(FILTERS);
  const { acts } = useSession().me;
  const [enrolling, setEnrolling] = useState(false);
  const [asked, setAsked] = useState(false);
  const boxes = useBoxes();
  const all = boxes.data?.items ?? [];
  const chosen = state === "silent" ? silent(all) : state === "frozen" ? frozen(all) : all;
  const wanted = text.trim().toLowerCase();
  const rows = chosen.filter(({ box_id: id, enterprise }) =>
    [id, enterprise.id, enterprise.name.zh, enterprise.name.en].some((name) => name.toLowerCase().includes(wanted)),
  );
  return (
    <section className="panel" aria-labelledby="boxes-title">
      <header>
        <h1 id="boxes-title">
          {t("boxes.title")} <span className="quiet">{t("boxes.count", { n: count(all.length) })}</span>
        </h1>
        {acts.includes("enrol_box") && (
          <Button
            kind="primary"
            onClick={() => {
              setAsked(true);
              setEnrolling(true);
            }}
            data-testid="enrol-open"
          >
            {t("enrol.open")}
          </Button>
        )}
      </header>
      {asked && (
        <Suspense fallback={null}>
          <EnrolDialog open={enrolling} onClose={() => setEnrolling(false)} />
        </Suspense>
      )}
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <ChoiceFilter
          label={t("boxes.state")}
          value={state}
          all={t("filter.all")}
          options={[
            { value: "silent", label: t("boxes.offline") },
            { value: "frozen", label: t("verification.frozen") },
          ]}
          onChange={(value) => change({ state: value })}
        />
        <TextFilter
          label={t("boxes.search")}
          value={text}
          placeholder={t("boxes.search_help")}
          onChange={(value) => change({ text: value })}
        />
      </div>
      {boxes.isPending && <Loading />}
      {boxes.isError && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
      {boxes.isSuccess && all.length === 0 && <Empty title={t("boxes.empty")}>{t("boxes.empty_help")}</Empty>}
      {all.length > 0 && rows.length === 0 && <Empty title={t("filter.nothing")}>{t("filter.nothing_help")}</Empty>}
      {rows.length > 0 && <BoxTable boxes={rows} />}
    </section>
  );
}
