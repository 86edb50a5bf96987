import { useMemo, useRef, useState } from "preact/hooks";
import { SaveMenu } from "../parts/SaveMenu";
import { useNarrow } from "../runs/narrow";
import type { Decoder } from "./decoder";
import { FeatureCurves } from "./FeatureCurves";
import type { FeatureNames } from "./featureNames";
import type { Picture } from "./pixels";
import { stripSheet } from "./sheet";
import { Strip } from "./Strip";
import { useDecoded } from "./useDecoded";

interface Props { decoder: Decoder; a: Float32Array; b: Float32Array; picture: Picture | null; features: number; names: FeatureNames; onPick: (z: Float32Array) => void }

/** What lies between two points, along the straight line. */
export function Interpolation({ decoder, a, b, picture, features, names, onPick }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const count = useNarrow() ? 7 : 13;
  const [current, setCurrent] = useState(-1);
  const line = useMemo(() => {
    const result = new Float32Array(count * a.length);
    for (let i = 0; i < count; i++) for (let l = 0; l < a.length; l++) result[i * a.length + l] = a[l]! + (i / (count - 1)) * (b[l]! - a[l]!);
    return result;
  }, [a, b, count]);
  const decoded = useDecoded(decoder, line);
  const values = decoded && decoded.values.length === count * features ? decoded.values : null;
  const pick = (i: number) => {
    setCurrent(i);
    onPick(line.slice(i * a.length, (i + 1) * a.length));
  };
  return picture
    ? (
      <div class="strip-row with-menu" ref={root}>
        <span class="strip-name">A → B</span>
        <Strip values={values} count={count} picture={picture} label="From A to B" names={Array.from({ length: count }, (_, i) => `${Math.round((100 * i) / (count - 1))} % of the way`)} current={current} onPick={pick} />
        <SaveMenu name="interpolation" png={() => stripSheet(root.current)} />
      </div>
    )
    : <FeatureCurves values={values} steps={Array.from({ length: count }, (_, i) => -3 + (6 * i) / (count - 1))} features={features} names={names} name="from A to B" at={-3} />;
}
