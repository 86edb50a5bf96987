import { useMemo } from "preact/hooks";
import type { ExplorerDocument } from "../source/documents";
import { digitsFor, fixed, short } from "../text/format";
import type { Decoder } from "./decoder";
import { FeatureBars } from "./FeatureBars";
import type { FeatureNames } from "./featureNames";
import { decodedPixels, type Picture } from "./pixels";
import { PictureView } from "./PictureView";
import { useDecoded } from "./useDecoded";

interface Props { holes: ExplorerDocument["holes"]; warnings: readonly string[]; decoder: Decoder | null; picture: Picture | null; features: number; names: FeatureNames; onPick: (z: Float32Array) => void }

/** The worst holes: regions where the prior draws and no code lies, with what the decoder makes of them. */
export function Holes({ holes, warnings, decoder, picture, features, names, onPick }: Props) {
  const unsought = whyUnsought(warnings);
  const points = useMemo(() => Float32Array.from(holes.flatMap(hole => hole.z)), [holes]);
  const decoded = useDecoded(decoder, points.length > 0 ? points : null);
  return (
    <section>
      <h3>Holes</h3>
      <p class="caption" style={{ marginBottom: ".6rem" }}>Where the prior has mass and the codes have none: draws from there decode to what the decoder never learnt. The largest first.</p>
      {holes.length === 0 ? <p class="soft">{unsought ? `Not looked for: ${unsought}.` : "None found: the codes cover the prior as far as these rows can tell."}</p> : (
        <ol class="holes">
          {holes.map((hole, i) => (
            <li key={i}>
              <button type="button" class="hole-card" onClick={() => onPick(Float32Array.from(hole.z))} aria-label={`Go to hole ${i + 1}`}>
                {decoded && (picture
                  ? <PictureView pixels={decodedPixels(decoded.values, i * features, picture)} picture={picture} width={80} label={`What hole ${i + 1} decodes to`} />
                  : <FeatureBars values={decoded.values.subarray(i * features, (i + 1) * features)} width={120} height={72} label={`What hole ${i + 1} decodes to`} names={names} />)}
                <span><b>{i + 1}</b> <Share {...hole} /></span>
                <small class="soft">log p − log q {hole.score === null ? "beyond a number" : `${short(hole.score, 2)} nats`}</small>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** "3.2 ± 0.4 % of the prior"; files of before lack the error. */
function Share({ mass, massSe }: ExplorerDocument["holes"][number]) {
  if (mass === null) return null;
  const percent = 100 * mass;
  if (massSe === null || massSe === undefined) return <>{fixed(percent, mass < 0.01 ? 2 : 1)} % of the prior</>;
  const digits = digitsFor(100 * massSe, percent);
  return <>{fixed(percent, digits)} <span class="pm">± {fixed(100 * massSe, digits)}</span> % of the prior</>;
}

/** Why a model's holes are not known, which is another thing than that it has none. */
export const whyUnsought = (warnings: readonly string[]): string | undefined => warnings.map(warning => /^no holes: (.*)$/.exec(warning)?.[1]).find(Boolean);
