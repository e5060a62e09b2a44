// Colours and sizes of the page. CSS reads the same values from style.css; a test compares the two.
import type { ThemeConfig } from "antd";

export const palette = {
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
} as const;

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.brand,
    colorLink: palette.brand,
    colorText: palette.ink,
    colorTextSecondary: palette.inkSoft,
    colorTextPlaceholder: "#667485",
    colorBorder: "#b8c2cd",
    colorError: palette.red,
    colorSuccess: palette.good,
    borderRadius: 6,
    fontSize: 14,
    fontFamily: "inherit",
  },
};
