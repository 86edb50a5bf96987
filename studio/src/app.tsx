import { useEffect, useErrorBoundary } from "preact/hooks";
import { Header } from "./frame/Header";
import { Empty } from "./parts/Empty";
import { ComparePage } from "./pages/ComparePage";
import { RunPage } from "./pages/RunPage";
import { RunsPage } from "./pages/RunsPage";
import { route } from "./router";
import { reached, source } from "./source/store";
import { count } from "./text/format";

export function App() {
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>Skip to the content</a>
      <Header />
      {!reached.value && <p class="banner" role="status">The studio's server does not answer. What is shown may be old; the page asks again by itself. To start it: <code>elbow studio</code></p>}
      {source.notices.length > 0 && <details class="banner"><summary>{count(source.notices.length, "thing")} left out of this report</summary><ul>{source.notices.map(notice => <li key={notice}>{notice}</li>)}</ul></details>}
      <main id="main" tabIndex={-1}><Page key={route.value.parts.slice(0, 2).join("/")} /></main>
    </>
  );
}

function Page() {
  const [error, reset] = useErrorBoundary();
  const { parts } = route.value;
  useEffect(() => {
    document.title = parts[0] === "run" ? `${parts[1] ?? ""} · Elbow` : parts[0] === "compare" ? "Compare · Elbow" : "Runs · Elbow";
    scrollTo(0, 0);
  }, [parts[0], parts[1]]);
  if (error) return <Empty title="This page could not be drawn" how={<><button type="button" onClick={reset}>Try again</button> The message was: {String(error)}</>} />;
  if (parts.length === 0 || parts[0] === "runs") return <RunsPage />;
  if (parts[0] === "run" && parts[1]) return <RunPage id={parts[1]} tab={parts[2] ?? "curves"} />;
  if (parts[0] === "compare") return <ComparePage />;
  return <Empty title="There is no such page" how={<a href="#/">See all runs</a>} />;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
