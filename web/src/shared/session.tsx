// Who is logged in. Without a session there is only the login page; a session that ends while the page is open is asked
// for over the page, so that nothing typed or scrolled to is lost.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, Fragment, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { answered, carryToken, ProblemError, shared, type Me } from "./api";
import { LoginAgain } from "./ui/LoginAgain";
import { LoginPage } from "./ui/LoginPage";
import { Failed, Loading } from "./ui/State";

interface Session {
  me: Me;
  logOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

/** The session of the page. */
export function useSession(): Session {
  const found = use(SessionContext);
  if (found === null) throw new Error("useSession outside SessionGate");
  return found;
}

/** Whether the logged-in person may do an act of the access table. */
export function useMay(): (act: string) => boolean {
  const { acts } = useSession().me;
  return (act) => acts.includes(act);
}

export const SESSION_KEY = ["session"];

/** Nobody is logged in: an answer, not a failure. */
async function who(): Promise<Me | null> {
  try {
    const me = await answered(shared.GET("/api/v1/session"));
    carryToken(me.csrf_token);
    return me;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === "unauthenticated") return null;
    throw error;
  }
}

interface GateProps {
  end: Me["end"];
  /** Called when the login page stands and the browser has nothing else to do. */
  whenNobody: () => void;
  children: ReactNode;
}

/** Shows `children` to a logged-in person, the login page to anybody else. */
export function SessionGate({ end, whenNobody, children }: GateProps) {
  const queries = useQueryClient();
  const session = useQuery({ queryKey: SESSION_KEY, queryFn: who, staleTime: Infinity });
  const me = session.data ?? null;
  const [last, setLast] = useState<Me | null>(null);
  if (me !== null && me !== last) setLast(me);
  const logOut = useCallback(async () => {
    await shared.DELETE("/api/v1/session");
    carryToken("");
    setLast(null);
    queries.clear();
    queries.setQueryData(SESSION_KEY, null);
  }, [queries]);
  const known = me ?? last;
  const value = useMemo(() => (known === null ? null : { me: known, logOut }), [known, logOut]);
  const enter = (now: Me) => {
    carryToken(now.csrf_token);
    // Another person sees nothing of what the one before was shown.
    if (last !== null && last.name !== now.name) queries.clear();
    queries.setQueryData(SESSION_KEY, now);
    const again = (key: unknown, failed: boolean) => key !== SESSION_KEY[0] && (key !== "list" || failed);
    void queries.invalidateQueries({
      predicate: (query) => again(query.queryKey[0], query.state.status === "error"),
    });
  };
  const nobody = value === null && session.isSuccess;
  useEffect(() => (nobody ? whenIdle(whenNobody) : undefined), [nobody, whenNobody]);
  if (value === null) {
    if (session.isPending) return <Loading />;
    if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />;
    return <LoginPage end={end} done={enter} />;
  }
  return (
    <SessionContext value={value}>
      <Fragment key={value.me.name}>{children}</Fragment>
      {me === null && <LoginAgain name={value.me.name} done={enter} />}
    </SessionContext>
  );
}

/** Where the browser does not say when it is idle. */
const IDLE_AFTER_MS = 500;

/** Does it when the browser is idle, unless the answer is called first. */
function whenIdle(act: () => void): () => void {
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(act, IDLE_AFTER_MS);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(act);
  return () => cancelIdleCallback(asked);
}
