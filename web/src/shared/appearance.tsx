// Light by default; dark for wall screens. One choice, kept in the browser.
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { palettes, type Palette, type ThemeName } from "./theme";

const STORED_AS = "yaoxia.theme";

interface Appearance {
  theme: ThemeName;
  palette: Palette;
  switchTheme: () => void;
}

const AppearanceContext = createContext<Appearance | null>(null);

/** The theme of the page. */
export function useAppearance(): Appearance {
  const found = use(AppearanceContext);
  if (found === null) throw new Error("useAppearance outside AppearanceProvider");
  return found;
}

/** Gives the page its theme. */
export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<ThemeName>(() => (localStorage.getItem(STORED_AS) === "dark" ? "dark" : "light"));
  const switchTheme = useCallback(() => setTheme((now) => (now === "dark" ? "light" : "dark")), []);
  useEffect(() => {
    localStorage.setItem(STORED_AS, theme);
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const value = useMemo(() => ({ theme, palette: palettes[theme], switchTheme }), [theme, switchTheme]);
  return <AppearanceContext value={value}>{children}</AppearanceContext>;
}
