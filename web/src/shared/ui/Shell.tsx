// The frame of an end: whose it is, where one can go, whether the data is live, who is logged in.
import { useEffect, useRef, type ReactNode } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { useAppearance } from "../appearance";
import { useSpeech } from "../i18n";
import { useConnection } from "../live";
import { useSession } from "../session";
import { Button } from "./Button";
import { LanguageSwitch } from "./LanguageSwitch";
import { Logo } from "./Logo";
import { StateDot } from "./Mark";
import { Menu } from "./Menu";

/** One entry of the navigation. */
export interface Place {
  to: string;
  label: string;
  /** The act of the access table that going there is: whoever may not does not see it. */
  act: string;
}

/** Light or dark. */
function ThemeSwitch() {
  const { t } = useSpeech();
  const { theme, switchTheme } = useAppearance();
  const label = theme === "dark" ? t("theme.to_light") : t("theme.to_dark");
  return (
    <Button kind="bare" onClick={switchTheme} aria-label={label} title={label} data-testid="theme">
      <svg viewBox="0 0 16 16" className="icon" aria-hidden="true">
        {theme === "dark" ? (
          <path d="M8 4.6A3.4 3.4 0 1 0 8 11.4 3.4 3.4 0 0 0 8 4.6ZM8 0.8v2M8 13.2v2M0.8 8h2M13.2 8h2M2.9 2.9l1.4 1.4M11.7 11.7l1.4 1.4M2.9 13.1l1.4-1.4M11.7 4.3l1.4-1.4" />
        ) : (
          <path d="M13.4 9.7A5.8 5.8 0 0 1 6.3 2.6 5.8 5.8 0 1 0 13.4 9.7Z" />
        )}
      </svg>
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
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where the places do not all fit, the one we are at is in sight.
    const show = () => nav.current?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    show();
    window.addEventListener("resize", show);
    return () => window.removeEventListener("resize", show);
  }, [pathname]);
  return (
    <nav ref={nav} aria-label={t("nav.label")}>
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
        <span className="site" title={pick(me.site)}>
          {pick(me.site)}
        </span>
        <Navigation places={places.filter((place) => me.acts.includes(place.act))} />
        <div className="tools">
          <ConnectionState />
          <ThemeSwitch />
          <LanguageSwitch />
          <Menu
            testId="person"
            name={
              <span className="person">
                {me.display_name}
                <span className="quiet">{t(`role.${me.role}`)}</span>
              </span>
            }
          >
            <Link to="/account" data-testid="my-account">
              {t("nav.account")}
            </Link>
            <button type="button" onClick={() => void logOut()} data-testid="log-out">
              {t("logout")}
            </button>
          </Menu>
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
