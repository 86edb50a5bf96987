import { useMemo, useRef, useState } from "preact/hooks";
import { SaveMenu } from "../parts/SaveMenu";
import { useNarrow } from "../runs/narrow";
import { fixed } from "../text/format";
import type { Basis } from "./basis";
import type { Decoder } from "./decoder";
import { FeatureCurves } from "./FeatureCurves";
import type { FeatureNames } from "./featureNames";
import type { Picture } from "./pixels";
import { stripSheet } from "./sheet";
import { Strip } from "./Strip";
import { useDecoded, useRested } from "./useDecoded";

const everyStep = (by: number) => Array.from({ length: 1 + 6 / by }, (_, i) => -3 + by * i);
const [fine, coarse] = [everyStep(0.5), everyStep(1)];
const atFirst = 8;

interface Props { decoder: Decoder; basis: Basis; z: Float32Array; picture: Picture | null; features: number; names: FeatureNames; spread: number[]; onPick: (z: Float32Array) => void }

/** Each latent in turn from −3 to 3, the others held where they are; the most used first. */
export function Traversals({ decoder, basis, z, picture, features, names, spread, onPick }: Props) {
  const root = useRef<HTMLElement>(null);
  const [all, setAll] = useState(false);
  const steps = useNarrow() ? coarse : fine;
  const by = steps[1]! - steps[0]!;
  const order = useMemo(() => basis.names.map((_, i) => i).sort((a, b) => spread[b]! - spread[a]!), [basis, spread]);
  const shown = all ? order : order.slice(0, atFirst);
  const rested = useRested(z, 80);
  const grid = useMemo(() => {
    const here = basis.to(rested);
    const result = new Float32Array(shown.length * steps.length * rested.length);
    shown.forEach((latent, s) => steps.forEach((step, i) => {
      const moved = Float32Array.from(here);
      moved[latent] = step * unit(basis, latent);
      result.set(basis.from(moved), (s * steps.length + i) * rested.length);
    }));
    return result;
  }, [rested, basis, shown.length, steps]);
  const decoded = useDecoded(decoder, grid);
  const values = decoded && decoded.values.length === shown.length * steps.length * features ? decoded.values : null;
  const current = basis.to(z);
  const table = () => ({
    columns: ["coordinate", "at", ...Array.from({ length: features }, (_, f) => `x${f}`)],
    rows: values ? shown.flatMap((latent, s) => steps.map((step, i) => [basis.names[latent]!, step * unit(basis, latent), ...values.subarray((s * steps.length + i) * features, (s * steps.length + i + 1) * features)])) : [],
  });
  return (
    <section class="section" ref={root}>
      <div class="tablehead strips-head"><h2>Traversals</h2>{picture && <SaveMenu name="traversals" png={() => stripSheet(root.current)} table={table} />}</div>
      <p class="lead">Each {basis.kind === "latents" ? "latent from −3 to 3" : "axis from −3 to 3 of its standard deviations"}, the others held at the chosen point; those along which the codes spread most come first.{picture && " Click a picture to go there."}</p>
      <div class={picture ? "strips" : "figures"}>
        {shown.map((latent, s) => {
          const part = values ? values.subarray(s * steps.length * features, (s + 1) * steps.length * features) : null;
          const at = current[latent]! / unit(basis, latent);
          const nearest = Math.round((at + 3) / by);
          const pick = (i: number) => { const moved = Float32Array.from(current); moved[latent] = steps[i]! * unit(basis, latent); onPick(basis.from(moved)); };
          if (!picture) return <FeatureCurves key={`${basis.kind}${latent}`} values={part} steps={steps} features={features} names={names} name={basis.names[latent]!} at={at} />;
          return (
            <div key={`${basis.kind}${latent}`} class="strip-row">
              <span class="strip-name">{basis.names[latent]}<small>{fixed(current[latent], 2)}</small></span>
              <Strip values={part} count={steps.length} picture={picture} label={`${basis.names[latent]} from −3 to 3`} names={steps.map(step => fixed(step, 1))} current={nearest >= 0 && nearest < steps.length ? nearest : -1} onPick={pick} />
            </div>
          );
        })}
      </div>
      {picture && <div class="strip-row strip-scale"><span class="strip-name" /><span>−3</span><span>0</span><span>3</span></div>}
      {order.length > atFirst && <button type="button" onClick={() => setAll(!all)}>{all ? `Only ${atFirst}` : `All ${order.length}`}</button>}
    </section>
  );
}

const unit = (basis: Basis, latent: number): number => (basis.kind === "latents" ? 1 : Math.max(1e-6, basis.scale[latent]!));
