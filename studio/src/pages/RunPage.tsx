import type { ComponentChildren } from "preact";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Empty";
import { routeTo } from "../router";
import { RunHead } from "../run/RunHead";
import { AnatomyTab } from "../run/AnatomyTab";
import { CurvesTab } from "../run/CurvesTab";
import { DetailsTab } from "../run/DetailsTab";
import { LatentsTab } from "../run/LatentsTab";
import { PicturesTab } from "../run/PicturesTab";
import { ExplorerTab } from "../explorer/ExplorerTab";
import type { Detail } from "../source/documents";
import { useDocument } from "../source/store";

const tabs: { key: string; title: string; show: (run: Detail) => ComponentChildren }[] = [
  { key: "curves", title: "Curves", show: run => <CurvesTab run={run} /> },
  { key: "anatomy", title: "Anatomy", show: run => <AnatomyTab run={run} /> },
  { key: "latents", title: "Latents", show: run => <LatentsTab run={run} /> },
  { key: "explorer", title: "Explorer", show: run => <ExplorerTab run={run} /> },
  { key: "pictures", title: "Pictures", show: run => <PicturesTab run={run} /> },
  { key: "details", title: "Details", show: run => <DetailsTab run={run} /> },
];

export function RunPage({ id, tab }: { id: string; tab: string }) {
  const { value, problem } = useDocument<Detail>(`/api/runs/${encodeURIComponent(id)}`);
  if (!value) return problem ? <Problem problem={problem} /> : <Loading what="the run" />;
  const chosen = tabs.find(candidate => candidate.key === tab);
  return (
    <>
      {problem && <p class="reason stale" role="status">{problem.what}; {problem.how}. What is shown here was read before.</p>}
      <RunHead run={value} />
      <nav class="tabs" aria-label="Views of this run">
        {tabs.map(({ key, title }) => <a key={key} href={routeTo(["run", id, key])} aria-current={key === chosen?.key ? "page" : undefined}>{title}</a>)}
      </nav>
      {chosen ? chosen.show(value) : <Empty title="There is no such view" how={<a href={routeTo(["run", id])}>See the curves</a>} />}
    </>
  );
}
