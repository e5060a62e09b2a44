// Writes all rows of a question to a file, page after page, and says how far it has come. Can be stopped; a failure
// leaves everything as it was.
import { useCallback, useEffect, useRef, useState } from "react";
import { answered, shared, type AuditRow } from "../../api";
import { useSpeech } from "../../i18n";
import { useFailureText } from "../../ui/State";
import type { AuditQuery } from "./query";
import { BYTE_ORDER_MARK, headings, rowRecord } from "./csv";

/** Rows asked for at once: the most the API gives. */
const PAGE_LEN = 500;
/** The file is handed over by then. */
const KEPT_MS = 60_000;

export type Export =
  | { state: "idle" }
  | { state: "busy" | "done"; rows: number }
  | { state: "failed"; why: string };

export function useExport(query: AuditQuery): { state: Export; start: () => void; stop: () => void } {
  const speech = useSpeech();
  const failureText = useFailureText();
  const [state, setState] = useState<Export>({ state: "idle" });
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState({ state: "idle" });
  }, []);
  // Whoever leaves the page, or asks something else, has no use for the file.
  useEffect(() => stop, [query, stop]);
  const run = async ({ signal }: AbortController) => {
    const parts = [BYTE_ORDER_MARK, headings(speech)];
    let rows = 0;
    let after: string | undefined;
    do {
      const asked = { ...query, limit: PAGE_LEN, ...(after === undefined ? {} : { after }) };
      const page = await answered<{ items: AuditRow[]; next?: string | null }>(
        shared.GET("/api/v1/audit", { params: { query: asked }, signal }),
      );
      parts.push(...page.items.map((row) => rowRecord(row, speech)));
      rows += page.items.length;
      after = page.next ?? undefined;
      setState({ state: "busy", rows });
    } while (after !== undefined);
    save(new Blob(parts, { type: "text/csv;charset=utf-8" }), `audit-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.csv`);
    setState({ state: "done", rows });
  };
  const start = () => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState({ state: "busy", rows: 0 });
    run(control).catch((error: unknown) => {
      if (control.signal.aborted) return;
      setState({ state: "failed", why: failureText(error instanceof Error ? error : new Error(String(error))) });
    });
  };
  return { state, start, stop };
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
