// Starts an end: language, theme, questions, session, stream, in this order.
import "./style.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "./api";
import { SpeechProvider, useSpeech } from "./i18n";
import { SESSION_KEY } from "./session";
import { theme } from "./theme";
import { Broken } from "./ui/Broken";

/** A question that failed is asked this many times more, unless the answer was a plain no. */
const RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && !(error instanceof ProblemError && error.problem.status < 500),
    },
  },
});

// A session that ended shows at the first question it can no longer answer.
queries.getQueryCache().subscribe(({ query, type }) => {
  if (type !== "updated" || query.queryKey[0] === SESSION_KEY[0]) return;
  const error: unknown = query.state.error;
  if (error instanceof ProblemError && error.problem.code === "unauthenticated") {
    queries.setQueryData(SESSION_KEY, null);
  }
});

function Themed({ children }: { children: ReactNode }) {
  const { language } = useSpeech();
  return (
    <ConfigProvider locale={language === "en" ? enUS : zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <Broken>{children}</Broken>
    </ConfigProvider>
  );
}

/** Puts an end on the page. */
export function start(end: ReactNode): void {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <SpeechProvider>
        <QueryClientProvider client={queries}>
          <Themed>{end}</Themed>
        </QueryClientProvider>
      </SpeechProvider>
    </StrictMode>,
  );
}
