// Starts an end: language, theme, questions, session, stream, in this order.
import "./style.css";
import "./controls.css";
import "./pages.css";
import "./people.css";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "./api";
import { AppearanceProvider } from "./appearance";
import { SpeechProvider } from "./i18n";
import { SESSION_KEY } from "./session";
import { Broken } from "./ui/Broken";

/** A question that failed is asked this many times more, unless the answer was a plain no. */
const RETRIES = 2;

/** A question that failed for a reason that may pass is asked again this often while it is on the page. */
const RECOVER_MS = 5_000;

/** The network, or a server that is starting: nothing a person could do better than wait. */
function passing(error: unknown): boolean {
  return !(error instanceof ProblemError && error.problem.status < 500);
}

/** A session that ended shows at the first question or act it can no longer answer. */
function sessionEnded(error: unknown): void {
  if (error instanceof ProblemError && error.problem.code === "unauthenticated") {
    queries.setQueryData(SESSION_KEY, null);
  }
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: sessionEnded }),
  mutationCache: new MutationCache({ onError: sessionEnded }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The page says itself whether the server answers; the browser knows only whether there is a cable.
      networkMode: "always",
      retry: (failures, error) => failures < RETRIES && passing(error),
      refetchInterval: (query) => (query.state.status === "error" && passing(query.state.error) ? RECOVER_MS : false),
    },
    mutations: { networkMode: "always" },
  },
});

/** Puts an end on the page. */
export function start(end: ReactNode): void {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <SpeechProvider>
        <QueryClientProvider client={queries}>
          <AppearanceProvider>
            <Broken>{end}</Broken>
          </AppearanceProvider>
        </QueryClientProvider>
      </SpeechProvider>
    </StrictMode>,
  );
}
