using System.Security.Cryptography;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>The features of a TorchScript network, such as the usual export of Inception.</summary>
/// <remarks>
/// <para><b>Equation:</b> <c>forward</c> of the network, in evaluation mode, at what <see cref="ScriptPreprocessing"/> makes of the pictures; rows of vectors enter as they are.</para>
/// <para><b>Shapes:</b> <c>(B, numbers)</c> → <c>(B, D)</c>: further axes of the network's result are laid end to end. <b>Units:</b> the network's.</para>
/// </remarks>
public sealed class ScriptFeatures : IFeatureExtractor, IDisposable
{
    private readonly ScriptModule module;
    private readonly PictureFormat format;
    private readonly ScriptPreprocessing preprocessing;

    /// <summary>Loads a network and tries it on one empty example.</summary>
    /// <param name="path">A TorchScript file.</param>
    /// <param name="format">What the rows are.</param>
    /// <param name="preprocessing">How pictures enter; null for what <see cref="ScriptPreprocessing.Beside"/> says.</param>
    /// <exception cref="UserException">No such file, no TorchScript, no preprocessing declared, or the network fails on such examples.</exception>
    public ScriptFeatures(string path, PictureFormat format, ScriptPreprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!File.Exists(path)) throw new UserException($"--extractor {path}: no such file", "name raw, random-conv, classifier, or a TorchScript file");
        this.format = format;
        this.preprocessing = preprocessing ?? ScriptPreprocessing.Beside(path) ?? new ScriptPreprocessing();
        if (!format.Shape.IsVector && this.preprocessing is { Range: null })
            throw new UserException($"{path}: it is not said how pictures enter this network", $"say which values black and white become, with --input-range 0:1 (or -1:1, 0:255), or in {path}.json");
        Name = $"torchscript:{Path.GetFileName(path)}";
        Hash = FeatureHash.Of($"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))} {this.preprocessing}");
        try
        {
            module = ScriptModule.Load(path);
            using var frozen = Autograd.NoGrad();
            using var scope = TensorScope.Open();
            Dim = Run(Tensor.Full(format.Low, [1, format.Shape.Size])).Shape[1];
        }
        catch (Exception error) when (error is TorchException or ShapeException)
        {
            module?.Dispose();
            throw new UserException($"{path}: {error.Message.Split('\n')[0]}", $"it must be a TorchScript file whose forward takes examples of {format.Shape} ({this.preprocessing}) and gives one tensor", error);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Dim { get; }

    /// <inheritdoc/>
    public string Hash { get; }

    /// <summary>How pictures enter, in words.</summary>
    public string Preprocessing => $"{preprocessing}";

    /// <inheritdoc/>
    public Tensor Extract(Tensor rows) => Run(rows).To(DType.Float64);

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    private Tensor Run(Tensor rows)
    {
        var y = module.Forward(format.Shape.IsVector ? rows.To(DType.Float32) : preprocessing.Apply(format.ToUnit(rows)));
        return y.Reshape(y.Shape[0], -1);
    }
}
