using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Trains the classifier whose features metrics compare, on a data set's own labels, and keeps it for the next time.</summary>
/// <remarks>
/// <para><b>Equation:</b> ascends the mean of log softmax(logits)_class with Adam, learning rate 3e-3 falling to zero along a cosine, batches of 128.</para>
/// <para>Kept as <c>classifiers/KEY.safetensors</c> in the cache folder of the data; the key is a checksum of data, preprocessing and recipe.</para>
/// </remarks>
public static class LabelClassifier
{
    private const int BatchRows = 128, Epochs = 5, FewestSteps = 800;
    private const long Seed = 1;
    private const double LearningRate = 3e-3;
    private const string AccuracyKey = "accuracy", ErrorKey = "accuracySe";

    /// <summary>Whether a run's training data have labels that a classifier can learn: a single column of 2 classes or more.</summary>
    public static bool Fits(DataSplits data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Train.Labels is [{ Classes.Count: >= 2 and <= 1000 }, ..];
    }

    /// <summary>The classifier of a data set: from the cache, or trained now. Its accuracy is measured on the test rows.</summary>
    /// <param name="data">Splits; the first label column is learned.</param>
    /// <param name="format">What the rows are.</param>
    /// <param name="cache">Folder for it; null for that of <see cref="DataLocator.Default"/>.</param>
    /// <param name="progress">Told how many steps are done.</param>
    /// <exception cref="UserException">The data have no labels.</exception>
    public static ClassifierFeatures For(DataSplits data, PictureFormat format, string? cache = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return For(data, format, Steps(data), cache, progress);
    }

    internal static ClassifierFeatures For(DataSplits data, PictureFormat format, int steps, string? cache, IProgress<int>? progress)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!Fits(data)) throw new UserException($"{data.Train.Name} has no labels that a classifier could learn", "use --extractor random-conv for pictures, raw for vectors, or a TorchScript file");
        using var generator = new Generator(Seeds.For(Seed, "classifier"));
        var classifier = new ClassifierFeatures(format, data.Train.Labels[0].Classes.Count, new Init(generator, Device.Cpu, kind: InitKind.HeNormal));
        var path = Path.Combine(cache ?? DataLocator.Default().Cache, "classifiers", Key(data, format, steps) + ".safetensors");
        try
        {
            if (!Load(classifier, path))
            {
                Train(classifier, data.Train, steps, progress);
                classifier.SetTraining(false);
                classifier.Accuracy = Accuracy(classifier, data.Test ?? data.Validation ?? data.Train);
                Save(classifier, path);
            }
            classifier.SetTraining(false);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Optimiser steps that training takes.</summary>
    public static int Steps(DataSplits data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Math.Max(FewestSteps, Epochs * PerEpoch(data.Train));
    }

    private static int PerEpoch(IDataset train) => (train.Count + BatchRows - 1) / BatchRows;

    private static void Train(ClassifierFeatures classifier, IDataset train, int steps, IProgress<int>? progress)
    {
        var parameters = classifier.NamedParameters().ToList();
        using var optimizer = new Adam.Config().Build(parameters);
        var batches = new Batches(train, new BatchOptions { Size = Math.Min(BatchRows, train.Count) });
        var step = 0;
        for (var epoch = 0; step < steps; epoch++)
        {
            foreach (var batch in batches.Epoch(Seed, epoch))
            {
                if (step >= steps) break;
                using var scope = TensorScope.Open();
                var logits = classifier.Logits(Values(batch));
                var classes = Tensor.From<long>([.. Classes(train, batch)], [batch.Count, 1]);
                var loss = -logits.LogSoftmax(1).Gather(1, classes).Mean();
                var rate = LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
                optimizer.Step(Autograd.Grad(loss, [.. parameters.Select(pair => pair.Value)]), rate);
                step++;
                progress?.Report(step);
            }
        }
    }

    private static Estimate Accuracy(ClassifierFeatures classifier, IDataset data)
    {
        using var frozen = Autograd.NoGrad();
        var hits = new List<double>();
        foreach (var batch in new Batches(data, new BatchOptions { Size = 512, Shuffle = false }).Epoch(0, 0))
        {
            using var scope = TensorScope.Open();
            var found = classifier.Logits(Values(batch)).Argmax(1).ToArray<long>();
            hits.AddRange(Classes(data, batch).Zip(found, (wanted, got) => wanted == got ? 1.0 : 0));
        }
        return Estimate.Of(hits.ToArray());
    }

    private static Tensor Values(Batch batch) => Tensor.From<float>(batch.Values.AsSpan(0, batch.Count * batch.Shape.Size), [batch.Count, batch.Shape.Size]);

    private static IEnumerable<long> Classes(IDataset data, Batch batch) => batch.Rows.Take(batch.Count).Select(row => (long)data.Labels[0].Codes[row]);

    private static string Key(DataSplits data, PictureFormat format, int steps) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(
        $"classifier 1, {steps} steps at {LearningRate}, seed {Seed}: {data.Sha256} {data.Preprocessing} {data.Train.Count} rows, {data.Train.Labels[0].Name}, {format}")))[..16];

    private static bool Load(ClassifierFeatures classifier, string path)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var scope = TensorScope.Open();
            using var file = File.OpenRead(path);
            classifier.Load(Safetensors.Read(file, out var facts));
            classifier.Accuracy = new Estimate(Number(facts[AccuracyKey]), Number(facts[ErrorKey]));
            return true;
        }
        catch (Exception error) when (error is SafetensorsException or ArgumentException or KeyNotFoundException or FormatException or EndOfStreamException)
        {
            // A damaged cache is no reason to fail: it is trained and written anew.
            return false;
        }
    }

    private static void Save(ClassifierFeatures classifier, string path)
    {
        AtomicFile.EnsureFolder(Path.GetDirectoryName(path)!);
        var facts = new Dictionary<string, string> { [AccuracyKey] = $"{classifier.Accuracy.Value:R}", [ErrorKey] = $"{classifier.Accuracy.StandardError:R}" };
        AtomicFile.Write(path, stream => Safetensors.Write(stream, classifier.NamedTensors(), facts));
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
