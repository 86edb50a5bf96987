using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Evaluation.Metrics;
using Elbow.Cli.Commands;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary><c>--metrics</c> of <c>elbow evaluate</c>: samples, reconstructions and interpolations of a run against its data.</summary>
internal sealed class RunMetrics
{
    private readonly Option<string?> metrics = new("--metrics")
    {
        Description = $"compare samples, reconstructions and interpolations with the data: {string.Join(", ", MetricCatalogue.All.Select(metric => metric.Name))}, with commas between", HelpName = "A,B",
    };
    private readonly Option<int> count = new Option<int>("--count") { Description = "rows of each set for --metrics, at most", DefaultValueFactory = _ => 10_000, HelpName = "N" }.Between(2, 1_000_000);
    private readonly Option<int> k = new("--k") { Description = "prdc: neighbours that span a neighbourhood", DefaultValueFactory = _ => 5, HelpName = "K" };
    private readonly Option<bool> shrink = new("--shrink") { Description = "fid: shrink the covariances (Ledoit-Wolf), for fewer rows than twice the features" };
    private readonly ExtractorOptions extractor = new(["classifier", "random-conv", "raw"], "classifier for data with labels, else random-conv for pictures, else raw");

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { metrics, count, k, shrink }) command.Add(option);
        extractor.AddTo(command);
    }

    /// <summary>What is asked for; null when nothing is. Unknown names are refused before any work is done.</summary>
    internal IReadOnlyList<IMetric>? Chosen(ParseResult parsed) => parsed.GetValue(metrics) is { } names ? MetricReport.Chosen(names) : null;

    /// <summary>The report, and what prints it.</summary>
    internal (JsonObject Report, Action Print) Measure(ParseResult parsed, IReadOnlyList<IMetric> chosen, TrainedModel trained, IDataset split, long seed)
    {
        var data = trained.Experiment.Data;
        var (low, high) = trained.Experiment.PictureBounds;
        var format = new PictureFormat(split.Shape, low, high);
        var features = chosen.All(metric => metric.OfPictures)
            ? null
            : extractor.Create(parsed, format, LabelClassifier.Fits(data) ? "classifier" : split.Shape.IsVector ? "raw" : "random-conv", () => Classifier(data, format));
        using var disposable = features as IDisposable;
        var sets = new RunSets(trained, split, parsed.GetRequiredValue(count), seed);
        var options = new MetricOptions { K = parsed.GetRequiredValue(k), Shrink = parsed.GetValue(shrink), Seed = Seeds.For(seed, "metrics") };
        var results = Compare(chosen, sets, format, features, options);
        var report = new JsonObject { ["extractor"] = MetricReport.Json(features) };
        foreach (var (name, found) in results) report[name] = MetricReport.Json(found);
        var words = features is null ? null : MetricReport.Words(features);
        return (report, () => Print(words, sets.Count, results));
    }

    private static List<(string Name, IReadOnlyList<MetricResult> Found)> Compare(IReadOnlyList<IMetric> chosen, RunSets sets, PictureFormat format, IFeatureExtractor? extractor, MetricOptions options)
    {
        using var scope = TensorScope.Open();
        var (real, realFeatures) = Both(sets.Reference, "the data");
        using var counter = new Counter("metrics", 3 * chosen.Count);
        var done = 0;
        var results = new List<(string, IReadOnlyList<MetricResult>)>();
        foreach (var (name, rows) in new (string, Func<float[]>)[] { ("samples", sets.Samples), ("reconstructions", sets.Reconstructions), ("interpolations", sets.Interpolations) })
        {
            using var part = TensorScope.Open();
            var (fake, fakeFeatures) = Both(rows(), name);
            var found = new List<MetricResult>();
            foreach (var metric in chosen)
            {
                found.Add(metric.OfPictures
                    ? metric.Compare(MetricCommand.Pictures(metric, format, real), MetricCommand.Pictures(metric, format, fake), options)
                    : metric.Compare(realFeatures!, fakeFeatures!, options));
                counter.Report(++done);
            }
            results.Add((name, found));
        }
        return results;

        (Tensor Rows, Tensor? Features) Both(float[] values, string what)
        {
            var rows = Tensor.From(values, [values.Length / format.Shape.Size, format.Shape.Size]);
            return (rows.To(DType.Float64), extractor is null ? null : MetricCommand.Extract(extractor, rows, $"features of {what}"));
        }
    }

    private static ClassifierFeatures Classifier(DataSplits data, PictureFormat format)
    {
        using var counter = new Counter("training the classifier", LabelClassifier.Steps(data));
        return LabelClassifier.For(data, format, progress: counter);
    }

    private static void Print(string? features, int count, IReadOnlyList<(string Name, IReadOnlyList<MetricResult> Found)> results)
    {
        Console.Out.WriteLine($"{count} rows of each set against the data");
        if (features is not null) Console.Out.WriteLine(features);
        var columns = results.Select(set => set.Found.SelectMany(result => result.Values).ToArray()).ToArray();
        var rows = Enumerable.Range(0, columns[0].Length).Select(n => (IReadOnlyList<string>)
            [columns[0][n].Name, .. columns.SelectMany(values => new[] { MetricReport.Number(values[n].Value, values[n].StandardError), MetricReport.Error(values[n].StandardError) }), $"{columns[0][n].Bias}".ToLowerInvariant(), columns[0][n].What]);
        Output.Table(["", .. results.SelectMany(set => new[] { set.Name, "se" }), "bias", "what"], rows);
    }
}
