// Every enterprise: where it is, its boxes, what waits there and for how long.
import { useMemo } from "react";
import { Link } from "react-router";
import type { EnterpriseRow } from "../shared/api";
import { useNow } from "../shared/clock";
import { useFilters } from "../shared/filters";
import { count, duration, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { boxPath, listPath } from "../shared/paths";
import { TextFilter } from "../shared/ui/filters";
import { Grid, type Column } from "../shared/ui/Grid";
import { LevelsInRow } from "../shared/ui/LevelCounts";
import { StateDot } from "../shared/ui/Mark";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { useEnterprises } from "./enterprises";

const FILTERS = ["text"] as const;

export function EnterprisesPage() {
  const { t } = useSpeech();
  const [{ text }, change] = useFilters(FILTERS);
  const enterprises = useEnterprises();
  const all = enterprises.data ?? [];
  const wanted = text.trim().toLowerCase();
  const rows = all.filter(({ id, name, region }) =>
    [id, name.zh, name.en, region].some((word) => word.toLowerCase().includes(wanted)),
  );
  return (
    <section className="panel" aria-labelledby="enterprises-title">
      <header>
        <h1 id="enterprises-title">
          {t("enterprises.title")} <span className="quiet">{count(all.length)}</span>
        </h1>
      </header>
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <TextFilter
          label={t("boxes.search")}
          value={text}
          placeholder={t("enterprises.search_help")}
          onChange={(value) => change({ text: value })}
        />
      </div>
      {enterprises.isPending && <Loading />}
      {enterprises.isError && <Failed error={enterprises.error} retry={() => void enterprises.refetch()} />}
      {enterprises.isSuccess && all.length === 0 && (
        <Empty title={t("enterprises.empty")}>{t("boxes.empty_help")}</Empty>
      )}
      {all.length > 0 && rows.length === 0 && <Empty title={t("filter.nothing")}>{t("filter.nothing_help")}</Empty>}
      {rows.length > 0 && <Rows rows={rows} />}
    </section>
  );
}

function Age({ at }: { at: string }) {
  const speech = useSpeech();
  const now = useNow();
  return (
    <time dateTime={at} title={wallTime(at)} className="quiet small">
      {speech.t("attention.oldest", { age: duration(now - new Date(at).getTime(), speech) })}
    </time>
  );
}

function Rows({ rows }: { rows: EnterpriseRow[] }) {
  const { t, pick } = useSpeech();
  const columns = useMemo<Column<EnterpriseRow>[]>(
    () => [
      {
        key: "enterprise",
        title: t("boxes.enterprise"),
        cell: ({ id, name }) => (
          <>
            <span className="name">{pick(name)}</span>
            <br />
            <span className="quiet small mono">{id}</span>
          </>
        ),
      },
      { key: "region", title: t("enterprises.region"), cell: ({ region }) => region || "–" },
      {
        key: "boxes",
        title: t("boxes.title"),
        cell: ({ boxes }) =>
          boxes.length === 0 ? (
            <span className="quiet">{t("enterprises.no_box")}</span>
          ) : (
            <ul>
              {boxes.map((box) => (
                <li key={box.box_id} className="levels-in-row">
                  <Link to={boxPath(box.box_id)} className="mono">
                    {box.box_id}
                  </Link>
                  <StateDot state={box.online && box.verification !== "frozen" ? "good" : "bad"}>
                    {box.verification === "frozen"
                      ? t("verification.frozen")
                      : box.online
                        ? t("boxes.online")
                        : t("boxes.offline")}
                  </StateDot>
                </li>
              ))}
            </ul>
          ),
      },
      {
        key: "open",
        title: t("counts.warnings"),
        cell: ({ id, warnings_open: open, oldest_open_at: oldest }) => (
          <>
            <Link to={listPath("/warnings", { enterprise: id })} className="plain">
              <LevelsInRow counts={open} />
            </Link>
            {oldest != null && (
              <>
                <br />
                <Age at={oldest} />
              </>
            )}
          </>
        ),
      },
      {
        key: "go",
        title: t("enterprises.look"),
        cell: ({ id }) => <Link to={listPath("/batches", { enterprise: id })}>{t("batches.title")}</Link>,
      },
    ],
    [t, pick],
  );
  return <Grid label={t("enterprises.title")} columns={columns} rows={rows} id={({ id }) => id} testId="enterprises" />;
}
