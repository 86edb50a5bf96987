namespace Elbow.Evaluation.Disentanglement;

/// <summary>I(z_j; v_k) between each latent and each factor, from counts of their levels.</summary>
/// <remarks>
/// <para><b>Equation:</b> plug-in Î = Σ p̂(a,b) log p̂(a,b)/(p̂(a) p̂(b)) over the cells that occur; corrected Î − (K_ab − K_a − K_b + 1)/(2N), K the
/// cells that occur. <b>Shapes:</b> codes <c>(N, L)</c>, factors <c>(N, M)</c> → <c>(L, M)</c>. <b>Units:</b> nats.</para>
/// <para><b>Biased when:</b> always: the plug-in value is high by about (K_a − 1)(K_b − 1)/(2N) for unrelated variables, and low where bins hide structure. The
/// correction takes out the first order of the former; it may fall below 0.</para>
/// <para><b>Bins:</b> of the codes equal widths, as in common use, beside factors with few values. Continuous factors have bins of equal counts, and beside them codes have too: a factor itself, or any
/// increasing function of it, then keeps all its information, of which other edges would hide half.</para>
/// <para><b>Source:</b> Miller, Note on the bias of information estimates, 1955, applied to the three entropies.</para>
/// </remarks>
internal sealed class InformationMatrix
{
    private InformationMatrix(int L, int M) => (PlugIn, Corrected, Informative, Entropy, CorrectedEntropy) =
        (new double[L, M], new double[L, M], new bool[L], new double[M], new double[M]);

    public double[,] PlugIn { get; }

    public double[,] Corrected { get; }

    /// <summary>Whether a latent is beyond doubt related to some factor.</summary>
    /// <remarks>
    /// 2NÎ is nearly χ² with f = (K_a − 1)(K_b − 1) degrees of freedom when unrelated: mean f, standard deviation √(2f). Rows drawn twice by the bootstrap
    /// double its mean, so the line is 2f + 6√(2f): no unrelated pair in any usual number of them crosses it.
    /// </remarks>
    public bool[] Informative { get; }

    /// <summary>H(v_k), plug-in.</summary>
    public double[] Entropy { get; }

    /// <summary>H(v_k) + (K − 1)/(2N).</summary>
    public double[] CorrectedEntropy { get; }

    public static InformationMatrix Of(FactoredCodes data, int bins)
    {
        var (N, L, M) = (data.Count, data.LatentDim, data.Factors.Count);
        var matrix = new InformationMatrix(L, M);
        for (var j = 0; j < L; j++)
        {
            var z = data.Column(j);
            var (wide, even) = (Discretisation.OfCode(z, bins), Discretisation.OfCode(z, bins, equalCounts: true));
            for (var k = 0; k < M; k++)
            {
                var factor = data.Factors[k];
                var (levels, count) = factor.Kind == FactorKind.Continuous ? even : wide;
                var joint = new int[count * factor.LevelCount];
                for (var n = 0; n < N; n++) joint[levels[n] * factor.LevelCount + factor.Levels[n]]++;
                matrix.Fill(j, k, N, joint, count, factor.LevelCount);
            }
        }
        return matrix;
    }

    private void Fill(int j, int k, int N, int[] joint, int rows, int columns)
    {
        var (ofCode, ofFactor) = (new int[rows], new int[columns]);
        for (var cell = 0; cell < joint.Length; cell++)
        {
            ofCode[cell / columns] += joint[cell];
            ofFactor[cell % columns] += joint[cell];
        }
        var (hCode, hFactor, hJoint) = (EntropyOf(ofCode, N), EntropyOf(ofFactor, N), EntropyOf(joint, N));
        var (kCode, kFactor, kJoint) = (Occupied(ofCode), Occupied(ofFactor), Occupied(joint));
        var plugIn = Math.Max(0, hCode + hFactor - hJoint);
        PlugIn[j, k] = plugIn;
        Corrected[j, k] = plugIn - (kJoint - kCode - kFactor + 1) / (2.0 * N);
        (Entropy[k], CorrectedEntropy[k]) = (hFactor, hFactor + (kFactor - 1) / (2.0 * N));
        var freedom = (kCode - 1.0) * (kFactor - 1.0);
        Informative[j] |= 2 * N * plugIn > 2 * freedom + 6 * Math.Sqrt(2 * freedom) + 1e-9;
    }

    private static int Occupied(int[] counts) => counts.Count(count => count > 0);

    private static double EntropyOf(int[] counts, int N)
    {
        var sum = 0.0;
        foreach (var count in counts)
        {
            if (count > 0) sum -= count * Math.Log((double)count / N);
        }
        return sum / N;
    }
}
