import { useMemo } from "preact/hooks";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import type { Summary } from "../source/documents";
import { CompareCurves } from "./CompareCurves";
import { CompareTables } from "./CompareTables";
import { labelsOf } from "./labels";
import { members } from "./groups";
import { Parallel } from "./Parallel";
import { SideBySide } from "./SideBySide";
import { useComparison } from "./useComparison";

export function CompareView({ runs }: { runs: Summary[] }) {
  const { value, problem } = useComparison(runs.map(run => run.id));
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
