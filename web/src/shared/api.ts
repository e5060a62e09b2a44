// The client of both ends' API: typed by the OpenAPI snapshots, problems as errors, the CSRF token on every change.
import createClient, { type Middleware } from "openapi-fetch";
import type { components as CenterComponents, paths as CenterPaths } from "../api/center";
import type { paths as EdgePaths } from "../api/edge";

type Schemas = CenterComponents["schemas"];
export type Me = Schemas["Me"];
export type Warning = Schemas["Warning"];
export type WarningDetail = Schemas["WarningDetail"];
export type Finding = Schemas["FindingView"];
export type Level = Schemas["LevelName"];
export type Zone = Schemas["ZoneName"];
export type Subject = Schemas["SubjectView"];
export type Progress = Schemas["Progress"];
export type LiveReading = Schemas["LiveReading"];
export type Changed = Schemas["Changed"];
export type SeriesRow = Schemas["SeriesRow"];
export type SeriesChart = Schemas["SeriesChart"];
export type ChartPoint = Schemas["ChartPoint"];
export type Problem = Schemas["Problem"];
export type BatchRow = Schemas["BatchRow"];
export type BatchDetail = Schemas["BatchDetail"];
export type BatchResult = Schemas["BatchResult"];
export type BatchEvent = Schemas["BatchEvent"];
export type ProductRow = Schemas["ProductRow"];
export type CatalogueItem = Schemas["CatalogueItem"];
export type OpenLevel = Schemas["OpenLevel"];
export type LogEvidence = Schemas["LogEvidence"];
export type BoxRow = Schemas["BoxRow"];
export type EnterpriseRow = Schemas["EnterpriseRow"];
export type SegmentRow = Schemas["SegmentRow"];
export type AuditRow = Schemas["AuditRow"];
export type Signature = Schemas["SignatureView"];
export type Role = Schemas["Role"];
export type PersonRow = Schemas["PersonRow"];
export type Organisation = Schemas["OrganisationView"];
export type Invitation = Schemas["Invitation"];
export type RecoveryRow = Schemas["RecoveryRow"];
export type SessionRow = Schemas["SessionRow"];

/** An answer of the API that is a problem (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`);
    this.name = "ProblemError";
  }
}

let csrfToken = "";

/** Every later change carries this token. */
export function carryToken(token: string): void {
  csrfToken = token;
}

const METHODS_THAT_READ = ["GET", "HEAD"];

const guard: Middleware = {
  onRequest({ request }) {
    if (!METHODS_THAT_READ.includes(request.method) && csrfToken !== "") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
};

/** Paths that both ends answer. */
type SharedPaths = Pick<EdgePaths, keyof EdgePaths & keyof CenterPaths>;

function client<Paths extends object>() {
  const made = createClient<Paths>({ baseUrl: "/", credentials: "same-origin" });
  made.use(guard);
  return made;
}

export const shared = client<SharedPaths>();
export const edge = client<EdgePaths>();
export const center = client<CenterPaths>();

/** The document of an answer, or its problem thrown. */
export async function answered<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok && data !== undefined) return data;
  if (isProblem(error)) throw new ProblemError(error);
  throw new Error(`${response.status} ${response.url}`);
}

/** That it was done, for acts whose answer has no document, or the problem thrown. */
export async function done(answer: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await answer;
  if (response.ok) return;
  if (isProblem(error)) throw new ProblemError(error);
  throw new Error(`${response.status} ${response.url}`);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "status" in body;
}
