// The frame of an end: whose it is, where one can go, whether the data is live, who is logged in.
import { Button, Dropdown } from "antd";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { useSpeech } from "../i18n";
import { useConnection } from "../live";
import { useSession } from "../session";
import { Logo } from "./Logo";
import { StateDot } from "./Mark";

/** One entry of the navigation. */
export interface Place {
  to: string;
  label: string;
}

/** The button that switches the language. */
export function LanguageSwitch() {
  const { t, language, switchLanguage } = useSpeech();
  return (
    <Button type="text" onClick={switchLanguage} lang={language === "en" ? "zh-CN" : "en"} data-testid="language">
      {t("language.switch")}
    </Button>
  );
}

function ConnectionState() {
  const { t } = useSpeech();
  const connection = useConnection();
  const state = { open: "good", connecting: "waiting", lost: "bad" } as const;
  return (
    <span className="connection" role="status" data-testid="connection" data-state={connection}>
      <StateDot state={state[connection]}>{t(`live.${connection}`)}</StateDot>
    </span>
  );
}

/** The version and status of the catalogue, wherever judgements are shown. */
function CatalogueNote() {
  const { t, word } = useSpeech();
  const { catalogue } = useSession().me;
  const status = word("catalogue", catalogue.status);
  return (
    <footer className="foot" data-testid="catalogue">
      <span>{t("catalogue.label", { version: catalogue.version, status })}</span>
      {catalogue.status === "proposed" && <span>{t("catalogue.proposed_meaning")}</span>}
    </footer>
  );
}

function Navigation({ places }: { places: Place[] }) {
  const { t } = useSpeech();
  return (
    <nav aria-label={t("nav.label")}>
      {places.map((place) => (
        <NavLink key={place.to} to={place.to} end={place.to === "/"}>
          {place.label}
        </NavLink>
      ))}
    </nav>
  );
}

export function Shell({ places, children }: { places: Place[]; children: ReactNode }) {
  const { t, pick } = useSpeech();
  const { me, logOut } = useSession();
  const connection = useConnection();
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="head">
        <div className="brand">
          <Logo />
          <div>
            <strong>{t("app.name")}</strong>
            <span>{t(`end.${me.end}`)}</span>
          </div>
        </div>
        <span className="site">{pick(me.site)}</span>
        {places.length > 1 ? <Navigation places={places} /> : <span />}
        <div className="tools">
          <ConnectionState />
          <LanguageSwitch />
          <Dropdown
            trigger={["click"]}
            menu={{ items: [{ key: "out", label: t("logout"), onClick: () => void logOut() }] }}
          >
            <Button type="text" className="person" data-testid="person">
              {me.display_name}
              <span className="quiet">{t(`role.${me.role}`)}</span>
            </Button>
          </Dropdown>
        </div>
      </header>
      {connection === "lost" && (
        <p className="banner" role="alert">
          {t("live.lost_detail")}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <CatalogueNote />
    </>
  );
}
