using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A trained model inside a program of its own: data to latents and back in plain arrays. Neither training data nor objective are needed.</summary>
/// <remarks>
/// <para>Rows lie one after the other: N examples of D numbers are N·D numbers. x is prepared as <see cref="Preprocessing"/> says, in <see cref="Range"/>.</para>
/// <para>Any number of threads may call one model at once, and each gets to the bit what it would get alone: nothing in it changes after <see cref="Load"/>.
/// <see cref="Dispose"/> frees the weights, and comes after the last call. A call takes memory outside of .NET for what it computes, up to
/// <see cref="ArrayModel.RowsAtOnce"/> rows at once, and gives it back before it returns.</para>
/// </remarks>
public sealed class DeployedModel : IDisposable
{
    private readonly LatentVariableModel model;
    private readonly ArrayModel arrays;
    private readonly string draws;

    private DeployedModel(LatentVariableModel model, ModelCard card, Device device) =>
        (this.model, arrays, draws, Range, Preprocessing) = (model, new ArrayModel(model, device), card.Draws, card.Range, card.Preprocessing);

    /// <summary>L.</summary>
    public int LatentDim => model.LatentDim;

    /// <summary>The shape of one example; its <see cref="DataShape.Size"/> is D.</summary>
    public DataShape Shape => model.Data;

    /// <summary>The smallest and the largest value of the data it was trained on; infinite for real data.</summary>
    public (double Low, double High) Range { get; }

    /// <summary>What was done to the data before training, in words.</summary>
    public string Preprocessing { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A file that <c>elbow export RUN --safetensors FILE</c> wrote, or a run folder.</param>
    /// <param name="checkpoint">Of a run folder: <c>best</c>, <c>last</c> or <c>epoch-N</c>; null for best.</param>
    /// <param name="device">Where to compute; null for the CPU.</param>
    /// <exception cref="UserException">Nothing there, damaged, or weights that do not fit.</exception>
    public static DeployedModel Load(string path, string? checkpoint = null, Device? device = null)
    {
        using var scope = TensorScope.Open();
        var (card, tensors) = Directory.Exists(path) ? OfRun(RunFolder.Open(path), checkpoint) : OfFile(path);
        var model = Build(card, tensors, device ?? Device.Cpu);
        try
        {
            PortableWeights.Load(model, tensors, path, _ => { });
            model.SetTraining(false);
            return new DeployedModel(model, card, device ?? Device.Cpu);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>q(z|x). <c>x (N, D)</c> → means and log-variances <c>(N, L)</c>.</summary>
    public Codes Encode(ReadOnlySpan<float> x) => arrays.Encode(x);

    /// <summary>The means of q(z|x) into memory of the caller's. <c>x (N, D)</c> → <c>(N, L)</c>.</summary>
    public void Encode(ReadOnlySpan<float> x, Span<float> mean) => arrays.Encode(x, mean);

    /// <summary>The mean of p(x|z), the picture to show. <c>z (N, L)</c> → <c>(N, D)</c>.</summary>
    public float[] Decode(ReadOnlySpan<float> z) => arrays.Decode(z);

    /// <summary>The same into memory of the caller's. <c>z (N, L)</c> → <c>x (N, D)</c>.</summary>
    public void Decode(ReadOnlySpan<float> z, Span<float> x) => arrays.Decode(z, x);

    /// <summary>Draws latents from p(z). → <c>(count, L)</c>, to be decoded.</summary>
    /// <exception cref="NotSupportedException">The objective has another density for new data, which only a run with its data knows.</exception>
    public float[] DrawLatents(int count, ulong seed) => draws == ModelCard.OfPrior
        ? arrays.DrawPrior(count, seed)
        : throw new NotSupportedException($"new data of this model are decoded from a density of its objective {draws}, which is not in the file: use elbow sample, or TrainedModel.DrawLatents");

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private static (ModelCard, Dictionary<string, Tensor>) OfFile(string file)
    {
        var (tensors, metadata, _) = PortableWeights.Read(file);
        return (ModelCard.Parse(metadata, file), tensors);
    }

    private static (ModelCard, Dictionary<string, Tensor>) OfRun(RunFolder folder, string? checkpoint) =>
        (ModelCard.Of(folder), Checkpoint.ReadWeights(folder.FindCheckpoint(checkpoint ?? TrainedModel.Preferred(folder))));

    // First weights stand where those of the file come; what would start from data starts from zeros.
    private static LatentVariableModel Build(ModelCard card, Dictionary<string, Tensor> tensors, Device device)
    {
        using var generator = new Generator(1);
        var (D, L) = (card.Shape.Size, card.Model.LatentDim);
        var init = new Init(generator, device) { DataMean = () => Tensor.Zeros([D], device: device) };
        return LatentVariableModel.Create(card.Model, card.Shape, init, card.Range, count => Tensor.Zeros([count, D], device: device), _ => Samples());

        // As many as were fitted, or as make a fit possible.
        Tensor Samples()
        {
            var components = tensors.TryGetValue("prior.means", out var means) ? means.Shape[0] : 1;
            return init.Normal(0, 1, card.Model.Prior is SamplesPrior.Config { Density: SamplesPrior.Fit.Kernel } ? components : 4 * components * (L + 1), L);
        }
    }
}
