// The event stream: readings go into the page at once, everything else makes the page ask again.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Changed, LiveReading } from "./api";
import { SESSION_KEY, useSession } from "./session";

export type { Changed };

export type Connection = "connecting" | "open" | "lost";

/** Questions are asked again at most this often, however fast things change. */
const ASK_EVERY_MS = 1000;
/** A stream the server closed for good is opened anew after this time. */
const REOPEN_MS = 5000;

/** Which questions a change concerns, by the first word of their key. */
const CONCERNS: Record<Changed["topic"], string[]> = {
  status: ["status", "overview", "evidence"],
  boxes: ["boxes", "box", "enterprises", "overview"],
  warnings: ["warnings", "warning", "open", "status", "overview", "chart", "batch", "batches"],
  series: ["series", "chart", "batch", "batches"],
};

/** How often something of each topic has happened since the page was opened. */
type Changes = Record<Changed["topic"], number>;

const NO_CHANGES: Changes = { status: 0, boxes: 0, warnings: 0, series: 0 };

const LiveContext = createContext<{ connection: Connection; changes: Changes }>({
  connection: "connecting",
  changes: NO_CHANGES,
});

/** Whether the stream is open. */
export function useConnection(): Connection {
  return use(LiveContext).connection;
}

/** A number that grows when something of the topic has happened; at most once a beat. Of no topic, nothing happens. */
export function useChanges(topic: Changed["topic"] | null): number {
  const { changes } = use(LiveContext);
  return topic === null ? 0 : changes[topic];
}

/** Collects what must be asked again and asks once a beat. */
class Asker {
  private readonly waiting = new Set<Changed["topic"]>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly queries: QueryClient,
    private readonly tell: (topics: Changed["topic"][]) => void,
  ) {}

  again(topic: Changed["topic"]): void {
    this.waiting.add(topic);
    this.timer ??= setTimeout(() => {
      const topics = [...this.waiting];
      this.waiting.clear();
      this.timer = undefined;
      const keys = new Set(topics.flatMap((topic) => CONCERNS[topic]));
      for (const key of keys) void this.queries.invalidateQueries({ queryKey: [key] });
      this.tell(topics);
    }, ASK_EVERY_MS);
  }

  /** Something was missed. Long lists are told; all else is asked again. */
  everything(): void {
    const own = (key: unknown) => key !== SESSION_KEY[0] && key !== "list";
    void this.queries.invalidateQueries({ predicate: (query) => own(query.queryKey[0]) });
    this.tell(["status", "boxes", "warnings", "series"]);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Keeps one stream open while the page is. `onReadings` must not change between renders. */
export function LiveProvider(props: { onReadings?: (readings: LiveReading[]) => void; children: ReactNode }) {
  const { onReadings, children } = props;
  const queries = useQueryClient();
  const session = useSession().me.csrf_token;
  const [connection, setConnection] = useState<Connection>("connecting");
  const [changes, setChanges] = useState(NO_CHANGES);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const asker = new Asker(queries, (topics) => {
      setChanges((before) => topics.reduce((after, topic) => ({ ...after, [topic]: after[topic] + 1 }), before));
    });
    let reopen: ReturnType<typeof setTimeout> | undefined;
    const stream = new EventSource("/api/v1/live");
    let lost = attempt > 0;
    stream.addEventListener("open", () => {
      setConnection("open");
      if (lost) asker.everything();
      lost = false;
    });
    stream.addEventListener("error", () => {
      lost = true;
      setConnection("lost");
      if (stream.readyState !== EventSource.CLOSED) return;
      // Closed for good: the answer was no stream. The session has ended, or something between us and the server spoke.
      void queries.invalidateQueries({ queryKey: SESSION_KEY });
      reopen = setTimeout(() => setAttempt((n) => n + 1), REOPEN_MS);
    });
    stream.addEventListener("gap", () => asker.everything());
    stream.addEventListener("changed", (event: MessageEvent<string>) => {
      const changed = JSON.parse(event.data) as Changed;
      asker.again(changed.topic);
    });
    stream.addEventListener("readings", (event: MessageEvent<string>) => {
      onReadings?.(JSON.parse(event.data) as LiveReading[]);
    });
    // A cable that is pulled leaves the stream silent, not closed: the browser knows of it first.
    const cut = () => setConnection("lost");
    const back = () => setAttempt((n) => n + 1);
    window.addEventListener("offline", cut);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("offline", cut);
      window.removeEventListener("online", back);
      clearTimeout(reopen);
      asker.stop();
      stream.close();
    };
  }, [queries, onReadings, session, attempt]);
  const live = useMemo(() => ({ connection, changes }), [connection, changes]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
