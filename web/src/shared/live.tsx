// The event stream: readings go into the page at once, everything else makes the page ask again.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useState, type ReactNode } from "react";
import type { Changed, LiveReading } from "./api";
import { SESSION_KEY } from "./session";

export type Connection = "connecting" | "open" | "lost";

/** Questions are asked again at most this often, however fast things change. */
const ASK_EVERY_MS = 1000;

/** Which questions a change concerns, by the first word of their key. */
const CONCERNS: Record<Changed["topic"], string[]> = {
  status: ["status", "overview"],
  boxes: ["boxes", "overview"],
  warnings: ["warnings", "warning", "status", "overview", "chart"],
  series: ["series", "chart"],
};

const ConnectionContext = createContext<Connection>("connecting");

/** Whether the stream is open. */
export function useConnection(): Connection {
  return use(ConnectionContext);
}

/** Collects what must be asked again and asks once a beat. */
class Asker {
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queries: QueryClient) {}

  again(keys: string[]): void {
    for (const key of keys) this.waiting.add(key);
    this.timer ??= setTimeout(() => {
      const keys = [...this.waiting];
      this.waiting.clear();
      this.timer = undefined;
      for (const key of keys) void this.queries.invalidateQueries({ queryKey: [key] });
    }, ASK_EVERY_MS);
  }

  everything(): void {
    void this.queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Keeps one stream open while the page is. `onReadings` must not change between renders. */
export function LiveProvider(props: { onReadings?: (readings: LiveReading[]) => void; children: ReactNode }) {
  const { onReadings, children } = props;
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    const asker = new Asker(queries);
    const stream = new EventSource("/api/v1/live");
    let lost = false;
    stream.addEventListener("open", () => {
      setConnection("open");
      if (lost) asker.everything();
      lost = false;
    });
    stream.addEventListener("error", () => {
      lost = true;
      setConnection("lost");
      // Closed for good: the answer was no stream, most likely because the session has ended.
      if (stream.readyState === EventSource.CLOSED) void queries.invalidateQueries({ queryKey: SESSION_KEY });
    });
    stream.addEventListener("gap", () => asker.everything());
    stream.addEventListener("changed", (event: MessageEvent<string>) => {
      const changed = JSON.parse(event.data) as Changed;
      asker.again(CONCERNS[changed.topic]);
    });
    stream.addEventListener("readings", (event: MessageEvent<string>) => {
      onReadings?.(JSON.parse(event.data) as LiveReading[]);
    });
    return () => {
      asker.stop();
      stream.close();
    };
  }, [queries, onReadings]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}
