using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The scale of each latent, which encoder and decoder can exchange without changing the reconstruction: z_h → z_h/s_h.</summary>
/// <remarks>
/// Source: the direction by which the second-moment law of VAE-1 follows (methods/three-entropies.md 2.4); it exists where the encoder ends in a free
/// affine map, its log-variances have a free offset, and the decoder begins with a free affine map.
/// </remarks>
internal sealed class CodeScale
{
    private readonly Tensor means;
    private readonly Tensor offsets;
    private readonly Tensor logVar;
    private readonly Tensor columns;

    private CodeScale(Tensor means, Tensor offsets, Tensor logVar, Tensor columns) =>
        (this.means, this.offsets, this.logVar, this.columns) = (means, offsets, logVar, columns);

    /// <summary>The parameters of a model that hold the scale, or null when it has no such direction.</summary>
    internal static CodeScale? Of(LatentVariableModel model)
    {
        using var frozen = Autograd.NoGrad();
        var L = model.LatentDim;
        var parameters = model.NamedParameters().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var last = Enumerable.Range(0, parameters.Count).Reverse().Select(k => $"encoder.{k}.").FirstOrDefault(prefix => parameters.ContainsKey(prefix + "weight"));
        if (last is null || !parameters.TryGetValue("decoder.0.weight", out var columns) || columns.Rank != 2) return null;
        if (!parameters.TryGetValue(last + "bias", out var bias)) return null;
        var weight = parameters[last + "weight"];
        var shared = parameters.GetValueOrDefault("posterior.logVar");
        if (weight.Rank != 2 || weight.Shape[0] != (shared is null ? 2 * L : L)) return null;
        // Views of the parameters: they must outlive the scope of whoever asks.
        var (means, offsets, logVar) = (weight.Narrow(0, 0, L), bias.Narrow(0, 0, L), shared ?? bias.Narrow(0, L, L));
        foreach (var view in (Tensor[])[means, offsets, logVar]) TensorScope.Detach(view);
        return new CodeScale(means, offsets, logVar, columns);
    }

    /// <summary>Divides the codes by <paramref name="s"/> <c>(L)</c> and multiplies the decoder's columns by it.</summary>
    internal void Divide(Tensor s)
    {
        var inverse = 1 / s;
        means.MulInPlace(inverse.Unsqueeze(1));
        offsets.MulInPlace(inverse);
        logVar.AddInPlace(s.Log(), -2);
        columns.MulInPlace(s);
    }
}
