// One box: state and clocks, what the center holds of it, its newest cosigned checkpoint, its segments.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, type ReactNode } from "react";
import { Link, useParams } from "react-router";
import type { components } from "../api/center";
import { answered, center, type SegmentRow } from "../shared/api";
import { bytes, count, duration, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { useKeyset } from "../shared/keyset";
import { listPath } from "../shared/paths";
import { useSession } from "../shared/session";
import { Claims } from "../shared/ui/Claims";
import { CopyText } from "../shared/ui/CopyText";
import { LongGrid, type WideColumn } from "../shared/ui/LongGrid";
import { StateDot } from "../shared/ui/Mark";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { VERIFICATION_DOTS } from "./BoxTable";
import { AcceptBox, Acceptances } from "./AcceptBox";
import { Certificates } from "./Certificates";
import { RetireBox, RetiredBox } from "./Retirement";

type BoxDetail = components["schemas"]["BoxDetail"];

/** Asked again this often: a box that falls silent changes nothing. */
const ASK_AGAIN_MS = 10_000;
/** Height of a segment as a card, pixels. */
const CARD_PX = 76;

export function BoxPage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const detail = useQuery({
    queryKey: ["box", id],
    queryFn: () => answered(center.GET("/api/v1/boxes/{id}", { params: { path: { id } } })),
    refetchInterval: ASK_AGAIN_MS,
  });
  return (
    <>
      <p className="back">
        <Link to="/boxes">← {t("boxes.back")}</Link>
      </p>
      {detail.isPending && <Loading />}
      {detail.isError && <Failed error={detail.error} retry={() => void detail.refetch()} />}
      {detail.data !== undefined && <Detail detail={detail.data} />}
    </>
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

function Detail({ detail }: { detail: BoxDetail }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const { row, held, log } = detail;
  const { acts } = useSession().me;
  const apart =
    detail.box_clock_at == null || detail.reported_at == null
      ? null
      : Math.abs(new Date(detail.reported_at).getTime() - new Date(detail.box_clock_at).getTime());
  return (
    <>
      <section className="panel page-gap" aria-labelledby="box-title" data-testid="box">
        <header>
          <div>
            <h1 id="box-title" className="mono">
              {row.box_id}
            </h1>
            <p className="facts quiet">
              <span>{pick(row.enterprise.name)}</span>
              <Link to={listPath("/warnings", { enterprise: row.enterprise.id })}>{t("counts.warnings")}</Link>
              <Link to={listPath("/batches", { enterprise: row.enterprise.id })}>{t("batches.title")}</Link>
            </p>
          </div>
          <span className="levels-in-row">
            {detail.retired_at == null ? (
              <StateDot state={row.online ? "good" : "bad"}>{row.online ? t("boxes.online") : t("boxes.offline")}</StateDot>
            ) : (
              <StateDot state="waiting">{t("retire.state")}</StateDot>
            )}
            <StateDot state={VERIFICATION_DOTS[row.verification]}>{t(`verification.${row.verification}`)}</StateDot>
          </span>
        </header>
        {row.frozen_why != null && (
          <p className="note alarm mono breakable" lang="en">
            {row.frozen_why}
          </p>
        )}
        {row.frozen_why != null && <AcceptBox boxId={row.box_id} why={row.frozen_why} />}
        <Claims progress={row.progress} />
      </section>
      <div className="columns halves">
        <div className="column">
          <section className="panel" aria-labelledby="facts-title">
            <header>
              <h2 id="facts-title">{t("boxes.facts")}</h2>
            </header>
            <dl className="terms">
              <Term name={t("boxes.last_seen")}>{row.last_seen_at == null ? t("boxes.never") : wallTime(row.last_seen_at)}</Term>
              <Term name={t("boxes.lag")}>
                {row.lag_ms == null ? t("box.unknown") : row.lag_ms === 0 ? t("boxes.no_lag") : duration(row.lag_ms, speech)}
              </Term>
              <Term name={t("boxes.clocks_apart")}>{apart === null ? t("box.unknown") : duration(apart, speech)}</Term>
              <Term name={t("boxes.software")}>{detail.software ?? t("box.unknown")}</Term>
              <Term name={t("boxes.enrolled")}>{wallTime(detail.enrolled_at)}</Term>
              {detail.retired_at != null && <Term name={t("boxes.retired")}>{wallTime(detail.retired_at)}</Term>}
            </dl>
          </section>
          <section className="panel" aria-labelledby="held-title">
            <header>
              <h2 id="held-title">{t("boxes.held")}</h2>
            </header>
            <dl className="terms">
              <Term name={t("boxes.readings")}>{count(held.readings)}</Term>
              <Term name={t("held.events")}>{count(held.events)}</Term>
              <Term name={t("held.findings")}>{count(held.findings)}</Term>
              <Term name={t("counts.rejected")}>{count(held.rejects)}</Term>
              <Term name={t("counts.lost")}>
                <span className={held.lost > 0 ? "level-red" : ""}>{count(held.lost)}</span>
              </Term>
              <Term name={t("held.bytes")}>{bytes(held.bytes)}</Term>
            </dl>
          </section>
          {acts.includes("view_certificates") && <Certificates box={detail} inService={detail.retired_at == null} />}
          <section className="panel" aria-labelledby="receipt-title">
            <header>
              <h2 id="receipt-title">{t("evidence.receipt")}</h2>
            </header>
            {log.receipt == null ? (
              <Empty title={t("evidence.no_receipt")}>{t("evidence.nothing_yet")}</Empty>
            ) : (
              <div className="text-block">
                <p className="quiet">{t("evidence.receipt_help")}</p>
                <CopyText text={log.receipt} label={t("evidence.receipt")} />
                <p className="quiet">{t("evidence.vkey")}</p>
                <CopyText text={log.vkey} label={t("evidence.vkey")} />
              </div>
            )}
          </section>
        </div>
        <div className="column">
          {detail.retired_at != null && <RetiredBox boxId={row.box_id} retiredAt={detail.retired_at} />}
          <Segments boxId={row.box_id} />
          <Acceptances boxId={row.box_id} />
          {detail.retired_at == null && <RetireBox boxId={row.box_id} enterprise={pick(row.enterprise.name)} />}
        </div>
      </div>
    </>
  );
}

function Segments({ boxId }: { boxId: string }) {
  const { t } = useSpeech();
  const filters = useMemo(() => ({ boxId }), [boxId]);
  const ask = useCallback(
    (query: { after?: string; limit: number }) =>
      answered(center.GET("/api/v1/boxes/{id}/segments", { params: { path: { id: boxId }, query } })),
    [boxId],
  );
  const list = useKeyset<SegmentRow>("segments", filters, "boxes", ask);
  const columns = useMemo<WideColumn<SegmentRow>[]>(
    () => [
      { key: "seg", title: t("segments.number"), width: "64px", numeric: true, cell: (row) => count(row.seg_no) },
      {
        key: "received",
        title: t("segments.received"),
        width: "160px",
        cell: ({ received_at: at }) => <time dateTime={at}>{wallTime(at)}</time>,
      },
      { key: "entries", title: t("segments.entries"), width: "64px", numeric: true, cell: (row) => count(row.counts.entries) },
      { key: "size", title: t("segments.size"), width: "84px", numeric: true, cell: (row) => bytes(row.counts.bytes) },
      {
        key: "hash",
        title: t("segments.hash"),
        width: "minmax(90px, 1fr)",
        cell: ({ header_hash: hash }) => (
          <span className="mono quiet" title={hash}>
            {hash}
          </span>
        ),
      },
    ],
    [t],
  );
  return (
    <section className="panel" aria-labelledby="segments-title">
      <header>
        <h2 id="segments-title">{t("segments.title")}</h2>
      </header>
      {list.isPending && <Loading />}
      {list.error !== null && <Failed error={list.error} retry={list.again} />}
      {!list.isPending && list.error === null && list.rows.length === 0 && (
        <Empty title={t("segments.empty")}>{t("evidence.nothing_yet")}</Empty>
      )}
      {list.rows.length > 0 && (
        <LongGrid
          label={t("segments.title")}
          columns={columns}
          list={list}
          id={(row) => String(row.seg_no)}
          cardPx={CARD_PX}
          testId="segments"
        />
      )}
    </section>
  );
}
