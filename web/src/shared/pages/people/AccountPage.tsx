// The own account: who I am, what I may do, my password, my sessions.
import { wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { PasswordForm } from "./PasswordForm";
import { Term } from "./PersonPage";
import { Sessions } from "./Sessions";

/** Acts of the access table that only look begin so. */
const LOOKS = "view_";

export function AccountPage() {
  const { t, pick } = useSpeech();
  const { me } = useSession();
  const { organisation: home } = me;
  return (
    <div className="columns halves">
      <div className="column">
        <section className="panel" aria-labelledby="account-title" data-testid="account">
          <header>
            <div>
              <h1 id="account-title">{me.display_name}</h1>
              <p className="quiet">
                {t("account.title")} · <span className="mono">{me.name}</span>
              </p>
            </div>
          </header>
          <dl className="terms">
            <Term name={t("account.role")}>{t(`role.${me.role}`)}</Term>
            <Term name={t("account.organisation")}>
              <span>
                {pick(home.name)} <span className="quiet small mono">{home.id}</span>
              </span>
            </Term>
            {home.kind === "office" && <Term name={t("account.region")}>{home.region}</Term>}
            <Term name={t("account.until")}>
              <time dateTime={me.session_ends_at}>{wallTime(me.session_ends_at)}</time>
            </Term>
          </dl>
        </section>
        <Acts />
      </div>
      <div className="column">
        <PasswordForm />
        <Sessions />
      </div>
    </div>
  );
}

function Acts() {
  const { t, word } = useSpeech();
  const { acts } = useSession().me;
  const groups = [
    { name: t("account.may_view"), acts: acts.filter((act) => act.startsWith(LOOKS)) },
    { name: t("account.may_do"), acts: acts.filter((act) => !act.startsWith(LOOKS)) },
  ];
  return (
    <section className="panel" aria-labelledby="acts-title" data-testid="acts">
      <header>
        <div>
          <h2 id="acts-title">{t("account.acts")}</h2>
          <p className="quiet small">{t("account.acts_help")}</p>
        </div>
      </header>
      <dl className="terms">
        {groups.map((group) => (
          <Term key={group.name} name={group.name}>
            <ul className="tags">
              {group.acts.map((act) => (
                <li key={act} className="tag">
                  {word("act", act)}
                </li>
              ))}
            </ul>
          </Term>
        ))}
      </dl>
    </section>
  );
}
