// Lets a box enrol: whose box, its id, how long the code is good. The code that comes of it is shown once.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { components } from "../api/center";
import { answered, center, ProblemError, type EnterpriseRow } from "../shared/api";
import { useSpeech } from "../shared/i18n";
import { Button } from "../shared/ui/Button";
import { CopyText } from "../shared/ui/CopyText";
import { Dialog } from "../shared/ui/Dialog";
import { SelectField, TextField } from "../shared/ui/Field";
import { Failed, Loading, useFailureText } from "../shared/ui/State";
import { useBoxes } from "./boxes";
import { EnrolmentSlip } from "./EnrolmentSlip";
import { useEnterprises } from "./enterprises";

export type EnrolmentCode = components["schemas"]["EnrolmentCode"];

/** The rule of a box id, as the API has it. */
const BOX_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const HOURS_MAX = 720;
const HOURS_DEFAULT = "72";
/** Enterprises in sight at once, at least and at most: with one row it would be another control. */
const [CHOICES_MIN, CHOICES_MAX] = [2, 6];

/** What the code is for, beside the code. */
export interface Enrolled {
  code: EnrolmentCode;
  enterprise: EnterpriseRow;
}

/** The dialog, then the code. The code lives here and nowhere else: who closes it has it no more. */
export function EnrolDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useSpeech();
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null);
  return (
    <>
      <Dialog open={open && enrolled === null} title={t("enrol.title")} onClose={onClose} testId="enrol">
        <Form done={setEnrolled} onClose={onClose} />
      </Dialog>
      <Dialog open={enrolled !== null} title={t("enrol.code")} onClose={onClose} firm testId="enrol-code">
        {enrolled !== null && (
          <EnrolmentSlip
            enrolled={enrolled}
            onClose={() => {
              setEnrolled(null);
              onClose();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function matching(rows: EnterpriseRow[], text: string): EnterpriseRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(({ id, name, region }) =>
    [id, name.zh, name.en, region].some((word) => word.toLowerCase().includes(wanted)),
  );
}

/** Lives while the dialog is open, and what was typed with it. */
function Form({ done, onClose }: { done: (enrolled: Enrolled) => void; onClose: () => void }) {
  const { t, pick } = useSpeech();
  const enterprises = useEnterprises();
  const boxes = useBoxes();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const [boxId, setBoxId] = useState("");
  const [hours, setHours] = useState(HOURS_DEFAULT);
  const [tried, setTried] = useState(false);
  const all = enterprises.data ?? [];
  const found = matching(all, text);
  // The one enterprise that matches is meant.
  const id = found.some((row) => row.id === chosen) ? chosen : found.length === 1 ? (found[0]?.id ?? "") : "";
  const enterprise = all.find((row) => row.id === id);
  const same = boxes.data?.items.find((box) => box.box_id === boxId.trim());
  const foreign = same !== undefined && enterprise !== undefined && same.enterprise.id !== enterprise.id;
  const wrong = {
    enterprise: enterprise === undefined ? t("enrol.enterprise_required") : undefined,
    boxId: BOX_ID.test(boxId.trim())
      ? foreign
        ? t("enrol.box_id_other", { enterprise: pick(same.enterprise.name) })
        : undefined
      : t("enrol.box_id_wrong"),
    hours: isHours(hours) ? undefined : t("enrol.hours_wrong"),
  };
  const making = useMutation({
    // Nothing keeps the code but the dialog that shows it.
    gcTime: 0,
    mutationFn: async (of: EnterpriseRow) => {
      const body = { enterprise: of.id, box_id: boxId.trim(), valid_hours: Number(hours) };
      return { code: await answered(center.POST("/api/v1/boxes/codes", { body })), enterprise: of };
    },
    onSuccess: (enrolled) => {
      done(enrolled);
      making.reset();
    },
  });
  if (enterprises.isPending) return <Loading />;
  if (enterprises.isError) return <Failed error={enterprises.error} retry={() => void enterprises.refetch()} />;
  const shown = (error: string | undefined) => (tried ? error : undefined);
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (enterprise !== undefined && wrong.boxId === undefined && wrong.hours === undefined) making.mutate(enterprise);
      }}
    >
      <p className="quiet">{t("enrol.intro")}</p>
      <TextField
        label={t("enrol.find")}
        type="search"
        value={text}
        placeholder={t("enrol.find_help")}
        onChange={(event) => setText(event.target.value)}
        data-testid="enrol-find"
      />
      <SelectField
        label={t("enrol.enterprise")}
        help={found.length === 0 ? t("enrol.no_enterprise") : t("enrol.enterprise_help")}
        error={shown(wrong.enterprise)}
        options={found.map((row) => ({ value: row.id, label: `${pick(row.name)} · ${row.id}` }))}
        size={Math.min(Math.max(all.length, CHOICES_MIN), CHOICES_MAX)}
        value={id}
        onChange={(event) => {
          setChosen(event.target.value);
          making.reset();
        }}
        data-testid="enrol-enterprise"
      />
      <TextField
        label={t("enrol.box_id")}
        help={same === undefined ? t("enrol.box_id_help") : t("enrol.box_id_known")}
        error={foreign ? wrong.boxId : shown(wrong.boxId)}
        value={boxId}
        onChange={(event) => setBoxId(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-testid="enrol-box"
      />
      <TextField
        label={t("enrol.hours")}
        help={t("enrol.hours_help")}
        error={shown(wrong.hours)}
        type="number"
        inputMode="numeric"
        min={1}
        max={HOURS_MAX}
        value={hours}
        onChange={(event) => setHours(event.target.value)}
      />
      <div aria-live="assertive">
        {making.error !== null && <Refusal error={making.error} enterprise={making.variables} />}
      </div>
      <div className="form-buttons">
        <Button onClick={onClose}>{t("enrol.cancel")}</Button>
        <Button kind="primary" submit busy={making.isPending} data-testid="enrol-now">
          {t("enrol.submit")}
        </Button>
      </div>
    </form>
  );
}

function isHours(text: string): boolean {
  const hours = Number(text);
  return Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX;
}

/** Why there is no code, and what to do about it. */
function Refusal({ error, enterprise }: { error: Error; enterprise: EnterpriseRow | undefined }) {
  const { t } = useSpeech();
  const failureText = useFailureText();
  const code = error instanceof ProblemError ? error.problem.code : undefined;
  // The one conflict there is here: the enterprise has no key.
  if (code === "conflict" && enterprise !== undefined) {
    const { id, name, region } = enterprise;
    const command = `runuser -u yaoxia-center -- yaoxia-center enterprise --id ${id} --name-zh ${quoted(name.zh)} --name-en ${quoted(name.en)} --region ${region} --key '<${t("enrol.key")}>'`;
    return (
      <div className="failure" data-testid="enrol-no-key">
        <p>{t("enrol.no_key")}</p>
        <CopyText text={command} label={t("enrol.no_key_command")} />
      </div>
    );
  }
  return <p className="failure">{code === "not_found" ? t("enrol.gone") : failureText(error)}</p>;
}

/** One word to a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
