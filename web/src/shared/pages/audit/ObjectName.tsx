// What an act was done to: its kind in words, its name, and a way to its page where there is one.
import { Link } from "react-router";
import type { AuditRow } from "../../api";
import { useSpeech, type Speech } from "../../i18n";
import { boxPath, chartPath, listPath, personPath } from "../../paths";
import { useSession } from "../../session";

/** `box/box-1/retirement` in its parts; the path of a refused request has none. */
function parts(object: string): { kind: string; id: string; part: string } | null {
  const found = /^([a-z]+)\/(.+?)(?:\/(retirement|acceptance))?$/.exec(object);
  return found === null ? null : { kind: found[1] ?? "", id: found[2] ?? "", part: found[3] ?? "" };
}

/** In words: `药匣 box-1 · 停用`. */
export function objectText(object: string, { t, word }: Pick<Speech, "t" | "word">): string {
  const named = parts(object);
  if (named === null) return object.startsWith("/") ? `${t("object.address")} ${object}` : object;
  const part = named.part === "" ? "" : ` · ${word("object", named.part)}`;
  return `${word("object", named.kind)} ${named.id}${part}`;
}

/** Where its page is, and the act that lets one see it. */
function pageOf(object: string): { to: string; act: string } | null {
  const named = parts(object);
  switch (named?.kind) {
    case "box":
      return { to: boxPath(named.id), act: "view_boxes" };
    case "person":
      return { to: personPath(named.id), act: "view_people" };
    case "warning":
      return { to: listPath("/warnings", { state: "all", warning: named.id }), act: "view_warnings" };
    case "series":
      return { to: chartPath(named.id), act: "view_series" };
    default:
      return null;
  }
}

export function ObjectName({ row }: { row: AuditRow }) {
  const speech = useSpeech();
  const { acts } = useSession().me;
  if (row.object == null) return <span className="quiet">–</span>;
  const text = objectText(row.object, speech);
  const page = pageOf(row.object);
  // What was refused may not be there at all.
  if (page === null || row.outcome === "refused" || !acts.includes(page.act)) return <span title={row.object}>{text}</span>;
  return (
    <Link to={page.to} title={row.object}>
      {text}
    </Link>
  );
}
