import { useMemo } from "preact/hooks";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import type { Comparison, Summary } from "../source/documents";
import { useDocument } from "../source/store";
import { CompareCurves } from "./CompareCurves";
import { CompareTables } from "./CompareTables";
import { labelsOf } from "./labels";
import { members } from "./groups";
import { Parallel } from "./Parallel";
import { SideBySide } from "./SideBySide";

export function CompareView({ runs }: { runs: Summary[] }) {
  const ids = runs.map(run => run.id);
  const { value, problem } = useDocument<Comparison>(`/api/compare?ids=${ids.map(encodeURIComponent).join(",")}`);
  const all = useMemo(() => members(runs, value), [runs, value]);
  const labels = useMemo(() => (value ? labelsOf(value, runs) : []), [value, runs]);
  return (
    <>
      <CompareCurves labels={labels} members={all} comparison={value} />
      <section class="section">
        <h2>Numbers</h2>
        {value ? <CompareTables labels={labels} comparison={value} runs={runs} /> : problem ? <Problem problem={problem} /> : <Loading what="the comparison" />}
      </section>
      {runs.length > 1 && value && <Parallel members={all} comparison={value} />}
      <SideBySide members={all} />
    </>
  );
}
