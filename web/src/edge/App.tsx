// 企业端: what needs me now, what the box collects and seals, what the models found.
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback } from "react";
import { Route, Routes } from "react-router";
import type { LiveReading } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { LiveProvider } from "../shared/live";
import { BatchesPage } from "../shared/pages/BatchesPage";
import { BatchPage } from "../shared/pages/BatchPage";
import { CataloguePage } from "../shared/pages/CataloguePage";
import { AccountPage } from "../shared/pages/people/AccountPage";
import { PeoplePage } from "../shared/pages/people/PeoplePage";
import { PersonPage } from "../shared/pages/people/PersonPage";
import { ProductsPage } from "../shared/pages/ProductsPage";
import { WarningsPage } from "../shared/pages/WarningsPage";
import { useSession } from "../shared/session";
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
// Pages of few people come when they are asked for.
const AuditPage = lazy(async () => ({ default: (await import("../shared/pages/audit/AuditPage")).AuditPage }));
const SettingsPage = lazy(async () => ({ default: (await import("./SettingsPage")).SettingsPage }));

export function App() {
  const { t } = useSpeech();
  const { acts } = useSession().me;
  const queries = useQueryClient();
  const onReadings = useCallback(
    (readings: LiveReading[]) => {
      queries.setQueryData<Latest>(LATEST_KEY, (before) => before && merged(before, readings));
    },
    [queries],
  );
  const places = [
    { to: "/", label: t("nav.overview"), act: "view_overview" },
    { to: "/sources", label: t("nav.sources"), act: "view_sources" },
    { to: "/live", label: t("nav.live"), act: "view_live" },
    { to: "/products", label: t("nav.products"), act: "view_products" },
    { to: "/batches", label: t("nav.batches"), act: "view_batches" },
    { to: "/series", label: t("nav.series"), act: "view_series" },
    { to: "/warnings", label: t("nav.warnings"), act: "view_warnings" },
    { to: "/evidence", label: t("nav.evidence"), act: "view_evidence" },
    { to: "/catalogue", label: t("nav.catalogue"), act: "view_catalogue" },
    { to: "/people", label: t("nav.people"), act: "view_people" },
    { to: "/audit", label: t("nav.audit"), act: "view_audit" },
    { to: "/settings", label: t("nav.settings"), act: "view_settings" },
  ];
  return (
    <LiveProvider onReadings={onReadings}>
      <Shell places={places}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<OverviewPage />} />
            <Route path="/sources" element={<SourcesPage />} />
            <Route path="/live" element={<LivePage />} />
            <Route path="/products" element={<ProductsPage several={false} />} />
            <Route path="/batches" element={<BatchesPage />} />
            <Route path="/batches/:enterprise/:product/:batch" element={<BatchPage showEnterprise={false} />} />
            <Route path="/series" element={<SeriesPage />} />
            <Route path="/series/:id" element={<ChartPage />} />
            <Route path="/warnings" element={<WarningsPage />} />
            <Route path="/evidence" element={<EvidencePage />} />
            <Route path="/catalogue" element={<CataloguePage />} />
            {acts.includes("view_audit") && <Route path="/audit" element={<AuditPage />} />}
            {acts.includes("view_settings") && <Route path="/settings" element={<SettingsPage />} />}
            <Route path="/people" element={<PeoplePage />} />
            <Route path="/people/:name" element={<PersonPage />} />
            <Route path="/account" element={<AccountPage />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
        <WarningDrawer />
      </Shell>
    </LiveProvider>
  );
}
