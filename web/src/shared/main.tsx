// Starts an end: language, theme, questions, session, in this order. What is inside comes after the login page stands, or
// with the session of who is logged in already. Choosing a password with a code needs no session.
import "./style.css";
import "./controls.css";
import "./pages.css";
import "./people.css";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense, type ComponentType } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Route, Routes } from "react-router";
import { ProblemError, type Me } from "./api";
import { AppearanceProvider } from "./appearance";
import { SpeechProvider } from "./i18n";
import { SESSION_KEY, SessionGate } from "./session";
import { Broken } from "./ui/Broken";
import { Loading } from "./ui/State";

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

// Few come with a code, and once.
const CodePage = lazy(async () => ({ default: (await import("./pages/people/CodePage")).CodePage }));

/** Puts an end on the page; `load` brings what a logged-in person sees. */
export function start(end: Me["end"], load: () => Promise<ComponentType>): void {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  const Inside = lazy(async () => ({ default: await load() }));
  // What cannot be had now is asked for again when it is needed.
  const fetchAhead = () => void load().catch(() => undefined);
  const gated = (
    <SessionGate end={end} whenNobody={fetchAhead}>
      <Suspense fallback={<Loading />}>
        <Inside />
      </Suspense>
    </SessionGate>
  );
  createRoot(root).render(
    <StrictMode>
      <SpeechProvider>
        <QueryClientProvider client={queries}>
          <AppearanceProvider>
            <Broken>
              <BrowserRouter>
                <Suspense fallback={<Loading />}>
                  <Routes>
                    <Route path="/code" element={<CodePage end={end} />} />
                    <Route path="*" element={gated} />
                  </Routes>
                </Suspense>
              </BrowserRouter>
            </Broken>
          </AppearanceProvider>
        </QueryClientProvider>
      </SpeechProvider>
    </StrictMode>,
  );
}
