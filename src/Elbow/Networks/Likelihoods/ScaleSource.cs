using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>The logarithm of a likelihood's scale: a tensor the likelihood holds, or half of the decoder's numbers.</summary>
internal sealed class ScaleSource
{
    private readonly double start;

    /// <summary>Makes the tensor that <paramref name="of"/> asks for.</summary>
    /// <param name="of">Where the scale comes from.</param>
    /// <param name="start">Its logarithm at the start; a variance counts as a scale here.</param>
    /// <param name="dataSize">D.</param>
    /// <param name="init">Device and element type.</param>
    /// <param name="parameter">How the likelihood adopts a trained tensor: under its own name, which checkpoints know.</param>
    /// <param name="buffer">How it adopts one that is saved but not trained.</param>
    internal ScaleSource(ScaleOf of, double start, int dataSize, Init init, Func<Tensor, Tensor> parameter, Func<Tensor, Tensor> buffer)
    {
        this.start = start;
        Held = of switch
        {
            ScaleOf.Fixed => buffer(init.Constant(start, 1)),
            ScaleOf.Learned => parameter(init.Constant(start, 1)),
            ScaleOf.PerDimension => parameter(init.Constant(start, dataSize)),
            _ => null,
        };
    }

    /// <summary>The logarithm of the scale <c>(1)</c> or <c>(D)</c>; null when the decoder predicts it.</summary>
    internal Tensor? Held { get; }

    internal int OutputsPerDimension => Held is null ? 2 : 1;

    /// <summary>Location <c>(…, D)</c> and log-scale <c>(1)</c>, <c>(D)</c> or <c>(…, D)</c> from the decoder's numbers
    /// <c>(…, P·D)</c>.</summary>
    internal (Tensor Location, Tensor LogScale) Split(Tensor h)
    {
        if (Held is not null) return (h, Held);
        var (location, logScale) = h.Halves(-1);
        // The decoder's numbers start near zero: the scale starts at its configured value through the offset.
        return (location, start == 0 ? logScale : logScale + start);
    }
}
