// What a reading or finding is about, in words.
import type { Subject } from "../api";
import type { Speech } from "../i18n";

export function subjectText(subject: Subject, { t }: Pick<Speech, "t">): string {
  switch (subject.kind) {
    case "batch": {
      const batch = t("subject.batch", { batch: subject.batch });
      return subject.step == null ? batch : `${batch} · ${t("subject.step", { step: subject.step })}`;
    }
    case "material_lot":
      return t("subject.material_lot", { material: subject.material, lot: subject.lot });
    case "equipment":
      return t("subject.equipment", { id: subject.id });
    case "room":
      return t("subject.room", { id: subject.id });
    case "sample":
      return t("subject.sample", { id: subject.id });
  }
}

/** `impurity L · probe 3` out of qualifiers. */
export function qualifierText(qualifiers: Record<string, string>): string {
  return Object.entries(qualifiers)
    .map(([name, value]) => (name === "analyte" || name === "organism" ? value : `${name} ${value}`))
    .join(" · ");
}
