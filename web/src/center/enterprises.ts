// Every enterprise the center watches, for lists and for choosing one.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answered, center, type EnterpriseRow } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { useMay } from "../shared/session";

/** Rows asked for at once: the most the API gives. */
const PAGE_LEN = 500;
/** Asked again this often: a box that falls silent changes nothing. */
const ASK_AGAIN_MS = 30_000;

async function everyEnterprise(): Promise<EnterpriseRow[]> {
  const rows: EnterpriseRow[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? { limit: PAGE_LEN } : { limit: PAGE_LEN, after };
    const page = await answered(center.GET("/api/v1/enterprises", { params: { query } }));
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

/** `wanted`: false where the page does without for this role. */
export function useEnterprises(wanted = true) {
  return useQuery({
    queryKey: ["enterprises"],
    queryFn: everyEnterprise,
    enabled: wanted,
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Enterprises by name, as the options of a filter. */
export function useEnterpriseOptions(): { value: string; label: string }[] {
  const { pick } = useSpeech();
  const { data } = useEnterprises(useMay()("view_enterprises"));
  return useMemo(
    () =>
      (data ?? [])
        .map(({ id, name }) => ({ value: id, label: pick(name) }))
        .sort((a, b) => a.label.localeCompare(b.label, "zh-CN")),
    [data, pick],
  );
}
