using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent groups of coordinates, each with a law of its own.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_g log p_g(x_g), x = (x_1, …, x_G) side by side.</para>
/// <para>Shapes: part g has batch <c>(batch…)</c> and events <c>(L_g)</c>; <c>x (sample…, batch…, Σ L_g)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: parts of one family are that family with longer parameters.</para>
/// </remarks>
public sealed class Product : IDistribution, IFactorises
{
    private readonly IDistribution[] parts;
    private readonly long[] sizes;

    /// <summary>A product of laws over vectors.</summary>
    /// <exception cref="ArgumentException">There are no parts, or the events of one are not vectors.</exception>
    public Product(params IEnumerable<IDistribution> parts)
    {
        this.parts = [.. parts];
        if (this.parts.Length == 0 || this.parts.Any(part => part.EventAxes != 1))
            throw new ArgumentException("a product needs parts, each over vectors (one event axis)", nameof(parts));
        sizes = [.. this.parts.Select(part => part.Mean.Shape[-1])];
    }

    /// <inheritdoc/>
    public int EventAxes => 1;

    /// <inheritdoc/>
    public bool Reparameterised => parts.All(part => part.Reparameterised);

    /// <inheritdoc/>
    public Tensor Mean => Tensor.Cat(-1, [.. parts.Select(part => part.Mean)]);

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null) => Tensor.Cat(-1, [.. parts.Select(part => part.Sample(generator, count))]);

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0 || x.Shape[-1] != sizes.Sum()) throw new ShapeException($"x: expected the last axes to be the event [{sizes.Sum()}], got {x.Shape}");
        Tensor? total = null;
        for (var (g, start) = (0, 0L); g < parts.Length; start += sizes[g++])
        {
            var logP = parts[g].LogProb(x.Narrow(-1, start, sizes[g]));
            total = total is null ? logP : total + logP;
        }
        return total!;
    }

    /// <inheritdoc/>
    public Tensor? LogProbOfEach(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var each = new List<Tensor>();
        for (var (g, start) = (0, 0L); g < parts.Length; start += sizes[g++])
        {
            if ((parts[g] as IFactorises)?.LogProbOfEach(x.Narrow(-1, start, sizes[g])) is not { } part) return null;
            each.Add(part);
        }
        return Tensor.Cat(-1, [.. each]);
    }
}
