// The trail on paper: a plain table of the rows loaded so far, under what they were chosen by, by whom and when printed.
// It is in the document only while the browser prints.
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { AuditRow } from "../../api";
import { count, wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { Grid, type Column } from "../../ui/Grid";
import { objectText } from "./ObjectName";
import type { AuditQuery } from "./query";

function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // The browser takes the page as it is when this returns.
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}

export function PrintedTrail(props: { rows: AuditRow[]; more: boolean; query: AuditQuery; columns: Column<AuditRow>[] }) {
  const { rows, more, query, columns } = props;
  const speech = useSpeech();
  const { t, word, pick } = speech;
  const { me } = useSession();
  if (!usePrinting()) return null;
  const chosen = [
    ...(query.who === undefined ? [] : [`${t("audit.who")} ${query.who}`]),
    ...(query.act === undefined ? [] : [`${t("audit.act")} ${word("act", query.act)}`]),
    ...(query.object === undefined ? [] : [objectText(query.object, speech)]),
    ...(query.from === undefined ? [] : [t("audit.print_from", { time: wallTime(query.from) })]),
    ...(query.until === undefined ? [] : [t("audit.print_until", { time: wallTime(query.until) })]),
  ];
  const printed = { who: `${me.display_name} (${me.name})`, at: wallTime(new Date().toISOString()), n: count(rows.length) };
  return (
    <div className="printed-trail">
      <p>
        {pick(me.site)} · {t(`end.${me.end}`)} · {chosen.length === 0 ? t("audit.print_all") : chosen.join(" · ")}
      </p>
      <p>{t("audit.print_by", printed)}</p>
      {more && <p>{t("audit.print_more")}</p>}
      <Grid label={t("audit.title")} columns={columns} rows={rows} id={(row) => String(row.seq)} />
    </div>
  );
}
