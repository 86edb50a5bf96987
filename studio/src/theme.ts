import { computed, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const key = "elbow-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", event => {
  systemIsDark.value = event.matches;
});

export const theme = signal<Theme>(stored());

/** What is shown now; drawings on canvas read it to be drawn again. */
export const dark = computed(() => (theme.value === "system" ? systemIsDark.value : theme.value === "dark"));

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  try {
    if (next === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, next);
  } catch {
    // A browser may forbid storage, a page from a file mostly: then the choice lasts as long as the page.
  }
}

/** The value of a colour of style/tokens.css. */
export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function stored(): Theme {
  const set = document.documentElement.dataset["theme"];
  return set === "light" || set === "dark" ? set : "system";
}
