import { setTheme, theme, type Theme } from "../theme";

const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const names: Record<Theme, string> = { system: "as the system", light: "light", dark: "dark" };

/** One button that goes round: as the system, light, dark. */
export function ThemeChoice() {
  const now = theme.value;
  const label = `Colours: ${names[now]}. Change to ${names[next[now]]}`;
  return (
    <button type="button" class="plain theme" aria-label={label} title={label} onClick={() => setTheme(next[now])}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />
        {now !== "light" && <path d={now === "dark" ? "M8 1.75a6.25 6.25 0 0 1 0 12.5a6.25 6.25 0 0 1 0-12.5" : "M8 1.75a6.25 6.25 0 0 1 0 12.5"} fill="currentColor" />}
      </svg>
    </button>
  );
}
