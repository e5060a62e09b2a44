// What is asked of the audit trail: filters as they stand in the address, and how people give times.
import { set, useFilters, type Filters } from "../../filters";
import { useMemo } from "react";

export const FILTERS = ["who", "act", "object", "from", "until"] as const;
export type AuditFilters = Filters<(typeof FILTERS)[number]>;
export type AuditQuery = Partial<AuditFilters>;

/** The filters of the address, the question they make, and how to change them. A time that is none is not asked for. */
export function useAuditFilters() {
  const [filters, change] = useFilters(FILTERS);
  const query = useMemo<AuditQuery>(
    () => set({ ...filters, from: isTime(filters.from) ? filters.from : "", until: isTime(filters.until) ? filters.until : "" }),
    [filters],
  );
  return { filters, query, change };
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** `2026-11-21T20:15` of here, as RFC 3339 in UTC; nothing for what is no time. */
export function utcOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(".000Z", "Z");
}

/** The other way. */
export function localOf(utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
