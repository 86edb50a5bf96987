using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A Gaussian kernel density estimate: one isotropic kernel of the same width at each of M points.</summary>
/// <remarks>
/// <para>Equation: log q(z) = log (1/M) Σ_m exp(−‖z − z_m‖²/2h²) − L log h − (L/2) log 2π.</para>
/// <para>Shapes: points <c>(M, L)</c>; <c>z (sample…, L)</c> → <c>(sample…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: M = 1 is N(z_1, h²I). <see cref="LeaveOneOut"/> is the density at each point made of all other points.</para>
/// <para>Valid when: the points are not the z that are asked about, else each finds itself at distance 0 and the density is too high there;
/// <see cref="LeaveOneOut"/> is for that. As an estimate of the density that the points were drawn from, log q is low in expectation
/// where h is chosen by likelihood (Jensen), the more so the more dimensions.</para>
/// <para>Numerics: the distances come from one matrix product around the mean of the points, so that float32 loses about
/// 1e-7·R²/h² nats at radius R. Memory: at most a million pairs at once without gradients; with them, all pairs.</para>
/// </remarks>
public sealed class KernelDensity : IDistribution
{
    private const long PairsAtOnce = 1 << 20;
    private readonly Tensor points;
    private readonly Tensor centre;
    private readonly Tensor slopes;
    private readonly Tensor offsets;

    /// <summary>Kernels at points.</summary>
    /// <param name="points"><c>(M, L)</c>, M ≥ 1, floating. They get gradients when they ask for them.</param>
    /// <param name="bandwidth">h &gt; 0: the standard deviation of a kernel.</param>
    /// <exception cref="ArgumentException">The points are no matrix or not floating, or the bandwidth is not positive.</exception>
    public KernelDensity(Tensor points, double bandwidth)
    {
        SampleShape.MustFloat(points, nameof(points));
        (M, L) = points.MustBe([-1, -1]).Shape is var shape ? (shape[0], shape[1]) : default;
        ArgumentOutOfRangeException.ThrowIfLessThan(M, 1);
        if (!(bandwidth > 0 && double.IsFinite(bandwidth))) throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "a kernel needs a positive width");
        (this.points, Bandwidth) = (points, bandwidth);
        // −‖z − z_m‖²/2h² = z·z_m/h² − ‖z_m‖²/2h² − ‖z‖²/2h²: the last is the same for all m and stays out of the sum. Around the mean of the
        // points the three are small, and their difference keeps its digits.
        centre = points.Detach().Mean(0);
        var centred = points - centre;
        slopes = centred * (1 / (bandwidth * bandwidth));
        offsets = centred.Square().Sum(1L) * (-0.5 / (bandwidth * bandwidth));
    }

    /// <summary>M: number of kernels.</summary>
    public long M { get; }

    /// <summary>L: coordinates of a point.</summary>
    public long L { get; }

    /// <summary>h: standard deviation of a kernel.</summary>
    public double Bandwidth { get; }

    /// <inheritdoc/>
    public int EventAxes => 1;

    /// <summary>True: which kernel is drawn from depends on nothing that is learned.</summary>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => points.Mean(0);

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var n = count ?? 1;
        var chosen = points.IndexSelect(0, Tensor.RandInt(0, M, [n], generator));
        var z = chosen + Tensor.Randn([n, L], generator, points.DType) * Bandwidth;
        return count is null ? z.Squeeze(0) : z;
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 1 || x.Shape[-1] != L) throw new ShapeException($"x: expected {L} coordinates on the last axis, got {x.Shape}");
        return (InBlocks(x.Reshape(-1, L), (block, _) => LogSum(block, null)) - Math.Log(M)).Reshape(x.Shape.Head(-1));
    }

    /// <summary>log q of each point under the kernels of all others. → <c>(M)</c>.</summary>
    /// <remarks>Equation: log q₋ᵢ(z_i) = log (1/(M − 1)) Σ_{m ≠ i} exp(−‖z_i − z_m‖²/2h²) − L log h − (L/2) log 2π. Units: nats.</remarks>
    /// <exception cref="InvalidOperationException">There is only one point.</exception>
    public Tensor LeaveOneOut()
    {
        if (M < 2) throw new InvalidOperationException("leaving one out of one point leaves nothing");
        return InBlocks(points, (block, first) => LogSum(block, first)) - Math.Log(M - 1);
    }

    // log of the sum over kernels; a row that is itself a kernel's point leaves out that kernel.
    private Tensor LogSum(Tensor z, long? first)
    {
        var centred = z - centre;
        var scores = centred.Linear(slopes, offsets);
        if (first is { } row) scores = Tensor.Where(Self(row, z.Shape[0]), double.NegativeInfinity, scores);
        var h2 = Bandwidth * Bandwidth;
        return scores.LogSumExp(-1) - centred.Square().Sum(1L) * (0.5 / h2) - L * (Math.Log(Bandwidth) + 0.5 * Math.Log(2 * Math.PI));
    }

    private Tensor Self(long first, long rows) =>
        Tensor.Arange(first, first + rows, DType.Int64, points.Device).Unsqueeze(1).Eq(Tensor.Arange(0, M, DType.Int64, points.Device).Unsqueeze(0));

    private Tensor InBlocks(Tensor z, Func<Tensor, long, Tensor> sum)
    {
        var (rows, most) = (z.Shape[0], Math.Max(1, PairsAtOnce / M));
        if (rows <= most) return sum(z, 0);
        var blocks = new List<Tensor>();
        for (var first = 0L; first < rows; first += most)
        {
            using var scope = TensorScope.Open();
            blocks.Add(scope.Keep(sum(z.Narrow(0, first, Math.Min(most, rows - first)), first)));
        }
        return Tensor.Cat(0, [.. blocks]);
    }
}
