using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>The features on which a small classifier of the data set's own labels decides: what they distinguish is what the labels distinguish.</summary>
/// <remarks>
/// <para><b>Equation:</b> pictures: twice convolution 3 × 3 (16, 32 channels), max(x, 0), largest of 2 × 2, then a dense layer of 64 with max(x, 0); vectors: dense layers of 128 and 64. The 64
/// are the features; one dense layer more gives log-odds of the classes. Values enter as 2x − 1 with x in [0, 1], vectors as they are.</para>
/// <para><b>Shapes:</b> <c>(B, numbers)</c> → <c>(B, 64)</c>. <b>Units:</b> none. <b>Source:</b> none: the layers are ours, small enough to train in seconds to minutes.</para>
/// </remarks>
public sealed class ClassifierFeatures : Module, IFeatureExtractor
{
    private const int Features = 64;
    private readonly PictureFormat format;
    private readonly Conv2d[] convolutions;
    private readonly Linear[] dense;
    private readonly Linear head;

    /// <summary>With first weights.</summary>
    /// <param name="format">What the rows are.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <param name="init">Makes the weights.</param>
    public ClassifierFeatures(PictureFormat format, int classes, Init init)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        this.format = format;
        var shape = format.Shape;
        var pictures = !shape.IsVector && Math.Min(shape.Height, shape.Width) >= 4;
        convolutions = pictures
            ? [Child("conv.0", new Conv2d(shape.Channels, 16, 3, 1, 1, init)), Child("conv.1", new Conv2d(16, 32, 3, 1, 1, init))]
            : [];
        long inputs = pictures ? 32 * (shape.Height / 4) * (shape.Width / 4) : shape.Size;
        dense = pictures
            ? [Child("dense.0", new Linear(inputs, Features, init))]
            : [Child("dense.0", new Linear(inputs, 128, init)), Child("dense.1", new Linear(128, Features, init))];
        head = Child("head", new Linear(Features, classes, init));
    }

    /// <summary>Share of the held-out rows whose class it finds; NaN before it was trained.</summary>
    public Estimate Accuracy { get; set; } = new(double.NaN, double.NaN);

    /// <inheritdoc/>
    public string Name => "classifier";

    /// <inheritdoc/>
    public long Dim => Features;

    /// <inheritdoc/>
    public string Hash => FeatureHash.Of("classifier 1", NamedTensors());

    /// <summary>Log-odds of the classes, but for a constant. <c>(B, numbers)</c> → <c>(B, classes)</c>.</summary>
    public Tensor Logits(Tensor rows) => head.Forward(Penultimate(rows));

    /// <inheritdoc/>
    public Tensor Extract(Tensor rows) => Penultimate(rows).To(DType.Float64);

    private Tensor Penultimate(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var x = (format.Shape.IsVector ? rows : format.ToUnit(rows) * 2.0 - 1.0).To(DType.Float32);
        foreach (var convolution in convolutions) x = convolution.Forward(x).Relu().MaxPool2d(2, 2);
        x = x.Reshape(x.Shape[0], -1);
        foreach (var layer in dense) x = layer.Forward(x).Relu();
        return x;
    }
}
