// The pages of both ends and what must be on each: one row a page.

/**
 * @typedef {object} Stop
 * @property {string} name of the screenshot
 * @property {string} path its address; empty when `go` leads there
 * @property {string} ready a selector that stands when the page does
 * @property {string} [go] a selector on the page before, pressed to come here
 */

/** @type {Stop[]} */
const SHARED = [
  { name: "products", path: "/products", ready: "[data-testid=products] .long-row" },
  { name: "batches", path: "/batches", ready: "[data-testid=batches] .long-row" },
  { name: "batch", path: "", go: "[data-testid=batch-link]", ready: "[data-testid=results] tbody tr" },
  { name: "series", path: "/series", ready: "[data-testid=series] tbody tr" },
  { name: "warnings", path: "/warnings", ready: "[data-testid=warnings] .long-row" },
  { name: "evidence", path: "/evidence", ready: "[data-testid=claims]" },
  { name: "catalogue", path: "/catalogue", ready: "[data-testid=catalogue-items] tbody tr" },
  { name: "audit", path: "/audit", ready: "[data-testid=audit] .long-row" },
  { name: "settings", path: "/settings", ready: "[data-testid=settings] tbody tr" },
  { name: "people", path: "/people", ready: "[data-testid=people] tbody tr" },
  { name: "person", path: "", go: "[data-testid=person-link]", ready: "[data-testid=person-facts]" },
  { name: "account", path: "/account", ready: "[data-testid=sessions] tbody tr" },
];

/** @type {Record<"edge" | "center", Stop[]>} */
export const STOPS = {
  edge: [
    { name: "overview", path: "/", ready: "[data-testid=recent-batches] tbody tr" },
    { name: "sources", path: "/sources", ready: "[data-testid=sources] tbody tr" },
    { name: "live", path: "/live", ready: "[data-testid=readings] tbody tr" },
    ...SHARED,
  ],
  center: [
    { name: "overview", path: "/", ready: "[data-testid=recent-batches] tbody tr" },
    { name: "boxes", path: "/boxes", ready: "[data-testid=boxes] tbody tr" },
    { name: "box", path: "", go: "[data-testid=box-link]", ready: "[data-testid=segments] .long-row" },
    { name: "enterprises", path: "/enterprises", ready: "[data-testid=enterprises] tbody tr" },
    ...SHARED,
    { name: "offices", path: "/people?view=offices", ready: "[data-testid=offices] tbody tr" },
  ],
};
