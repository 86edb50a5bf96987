using Elbow.Experiments;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>
/// Features of pictures without labels: a convolutional network with fixed random weights. It sees strokes and edges at three scales, but no
/// meaning: good for comparing models with each other, not with published numbers.
/// </summary>
/// <remarks>
/// <para><b>Equation:</b> three times convolution 3 × 3 (32, 64, 128 channels, N(0, 2/fan-in) weights), max(x, 0), mean over 2 × 2; the features are the
/// means over all positions behind the second and the third nonlinearity. Values enter as 2x − 1 with x in [0, 1].</para>
/// <para><b>Shapes:</b> <c>(B, C·H·W)</c> → <c>(B, 192)</c>. <b>Units:</b> none.</para>
/// <para><b>Source:</b> Ulyanov et al. 2018 and Naeem et al. 2020 (arXiv 2002.09797, section 5) on networks with random weights; the layers are ours.</para>
/// </remarks>
public sealed class RandomConvFeatures : IFeatureExtractor, IDisposable
{
    private const ulong Seed = 1234567;
    private static readonly int[] Widths = [32, 64, 128];
    private readonly PictureFormat format;
    private readonly Conv2d[] layers;

    /// <summary>For pictures of a format.</summary>
    /// <exception cref="UserException">The data are no pictures.</exception>
    public RandomConvFeatures(PictureFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Shape.IsVector) throw new UserException($"random-conv looks at pictures, the data are vectors of {format.Shape} numbers", "use --extractor raw");
        this.format = format;
        using var generator = new Generator(Seed);
        var init = new Init(generator, Device.Cpu, kind: InitKind.HeNormal);
        layers = [.. Widths.Select((width, n) => new Conv2d(n == 0 ? format.Shape.Channels : Widths[n - 1], width, 3, 1, 1, init))];
        foreach (var layer in layers) layer.Freeze();
        Hash = FeatureHash.Of("random-conv 1", layers.SelectMany(layer => layer.NamedTensors()));
    }

    /// <inheritdoc/>
    public string Name => "random-conv";

    /// <inheritdoc/>
    public long Dim => Widths[1] + Widths[2];

    /// <inheritdoc/>
    public string Hash { get; }

    /// <inheritdoc/>
    public Tensor Extract(Tensor rows)
    {
        var x = format.ToUnit(rows).To(DType.Float32) * 2.0 - 1.0;
        var means = new List<Tensor>();
        foreach (var layer in layers)
        {
            x = layer.Forward(x).Relu();
            means.Add(x.To(DType.Float64).Mean(2, 3));
            if (Math.Min(x.Shape[2], x.Shape[3]) > 1) x = x.AvgPool2d(2, 2);
        }
        return Tensor.Cat(1, means[1], means[2]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in layers) layer.Dispose();
    }
}
