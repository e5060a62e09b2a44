// Opens an account: who, as what, where. What comes of it is a code, shown once by whoever shows this.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, shared, type Role } from "../../api";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import type { Given } from "./CodeOnce";
import { isLoginName, isShownName, PEOPLE_KEY, ROLES, useExplained, useOrganisations } from "./people";

interface Props {
  onGiven: (given: Given) => void;
  onClose: () => void;
}

export function InviteDialog({ open, ...props }: Props & { open: boolean }) {
  const { t } = useSpeech();
  return (
    <Dialog open={open} title={t("invite.title")} onClose={props.onClose} testId="invite">
      <InviteForm {...props} />
    </Dialog>
  );
}

function InviteForm({ onGiven, onClose }: Props) {
  const { t, pick } = useSpeech();
  const { me } = useSession();
  const queries = useQueryClient();
  const offices = (useOrganisations().data ?? [me.organisation]).filter(({ kind }) => kind === "office");
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const [office, setOffice] = useState(me.organisation.id);
  const [tried, setTried] = useState(false);
  const explained = useExplained({ conflict: t("invite.name_taken"), not_found: t("invite.office_gone") });
  const governance = me.end === "governance";
  const usable = isLoginName(name) && isShownName(displayName) && role !== "";
  const inviting = useMutation({
    mutationFn: (chosen: Role) => {
      const person = { name: name.trim().toLowerCase(), display_name: displayName.trim(), role: chosen };
      return answered(shared.POST("/api/v1/people", { body: governance ? { ...person, organisation: office } : person }));
    },
    onSuccess: (invitation) => {
      void queries.invalidateQueries({ queryKey: PEOPLE_KEY });
      onGiven({ invitation, displayName: displayName.trim() });
    },
  });
  return (
    <form
      className="form"
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (usable) inviting.mutate(role);
      }}
    >
      <p className="quiet">{t("invite.how")}</p>
      <div aria-live="assertive">
        {inviting.error !== null && <p className="failure">{explained(inviting.error)}</p>}
      </div>
      <TextField
        label={t("people.person")}
        help={t("invite.display_name_help")}
        error={tried && !isShownName(displayName) ? t("invite.display_name_wrong") : undefined}
        value={displayName}
        onChange={(event) => setDisplayName(event.target.value)}
        data-testid="invite-display-name"
      />
      <TextField
        label={t("people.name")}
        help={t("invite.name_help")}
        error={tried && !isLoginName(name) ? t("invite.name_wrong") : undefined}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoCapitalize="none"
        spellCheck={false}
        data-testid="invite-name"
      />
      <SelectField
        label={t("people.role")}
        help={t("invite.role_help")}
        error={tried && role === "" ? t("invite.role_wrong") : undefined}
        value={role}
        onChange={(event) => setRole(ROLES[me.end].find((known) => known === event.target.value) ?? "")}
        options={[
          { value: "", label: t("invite.role_choose") },
          ...ROLES[me.end].map((value) => ({ value, label: t(`role.${value}`) })),
        ]}
        data-testid="invite-role"
      />
      {governance && (
        <SelectField
          label={t("invite.office")}
          help={t("invite.office_help")}
          value={office}
          onChange={(event) => setOffice(event.target.value)}
          options={offices.map((one) => ({ value: one.id, label: `${pick(one.name)} · ${one.region}` }))}
          data-testid="invite-office"
        />
      )}
      <div className="form-buttons">
        <Button onClick={onClose}>{t("people.cancel")}</Button>
        <Button kind="primary" submit busy={inviting.isPending} data-testid="invite-submit">
          {inviting.isPending ? t("invite.busy") : t("invite.submit")}
        </Button>
      </div>
    </form>
  );
}
