using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>The pictures of a run: draws from the prior, and data above their reconstructions. Nothing for data that is no picture.</summary>
public sealed class RunPictures(Experiment experiment, RunFolder folder)
{
    private const int Columns = 10;

    /// <summary>Writes <c>samples/NAME.png</c> and <c>recon/NAME.png</c>, always from the same noise so that epochs compare. Call it inside <see cref="Experiment.Judge"/>.</summary>
    /// <returns>Paths relative to the run folder.</returns>
    public IReadOnlyList<string> Write(string name)
    {
        if (!experiment.Data.Train.Shape.IsImage) return [];
        AtomicFile.WriteBytes(Path.Combine(folder.SamplesPath, name + ".png"), Samples(10 * Columns));
        AtomicFile.WriteBytes(Path.Combine(folder.ReconPath, name + ".png"), Reconstructions(experiment.Data.Validation ?? experiment.Data.Train, 3 * Columns));
        return [$"samples/{name}.png", $"recon/{name}.png"];
    }

    private byte[] Samples(int count)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(Seeds.For(experiment.Config.Training.Seed, "pictures"), experiment.Device);
        var z = experiment.SamplingDensity.Sample(generator, count);
        return Grid(experiment.Model.Decode(z).Mean.ToArray<float>());
    }

    private byte[] Reconstructions(IDataset data, int count)
    {
        using var scope = TensorScope.Open();
        var D = data.Shape.Size;
        int[] rows = [.. Enumerable.Range(0, Math.Min(count, data.Count)).Select(n => (int)((long)n * data.Count / Math.Min(count, data.Count)))];
        var values = new float[rows.Length * D];
        data.Read(rows, values);
        var x = Tensor.From(values, [rows.Length, D], experiment.Device);
        var mean = experiment.Model.Decode(experiment.Model.Encode(x).Mean).Mean.ToArray<float>();
        return ImageGrid.Pairs(values, mean, data.Shape, Bounds.Low, Bounds.High);
    }

    private (double Low, double High) Bounds => experiment.PictureBounds;

    private byte[] Grid(float[] values) => ImageGrid.Png(values, experiment.Data.Train.Shape, Columns, Bounds.Low, Bounds.High);
}
