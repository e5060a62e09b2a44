// What a row of the audit trail shows in the list, on the screen and on paper.
import { useMemo } from "react";
import type { AuditRow } from "../../api";
import { count, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import type { WideColumn } from "../../ui/LongGrid";
import { ObjectName } from "./ObjectName";
import { useOrganisationName } from "./organisations";
import { Outcome } from "./Outcome";
import { changeText, reasonText, whoText } from "./told";

/** A text that may be cut, whole in its title; a dash for none. */
function Text({ children, recorded }: { children: string; recorded?: string | null | undefined }) {
  if (children === "") return <span className="quiet">–</span>;
  return <span title={recorded ?? children}>{children}</span>;
}

/** `open` shows all of a row. */
export function useAuditColumns(open: (row: AuditRow) => void): WideColumn<AuditRow>[] {
  const speech = useSpeech();
  const organisationName = useOrganisationName();
  return useMemo(() => {
    const { t, word } = speech;
    return [
      { key: "seq", title: t("audit.seq"), width: "64px", numeric: true, cell: ({ seq }) => count(seq) },
      {
        key: "at",
        title: t("audit.at"),
        width: "152px",
        cell: ({ at }) => (
          <time dateTime={at} title={at}>
            {wallTime(at)}
          </time>
        ),
      },
      { key: "outcome", title: t("audit.outcome"), width: "84px", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
      {
        key: "act",
        title: t("audit.act"),
        width: "minmax(120px, 1fr)",
        cell: (row) => (
          <button
            type="button"
            className="link"
            onClick={() => open(row)}
            title={t("audit.open", { n: count(row.seq) })}
            data-testid="audit-open"
          >
            {word("act", row.act ?? "–")}
          </button>
        ),
      },
      {
        key: "who",
        title: t("audit.who"),
        width: "minmax(100px, 0.9fr)",
        cell: (row) => <Text recorded={row.who}>{whoText(row, speech)}</Text>,
      },
      {
        key: "organisation",
        title: t("audit.organisation"),
        width: "minmax(100px, 1.2fr)",
        cell: ({ organisation }) => <Text>{organisationName(organisation)}</Text>,
      },
      { key: "object", title: t("audit.object"), width: "minmax(120px, 1.3fr)", cell: (row) => <ObjectName row={row} /> },
      {
        key: "changed",
        title: t("audit.changed"),
        width: "minmax(140px, 1.8fr)",
        cell: (row) => <Text>{changeText(row, speech)}</Text>,
      },
      {
        key: "reason",
        title: t("audit.reason"),
        width: "minmax(120px, 1.4fr)",
        cell: (row) => <Text>{reasonText(row, speech)}</Text>,
      },
      {
        key: "from",
        title: t("audit.from"),
        width: "minmax(84px, 120px)",
        cell: ({ from }) => <Text>{from ?? ""}</Text>,
      },
    ];
  }, [speech, organisationName, open]);
}
