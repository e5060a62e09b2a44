// 治理端: the province's boxes, what the models found, and the control chart of any parameter.
import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { useSpeech } from "../shared/i18n";
import { LiveProvider } from "../shared/live";
import { SessionGate } from "../shared/session";
import { NotFound } from "../shared/ui/NotFound";
import { Shell } from "../shared/ui/Shell";
import { Loading } from "../shared/ui/State";
import { WarningDrawer } from "../shared/ui/WarningDrawer";
import { OverviewPage } from "./OverviewPage";
import { SeriesPage } from "./SeriesPage";

// ECharts is larger than the rest of the page together: it comes with the first chart.
const ChartPage = lazy(async () => ({ default: (await import("./ChartPage")).ChartPage }));

/** Where the chart of a series is. */
export const chartPath = (seriesId: string) => `/series/${encodeURIComponent(seriesId)}`;

export function App() {
  return (
    <SessionGate end="governance">
      <BrowserRouter>
        <Inside />
      </BrowserRouter>
    </SessionGate>
  );
}

function Inside() {
  const { t } = useSpeech();
  const places = [
    { to: "/", label: t("nav.overview") },
    { to: "/series", label: t("nav.series") },
  ];
  return (
    <LiveProvider>
      <Shell places={places}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<OverviewPage />} />
            <Route path="/series" element={<SeriesPage />} />
            <Route path="/series/:id" element={<ChartPage />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
        <WarningDrawer chartPath={chartPath} />
      </Shell>
    </LiveProvider>
  );
}
