import { route } from "../router";
import { routeTo } from "../router";
import { selection } from "../run/selection";
import { source } from "../source/store";
import { ThemeChoice } from "./ThemeChoice";

export function Header() {
  const page = route.value.parts[0] ?? "runs";
  const ids = page === "compare" ? route.value.query.get("ids") ?? "" : selection.value.join(",");
  return (
    <header class="frame">
      <a class="wordmark" href="#/" aria-label="Elbow, all runs">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M4 3v7q0 6 6 6h7" /></svg>
        <span>Elbow</span>
      </a>
      <nav aria-label="Pages">
        <a href="#/" aria-current={page === "runs" ? "page" : undefined}>Runs</a>
        {source.only === undefined && <a href={routeTo(["compare"], ids ? { ids } : {})} aria-current={page === "compare" ? "page" : undefined}>
          Compare{selection.value.length > 0 && <span class="badge">{selection.value.length}</span>}
        </a>}
      </nav>
      <ThemeChoice />
    </header>
  );
}
