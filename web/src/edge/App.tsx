// 企业端: what the box collects right now, how far it is sealed, and what the models found.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import type { LiveReading } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { LiveProvider } from "../shared/live";
import { SessionGate } from "../shared/session";
import { NotFound } from "../shared/ui/NotFound";
import { Shell } from "../shared/ui/Shell";
import { WarningDrawer } from "../shared/ui/WarningDrawer";
import { LivePage } from "./LivePage";
import { LATEST_KEY, merged, type Latest } from "./latest";

export function App() {
  return (
    <SessionGate end="enterprise">
      <BrowserRouter>
        <Inside />
      </BrowserRouter>
    </SessionGate>
  );
}

function Inside() {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const onReadings = useCallback(
    (readings: LiveReading[]) => {
      queries.setQueryData<Latest>(LATEST_KEY, (before) => before && merged(before, readings));
    },
    [queries],
  );
  return (
    <LiveProvider onReadings={onReadings}>
      <Shell places={[{ to: "/", label: t("nav.live") }]}>
        <Routes>
          <Route path="/" element={<LivePage />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
        <WarningDrawer />
      </Shell>
    </LiveProvider>
  );
}
