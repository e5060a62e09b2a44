// 治理端: what needs me now, the province's boxes, enterprises and batches, and what the models found in them.
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { SeriesPage } from "../shared/charts/SeriesPage";
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
// Pages of few people come when they are asked for.
const AuditPage = lazy(async () => ({ default: (await import("../shared/pages/audit/AuditPage")).AuditPage }));
const SettingsPage = lazy(async () => ({ default: (await import("./SettingsPage")).SettingsPage }));

export function App() {
  const { t } = useSpeech();
  const { acts } = useSession().me;
  const enterprises = useEnterpriseOptions();
  const places = [
    { to: "/", label: t("nav.overview"), act: "view_overview" },
    { to: "/boxes", label: t("nav.boxes"), act: "view_boxes" },
    { to: "/enterprises", label: t("nav.enterprises"), act: "view_enterprises" },
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
    <LiveProvider>
      <Shell places={places}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<OverviewPage />} />
            <Route path="/boxes" element={<BoxesPage />} />
            <Route path="/boxes/:id" element={<BoxPage />} />
            <Route path="/enterprises" element={<EnterprisesPage />} />
            <Route path="/products" element={<ProductsPage several />} />
            <Route path="/batches" element={<BatchesPage enterprises={enterprises} />} />
            <Route path="/batches/:enterprise/:product/:batch" element={<BatchPage showEnterprise />} />
            <Route path="/series" element={<SeriesPage />} />
            <Route path="/series/:id" element={<ChartPage />} />
            <Route path="/warnings" element={<WarningsPage enterprises={enterprises} />} />
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
