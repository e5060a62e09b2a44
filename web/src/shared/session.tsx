// Who is logged in. Without a session there is only the login page.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useMemo, type ReactNode } from "react";
import { answered, carryToken, ProblemError, shared, type Me } from "./api";
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

/** Shows `children` to a logged-in person, the login page to anybody else. */
export function SessionGate({ end, children }: { end: Me["end"]; children: ReactNode }) {
  const queries = useQueryClient();
  const session = useQuery({ queryKey: SESSION_KEY, queryFn: who, staleTime: Infinity });
  const me = session.data ?? null;
  const logOut = useCallback(async () => {
    await shared.DELETE("/api/v1/session");
    carryToken("");
    queries.clear();
    queries.setQueryData(SESSION_KEY, null);
  }, [queries]);
  const value = useMemo(() => (me === null ? null : { me, logOut }), [me, logOut]);
  if (session.isPending) return <Loading />;
  if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />;
  if (value === null) {
    return (
      <LoginPage
        end={end}
        done={(now) => {
          carryToken(now.csrf_token);
          queries.setQueryData(SESSION_KEY, now);
        }}
      />
    );
  }
  return <SessionContext value={value}>{children}</SessionContext>;
}
