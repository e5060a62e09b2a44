// 企业端: what needs me now, what the box collects and seals, what the models found.
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import type { LiveReading } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { LiveProvider } from "../shared/live";
import { BatchesPage } from "../shared/pages/BatchesPage";
import { BatchPage } from "../shared/pages/BatchPage";
import { CataloguePage } from "../shared/pages/CataloguePage";
import { WarningsPage } from "../shared/pages/WarningsPage";
import { SeriesPage } from "../shared/charts/SeriesPage";
import { NotFound } from "../shared/ui/NotFound";
import { Shell } from "../shared/ui/Shell";
import { Loading } from "../shared/ui/State";
import { WarningDrawer } from "../shared/ui/WarningDrawer";
import { EvidencePage } from "./EvidencePage";
import { LivePage } from "./LivePage";
import { LATEST_KEY, merged, type Latest } from "./latest";
import { OverviewPage } from "./OverviewPage";
import { SourcesPage } from "./SourcesPage";

// What draws charts comes with the first chart.
const ChartPage = lazy(async () => ({ default: (await import("../shared/charts/ChartPage")).ChartPage }));

export function App() {
  return (
    <BrowserRouter>
      <Inside />
    </BrowserRouter>
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
  const places = [
    { to: "/", label: t("nav.overview") },
    { to: "/sources", label: t("nav.sources") },
    { to: "/live", label: t("nav.live") },
    { to: "/batches", label: t("nav.batches") },
    { to: "/series", label: t("nav.series") },
    { to: "/warnings", label: t("nav.warnings") },
    { to: "/evidence", label: t("nav.evidence") },
    { to: "/catalogue", label: t("nav.catalogue") },
  ];
  return (
    <LiveProvider onReadings={onReadings}>
      <Shell places={places}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<OverviewPage />} />
            <Route path="/sources" element={<SourcesPage />} />
            <Route path="/live" element={<LivePage />} />
            <Route path="/batches" element={<BatchesPage />} />
            <Route path="/batches/:enterprise/:product/:batch" element={<BatchPage showEnterprise={false} />} />
            <Route path="/series" element={<SeriesPage />} />
            <Route path="/series/:id" element={<ChartPage />} />
            <Route path="/warnings" element={<WarningsPage />} />
            <Route path="/evidence" element={<EvidencePage />} />
            <Route path="/catalogue" element={<CataloguePage />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
        <WarningDrawer />
      </Shell>
    </LiveProvider>
  );
}
