using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>Where new latents are drawn from.</summary>
public enum LatentSource
{
    /// <summary>The prior, or what the objective puts in its place.</summary>
    Prior,
    /// <summary>Each latent from its own aggregated posterior, independently of the others.</summary>
    Marginal,
    /// <summary>All latents together from the aggregated posterior.</summary>
    Joint,
}

/// <summary>Draws from the aggregated posterior q(z) = (1/N) Σ_n q(z|x_n), whole or latent by latent.</summary>
/// <remarks>
/// <para><b>Equation:</b> joint: n uniform, z ~ q(z|x_n); marginal: for each latent j its own n_j uniform and z_j ~ q(z_j|x_(n_j)).</para>
/// <para><b>Shapes:</b> → <c>(count, L)</c>. <b>Units:</b> those of the latents. <b>Biased when:</b> never, for these N rows; the difference
/// between the two is the dependence among latents that a product of marginals cannot have.</para>
/// <para><b>Source:</b> Gao, Brekelmans, Ver Steeg and Galstyan 2019, arXiv 1802.05822, whose exact recipe was not accessible; this reading is
/// reasoned in methods/corex-anchorvae.md 2.8.</para>
/// </remarks>
public static class LatentSampling
{
    /// <summary>Rows that pass through the encoder at once.</summary>
    private const int RowsAtOnce = 1024;

    /// <summary>All latents of a draw from the same example.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="rows">Reads examples by number. → <c>(numbers, D)</c>.</param>
    /// <param name="N">How many examples there are.</param>
    /// <param name="count">How many draws.</param>
    /// <param name="generator">Chooses examples and draws.</param>
    public static Tensor Joint(LatentVariableModel model, Func<int[], Tensor> rows, int N, int count, Generator generator)
    {
        Check(model, rows, N, count);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return scope.Keep(Draw(model, rows, N, count, generator));
    }

    /// <summary>Each latent of a draw from an example of its own.</summary>
    /// <inheritdoc cref="Joint"/>
    public static Tensor Marginal(LatentVariableModel model, Func<int[], Tensor> rows, int N, int count, Generator generator)
    {
        Check(model, rows, N, count);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var L = model.LatentDim;
        var parts = new List<Tensor>();
        for (var done = 0; done < count; done += RowsAtOnce)
        {
            using var part = TensorScope.Open();
            var here = Math.Min(RowsAtOnce, count - done);
            // L whole draws for each one wanted: of the j-th only latent j is used, which holds for every family of posteriors.
            parts.Add(part.Keep(Draw(model, rows, N, here * L, generator).Reshape(here, L, L).Diagonal().Contiguous()));
        }
        return scope.Keep(Tensor.Cat(0, [.. parts]));
    }

    private static Tensor Draw(LatentVariableModel model, Func<int[], Tensor> rows, int N, int count, Generator generator)
    {
        var parts = new List<Tensor>();
        for (var done = 0; done < count; done += RowsAtOnce)
        {
            using var part = TensorScope.Open();
            var chosen = Tensor.RandInt(0, N, [Math.Min(RowsAtOnce, count - done)], generator).ToArray<long>();
            parts.Add(part.Keep(model.Encode(rows([.. chosen.Select(n => (int)n)])).Sample(generator)));
        }
        return Tensor.Cat(0, [.. parts]);
    }

    private static void Check(LatentVariableModel model, Func<int[], Tensor> rows, int N, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(N, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
    }
}
