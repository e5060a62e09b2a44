// The settings of this installation, to be read: what each is now, where and by whom it is changed. What both ends have
// stands here; an end adds its own.
import type { ReactNode } from "react";
import { useAppearance } from "../../appearance";
import { wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { Grid } from "../../ui/Grid";
import { Segmented } from "../../ui/Segmented";
import "./settings.css";

/** One setting. */
export interface Setting {
  key: string;
  name: string;
  /** What it is now; nothing while it is not known. */
  value: ReactNode;
  where: string;
}

/** `children` are sections of this end; `siteWhere` and `file` say where this end keeps its name and configuration. */
export function SettingsPage(props: { children: ReactNode; installation: Setting[]; siteWhere: string; file: string }) {
  const { children, installation, siteWhere, file } = props;
  const { t, word, pick } = useSpeech();
  const { me } = useSession();
  const { catalogue, organisation } = me;
  const proposed = catalogue.status === "proposed";
  return (
    <div className="settings-page" data-testid="settings">
      <section className="panel page-gap" aria-labelledby="settings-title">
        <header>
          <div>
            <h1 id="settings-title">{t("settings.title")}</h1>
            <p className="quiet">{t("settings.intro")}</p>
          </div>
        </header>
        <Settings
          label={t("settings.installation")}
          rows={[
            { key: "site", name: t("settings.site"), value: pick(me.site), where: siteWhere },
            { key: "end", name: t("settings.end"), value: t(`end.${me.end}`), where: t("settings.fixed") },
            ...installation,
          ]}
        />
      </section>
      <SettingsPanel
        title={t("settings.catalogue")}
        rows={[
          {
            key: "version",
            name: t("settings.catalogue_version"),
            value: <span className="mono">{catalogue.version}</span>,
            where: t("settings.catalogue_where", { file }),
          },
          {
            key: "status",
            name: t("settings.catalogue_status"),
            value: (
              <>
                <strong>{word("catalogue", catalogue.status)}</strong>
                <p className="quiet small">{proposed ? t("catalogue.proposed_meaning") : t("settings.official_meaning")}</p>
              </>
            ),
            where: t("settings.status_where"),
          },
        ]}
      />
      {children}
      <SettingsPanel
        title={t("settings.login")}
        rows={[
          {
            key: "now",
            name: t("settings.session_end"),
            value: t("settings.session_end_value", { time: wallTime(me.session_ends_at) }),
            where: t("settings.fixed"),
          },
          {
            key: "rights",
            name: t("settings.rights"),
            value: (
              <>
                {t("settings.rights_value", { role: t(`role.${me.role}`), n: me.acts.length })}
                <p className="quiet small">
                  {pick(organisation.name)} · {t("settings.region", { region: organisation.region })}
                </p>
                <p className="quiet small">{me.acts.map((act) => word("act", act)).join(" · ")}</p>
              </>
            ),
            where: t("settings.rights_where"),
          },
          ...(["session", "password", "delay", "proof", "code"] as const).map((key) => ({
            key,
            name: t(`settings.${key}`),
            value: t(`settings.${key}_value`),
            where: t("settings.fixed"),
          })),
        ]}
      />
      <Appearance />
    </div>
  );
}

/** Settings of one kind, under their name. */
export function SettingsPanel({ title, rows, children }: { title: string; rows: Setting[]; children?: ReactNode }) {
  return (
    <section className="panel page-gap" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {children}
      {rows.length > 0 && <Settings label={title} rows={rows} />}
    </section>
  );
}

function Settings({ label, rows }: { label: string; rows: Setting[] }) {
  const { t } = useSpeech();
  return (
    <Grid
      label={label}
      columns={[
        { key: "item", title: t("settings.item"), cell: ({ name }) => name },
        { key: "now", title: t("settings.value"), cell: ({ value }) => value ?? <span className="quiet">…</span> },
        { key: "where", title: t("settings.where"), cell: ({ where }) => <span className="quiet">{where}</span> },
      ]}
      rows={rows}
      id={({ key }) => key}
    />
  );
}

/** What everybody chooses for this browser. */
function Appearance() {
  const { t, language, switchLanguage } = useSpeech();
  const { theme, switchTheme } = useAppearance();
  return (
    <section className="panel" aria-labelledby="appearance-title">
      <header>
        <div>
          <h2 id="appearance-title">{t("settings.appearance")}</h2>
          <p className="quiet">{t("settings.appearance_help")}</p>
        </div>
      </header>
      <dl className="terms">
        <div>
          <dt>{t("settings.language")}</dt>
          <dd>
            <Segmented
              label={t("settings.language")}
              value={language}
              // A language is named in itself, for whoever reads no other.
              options={[
                { value: "zh-CN", label: "中文" },
                { value: "en", label: "English" },
              ]}
              onChange={(wanted) => wanted !== language && switchLanguage()}
            />
          </dd>
        </div>
        <div>
          <dt>{t("settings.theme")}</dt>
          <dd>
            <Segmented
              label={t("settings.theme")}
              value={theme}
              options={[
                { value: "light", label: t("settings.theme_light") },
                { value: "dark", label: t("settings.theme_dark") },
              ]}
              onChange={(wanted) => wanted !== theme && switchTheme()}
            />
          </dd>
        </div>
      </dl>
    </section>
  );
}
