// What the pages about people ask of the API, and the rules they tell before the API has to.
import { useQuery } from "@tanstack/react-query";
import { answered, ProblemError, shared, type Me, type Organisation, type Problem, type Role } from "../../api";
import { useMay } from "../../session";
import { useFailureText } from "../../ui/State";

/** Asked again this often: what another administrator does makes no sound here. */
const ASK_AGAIN_MS = 20_000;

export const PEOPLE_KEY = ["people"];
export const ORGANISATIONS_KEY = ["organisations"];
export const RECOVERIES_KEY = ["recoveries"];

/** Every account of the region, by name. */
export function usePeople() {
  return useQuery({
    queryKey: PEOPLE_KEY,
    queryFn: async () => (await answered(shared.GET("/api/v1/people"))).items,
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Every organisation of the region, by id. */
export function useOrganisations() {
  return useQuery({
    queryKey: ORGANISATIONS_KEY,
    queryFn: async () => (await answered(shared.GET("/api/v1/organisations"))).items,
  });
}

/** Recoveries that wait, the oldest first; asked only where the person may see them. */
export function useRecoveries() {
  const may = useMay();
  return useQuery({
    queryKey: RECOVERIES_KEY,
    queryFn: async () => (await answered(shared.GET("/api/v1/recoveries"))).items,
    enabled: may("manage_people"),
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Roles there are at an end. */
export const ROLES: Record<Me["end"], Role[]> = {
  enterprise: [
    "qa",
    "qa_head",
    "production_head",
    "authorised_person",
    "plant_it",
    "enterprise_custodian",
    "administrator",
  ],
  governance: ["officer", "reviewer", "inspector", "leader", "regulator_custodian", "auditor", "administrator"],
};

const NAME = /^[a-z0-9._-]{1,64}$/;
const ORGANISATION_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** Country, province, city, county: below a level `00` there is only `00`. */
const DIVISION = /^(?:000000|(?!00)\d\d0000|(?!00)\d\d(?!00)\d\d\d\d)$/;

/** Whether it can be a login name; the API writes it in lower case. */
export const isLoginName = (text: string): boolean => NAME.test(text.trim().toLowerCase());

/** Whether it can be shown as somebody's name. */
export function isShownName(text: string): boolean {
  const chars = [...text.trim()].length;
  return chars > 0 && chars <= 64 && !/\p{Cc}/u.test(text);
}

/** Whether it can be the id of an office. */
export const isOrganisationId = (text: string): boolean => ORGANISATION_ID.test(text);

/** Whether it is a code of GB/T 2260. */
export const isDivision = (text: string): boolean => DIVISION.test(text);

/** Whether `other` is the division or lies in it. */
export function contains(division: string, other: string): boolean {
  return other.startsWith(division.replace(/^((?:(?!00)\d\d)*)(?:00)*$/, "$1"));
}

/** An organisation by id, where it is known. */
export function organisationOf(all: Organisation[] | undefined, id: string): Organisation | undefined {
  return all?.find((organisation) => organisation.id === id);
}

/** What a failure means at this place: the text given for its code, else the general one. */
export function useExplained(here: Partial<Record<Problem["code"], string>>): (error: Error) => string {
  const failureText = useFailureText();
  return (error) => (error instanceof ProblemError ? here[error.problem.code] : undefined) ?? failureText(error);
}
