// 治理端: what needs me now, the province's boxes, enterprises and batches, and what the models found in them.
import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { SeriesPage } from "../shared/charts/SeriesPage";
import { useSpeech } from "../shared/i18n";
import { LiveProvider } from "../shared/live";
import { BatchesPage } from "../shared/pages/BatchesPage";
import { BatchPage } from "../shared/pages/BatchPage";
import { CataloguePage } from "../shared/pages/CataloguePage";
import { WarningsPage } from "../shared/pages/WarningsPage";
import { NotFound } from "../shared/ui/NotFound";
import { Shell } from "../shared/ui/Shell";
import { Loading } from "../shared/ui/State";
import { WarningDrawer } from "../shared/ui/WarningDrawer";
import { BoxesPage } from "./BoxesPage";
import { BoxPage } from "./BoxPage";
import { EnterprisesPage } from "./EnterprisesPage";
import { useEnterpriseOptions } from "./enterprises";
import { EvidencePage } from "./EvidencePage";
import { OverviewPage } from "./OverviewPage";

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
  const enterprises = useEnterpriseOptions();
  const places = [
    { to: "/", label: t("nav.overview") },
    { to: "/boxes", label: t("nav.boxes") },
    { to: "/enterprises", label: t("nav.enterprises") },
    { to: "/batches", label: t("nav.batches") },
    { to: "/series", label: t("nav.series") },
    { to: "/warnings", label: t("nav.warnings") },
    { to: "/evidence", label: t("nav.evidence") },
    { to: "/catalogue", label: t("nav.catalogue") },
  ];
  return (
    <LiveProvider>
      <Shell places={places}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<OverviewPage />} />
            <Route path="/boxes" element={<BoxesPage />} />
            <Route path="/boxes/:id" element={<BoxPage />} />
            <Route path="/enterprises" element={<EnterprisesPage />} />
            <Route path="/batches" element={<BatchesPage enterprises={enterprises} />} />
            <Route path="/batches/:enterprise/:product/:batch" element={<BatchPage showEnterprise />} />
            <Route path="/series" element={<SeriesPage />} />
            <Route path="/series/:id" element={<ChartPage />} />
            <Route path="/warnings" element={<WarningsPage enterprises={enterprises} />} />
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
