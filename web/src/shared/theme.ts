// Colours and sizes of the page, light and dark. CSS reads the same values from style.css; a test compares the two.
export type ThemeName = "light" | "dark";

/** Colours by name. Text on `page` and on `surface` keeps 4.5 to 1 (WCAG 2.2 AA); a test computes it. */
export type Palette = Record<
  | "ink"
  | "inkSoft"
  | "line"
  | "page"
  | "surface"
  | "brand"
  | "red"
  | "orange"
  | "yellow"
  | "notice"
  | "good"
  | "limit"
  | "shade"
  | "shadeWarm",
  string
>;

export const palettes: Record<ThemeName, Palette> = {
  light: {
    ink: "#16202c",
    inkSoft: "#4d5b6b",
    line: "#dde3ea",
    page: "#f4f6f8",
    surface: "#ffffff",
    brand: "#17507f",
    red: "#b3261e",
    orange: "#b4540a",
    yellow: "#7d6000",
    notice: "#475467",
    good: "#1c6e4a",
    limit: "#8a3ffc",
    shade: "#f4f6f8",
    shadeWarm: "#faf6e8",
  },
  dark: {
    ink: "#e7edf3",
    inkSoft: "#a9b5c2",
    line: "#2d3947",
    page: "#0e141b",
    surface: "#161e27",
    brand: "#86bce8",
    red: "#ff8f86",
    orange: "#ffab66",
    yellow: "#e3c04f",
    notice: "#b6c2cf",
    good: "#6fcf9f",
    limit: "#c4a3ff",
    shade: "#1b2530",
    shadeWarm: "#262417",
  },
};
