// Where things are on a page, the same at both ends: every view has an address that can be sent to somebody.

/** The control chart of a series. */
export const chartPath = (seriesId: string) => `/series/${encodeURIComponent(seriesId)}`;

/** One batch. */
export const batchPath = (enterprise: string, product: string, batch: string) =>
  `/batches/${[enterprise, product, batch].map(encodeURIComponent).join("/")}`;

/** One box, at the governance end. */
export const boxPath = (boxId: string) => `/boxes/${encodeURIComponent(boxId)}`;

/** One account of this end. */
export const personPath = (name: string) => `/people/${encodeURIComponent(name)}`;

/** A list with a filter set: `listPath("/warnings", { level: "red" })`. */
export function listPath(list: string, filter: Record<string, string>): string {
  const query = new URLSearchParams(filter).toString();
  return query === "" ? list : `${list}?${query}`;
}
